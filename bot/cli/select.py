"""`troubleshooter select`: which workflow a text would start."""

import argparse
import json
import time

from bot.cli.workflow_files import load
from bot.engine.problem import read
from bot.engine.selector import rank, winner


def command(arguments: argparse.Namespace) -> int:
    """Say the workflow, its score, the reason, and what was understood; null when the bot would ask."""
    problem = read(arguments.text, time.time())
    ranked = rank(problem.text, load(arguments))
    best = winner(ranked)
    inputs = problem.parameters.named()
    if arguments.json:
        found = {
            "workflow": best.workflow.id if best else None,
            "score": round(ranked[0].score, 3),
            "reason": best.reason if best else "nothing fits well enough, so it would ask",
            "inputs": inputs,
        }
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    if best:
        print(f"{best.workflow.id} (score {best.score:.2f}): {best.reason}")
    else:
        likely = ", ".join(f"{one.workflow.id} {one.score:.2f}" for one in ranked)
        print(f"It would ask: nothing fits well enough. Scores: {likely}")
    if inputs:
        print("understood: " + ", ".join(f"{name}={value}" for name, value in inputs.items()))
    return 0
