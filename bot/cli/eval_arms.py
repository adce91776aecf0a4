"""`troubleshooter eval --model NAME`: the same scenarios by rules only, by rules with a model, and by a model only."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bot.domain.workflow import WorkflowDefinition
from bot.errors import UsageError
from bot.evals.arms import RULES, Arm, ArmScores, Spread, arm_scores
from bot.evals.model_only import model_only
from bot.evals.run import evaluate
from bot.evals.scores import Score, Totals
from bot.evals.thresholds import missed, read_thresholds
from bot.sandbox.scenario import Scenario
from bot.settings import read_settings

_MOST_TRIES = 100
_PAPER_WIDTH = 140  # where no terminal says how wide it is
_SHARES = ("root_cause_top1", "root_cause_top3", "severity_accuracy", "findings_precision", "findings_recall")
_COUNTS = ("false_healthy", "unsupported_claims", "forbidden_claims", "errors", "model_verified", "model_unverified")
_COSTS = ("searches", "tokens", "seconds")


def compare(
    arguments: argparse.Namespace,
    scenarios: Sequence[Scenario],
    workflows: Mapping[str, WorkflowDefinition],
    tell: Callable[[Score], None],
) -> int:
    """Run the arms and print them side by side; 1 when one with rules misses a threshold. Raises UsageError."""
    if not 1 <= arguments.tries <= _MOST_TRIES:
        raise UsageError(f"--tries takes 1 to {_MOST_TRIES}.")
    model = _model(arguments.model)
    scored: list[ArmScores] = []
    short: list[str] = []
    for arm in (RULES, Arm("rules + model", model), model_only(model)):
        tries = asyncio.run(_tried(arm, arguments, scenarios, workflows, tell))
        scored.append(arm_scores(arm.name, tries))
        if arm.model and not any(one.tokens for one in tries):
            print(f"{arm.name}: no tokens were used; `troubleshooter check --online` says why", file=sys.stderr)
        if arm.name != "model only":
            short += [f"{arm.name}: {line}" for one in tries for line in missed(one, read_thresholds())]
    if arguments.json:
        print(json.dumps([one.model_dump() for one in scored], indent=2))
    else:
        _print(scored)
    for line in dict.fromkeys(short):
        print(f"below the threshold: {line}", file=sys.stderr)
    return 1 if short else 0


def _model(name: str) -> dict[str, object]:
    """Return the settings of the model *name* at the endpoint of the environment."""
    settings = read_settings(openai_model=name)
    told = settings.model_dump()
    return {key: told[key] for key in told if key.startswith("openai_") and told[key] is not None}


async def _tried(
    arm: Arm,
    arguments: argparse.Namespace,
    scenarios: Sequence[Scenario],
    workflows: Mapping[str, WorkflowDefinition],
    tell: Callable[[Score], None],
) -> list[Totals]:
    """Run *arm* as often as asked; rules come out the same each time, so they are run once."""
    tries = []
    for number in range(arguments.tries if arm.model else 1):
        print(f"{arm.name}, try {number + 1}", file=sys.stderr)
        tries.append(await evaluate(scenarios, workflows, all_phrasings=arguments.all_phrasings, tell=tell, arm=arm))
    return tries


def _print(scored: Sequence[ArmScores]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("mean (least to most)")
    for one in scored:
        table.add_column(f"{one.arm}, {one.tries} {'try' if one.tries == 1 else 'tries'}", justify="right")
    for name in (*_SHARES, *_COUNTS, *_COSTS):
        table.add_row(name.replace("_", " "), *(_cell(one.figures[name], share=name in _SHARES) for one in scored))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PAPER_WIDTH
    console.print(table)


def _cell(spread: Spread, *, share: bool) -> str:
    if spread.mean is None or spread.least is None or spread.most is None:
        return "not graded"

    def written(value: float) -> str:
        return f"{value:.1%}" if share else f"{value:,.1f}".removesuffix(".0")

    ends = "" if spread.least == spread.most else f" ({written(spread.least)} to {written(spread.most)})"
    return written(spread.mean) + ends
