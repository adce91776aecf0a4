"""`troubleshooter select`: which workflow a text would start."""

import argparse
import json
import time

from bot.cli.workflow_files import load
from bot.engine.problem import read, subject
from bot.engine.selector import named, rank, unsure, winner
from bot.safety.hidden import visible

ASKED_BY_NAME = "asked for by name"


def command(arguments: argparse.Namespace) -> int:
    """Say the workflow, its score, the reason, and what was understood; null when the bot would ask."""
    workflows = load(arguments)
    asked = named(arguments.text, workflows)
    problem = read(asked[1] if asked else arguments.text, time.time())
    ranked = rank(subject(problem), workflows)
    best = winner(ranked)
    if asked:
        workflow, score, reason = asked[0].id, 1.0, ASKED_BY_NAME
    elif best:
        workflow, score, reason = best.workflow.id, best.score, best.reason
    else:
        workflow, score, reason = None, ranked[0].score if ranked else 0.0, unsure(ranked)
    inputs = problem.parameters.named()
    if arguments.json:
        found: dict[str, object] = {"workflow": workflow, "score": round(score, 3), "reason": reason, "inputs": inputs}
        found["not_understood"] = problem.unread
        print(json.dumps(found, indent=2))
        return 0
    print(visible(f"{workflow} (score {score:.2f}): {reason}" if workflow else f"It would ask: {reason}."))
    if problem.understood:
        print(visible("understood: " + ", ".join(map(str, problem.understood))))
    if problem.not_understood:
        print(visible(problem.not_understood))
    return 0
