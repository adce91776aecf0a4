"""`troubleshooter eval --model NAME`: the same scenarios by rules only, by rules with a model, and by a model only."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.sandbox_settings import model_settings
from bot.domain.workflow import WorkflowDefinition
from bot.errors import UsageError
from bot.evals.arms import RULES, Arm, ArmScores, Spread, arm_scores
from bot.evals.model_only import model_only
from bot.evals.run import evaluate
from bot.evals.scores import Score, Totals
from bot.evals.thresholds import missed, read_thresholds
from bot.safety.hidden import on_one_line
from bot.sandbox.scenario import Scenario

_MOST_TRIES = 100
_ALONE = "model only"
_PAPER_WIDTH = 80  # where no terminal says how wide it is
_SHARES = {
    "root_cause_top1": "root cause right",
    "root_cause_top3": "right among three",
    "severity_accuracy": "severity right",
    "findings_precision": "findings: right",
    "findings_recall": "findings: of all",
}
_COUNTS = {
    "false_healthy": "falsely healthy",
    "unsupported_claims": "claims without grounds",
    "forbidden_claims": "claimed wrongly",
    "errors": "runs that broke",
    "model_verified": "shown as verified",
    "model_unsupported": "of them unsupported",
    "model_unverified": "shown as unverified",
}
_COSTS = {"searches": "searches", "tokens": "tokens", "seconds": "seconds"}
_ANSWERS = "model_answers"
_WHOLE = 100  # from here on a tenth tells nothing


def compare(
    arguments: argparse.Namespace,
    scenarios: Sequence[Scenario],
    workflows: Mapping[str, WorkflowDefinition],
    tell: Callable[[Score], None],
) -> int:
    """Run the arms and print them side by side; 1 when one with rules misses a threshold.

    A model that changes a root cause or a severity misses one too, and so does one that never answers. Raises
    UsageError.
    """
    if arguments.tries is not None and not 1 <= arguments.tries <= _MOST_TRIES:
        raise UsageError(f"--tries takes 1 to {_MOST_TRIES}.")
    model = model_settings(arguments.model)
    scored: list[ArmScores] = []
    short: list[str] = []
    untried: list[str] = []
    by_rules: Totals | None = None
    for arm in (RULES, Arm("rules + model", model), model_only(model)):
        tries = asyncio.run(_tried(arm, arguments, scenarios, workflows, tell))
        one = arm_scores(arm.name, tries, by_rules)
        scored.append(one)
        by_rules = by_rules or tries[0]
        if arm.model and not one.figures[_ANSWERS].most:
            untried.append(_untried(tries))
        if arm.name != _ALONE:
            short += [f"{arm.name}: {line}" for each in tries for line in missed(each, read_thresholds())]
            short += [f"{arm.name} says other than {RULES.name}: {line}" for line in one.differs]
    if arguments.json:
        print(json.dumps([one.model_dump() for one in scored], indent=2))
    else:
        show(scored, len(scenarios))
    for line in dict.fromkeys(short):
        print(f"below the threshold: {line}", file=sys.stderr)
    for line in dict.fromkeys(untried):
        print(f"The model {arguments.model} was not tried: {line}", file=sys.stderr)
    return 1 if short or untried else 0


def _untried(tries: Sequence[Totals]) -> str:
    """Say why no answer of a model's came, in any of *tries*."""
    notes = (score.error or score.model_note for each in tries for score in each.scenarios)
    return on_one_line(next(filter(None, notes), "no scenario asked it anything.")).removeprefix("no model was used: ")


async def _tried(
    arm: Arm,
    arguments: argparse.Namespace,
    scenarios: Sequence[Scenario],
    workflows: Mapping[str, WorkflowDefinition],
    tell: Callable[[Score], None],
) -> list[Totals]:
    """Run *arm* as often as asked; rules come out the same each time, so they are run once."""
    tries = []
    for number in range((arguments.tries or 1) if arm.model else 1):
        print(f"{arm.name}, try {number + 1}", file=sys.stderr)
        tries.append(await evaluate(scenarios, workflows, all_phrasings=arguments.all_phrasings, tell=tell, arm=arm))
    return tries


def show(scored: Sequence[ArmScores], scenarios: int) -> None:
    """Print the arms side by side, and in words what the model did beside the rules; fits into 80 columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("mean (least to most)")
    for one in scored:
        table.add_column(one.arm, justify="right")
    tries = ("once" if one.tries == 1 else f"{one.tries} tries" for one in scored)
    table.add_row(f"of {scenarios} scenario{'s' * (scenarios != 1)}", *tries)
    for name, label in (_SHARES | _COUNTS | _COSTS).items():
        table.add_row(label, *(_cell(one.figures[name], share=name in _SHARES) for one in scored))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PAPER_WIDTH
    console.print(table)
    console.print(Text("\n" + "\n".join(_plainly(scored))))


def _plainly(scored: Sequence[ArmScores]) -> Iterator[str]:
    """Say in words what a model is not to do beside the rules, and whether it did."""
    for one in scored:
        if one.arm in {RULES.name, _ALONE}:
            continue
        if not one.figures[_ANSWERS].most:
            yield f"{one.arm} says nothing of the model, which never answered."
            continue
        if one.differs:
            yield f"{one.arm} names other root causes or severities than {RULES.name}:"
            yield from (f"  {line}" for line in one.differs)
        else:
            yield f"{one.arm} names the same root causes and severities as {RULES.name}."
        yield f"Unsupported claims of the model shown as verified: {_worst(one, 'model_unsupported')}."
        if one.figures["model_not_looked_up"].most:
            yield f"Not looked up again, since not all rows are kept: {_worst(one, 'model_not_looked_up')}."


def _worst(one: ArmScores, name: str) -> str:
    return f"{one.figures[name].most or 0:g}" + (" in the worst try" if one.tries > 1 else "")


def _cell(spread: Spread, *, share: bool) -> str:
    if spread.mean is None or spread.least is None or spread.most is None:
        return "not graded"
    if spread.least == spread.most:
        return _written(spread.mean, share=share)
    ends = " to ".join(_written(end, share=share).removesuffix("%") for end in (spread.least, spread.most))
    return f"{_written(spread.mean, share=share)} ({ends})"


def _written(value: float, *, share: bool) -> str:
    if share:
        return f"{value:.1%}"
    return f"{value:,.0f}" if value >= _WHOLE else f"{value:,.1f}".removesuffix(".0")
