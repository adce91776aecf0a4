"""`troubleshooter eval`: how right the bot is over scenarios whose truth is known."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.eval_arms import compare
from bot.cli.workflow_files import load
from bot.domain.workflow import WorkflowDefinition
from bot.errors import UsageError
from bot.evals.run import evaluate, problems_of
from bot.evals.scores import Score, Totals
from bot.evals.thresholds import missed, read_thresholds
from bot.evals.truths import unknown_names
from bot.safety.hidden import on_one_line
from bot.sandbox.scenario import Scenario, ScenarioError, Truth, scenario_names, validated
from bot.sandbox.scenario_yaml import Written, read_scenario

_MOST_TOLD = 2  # things wrong with one score, where arms are compared: a model alone gets much wrong
_PAPER_WIDTH = 140  # where no terminal says how wide it is


def command(arguments: argparse.Namespace) -> int:
    """Run the scenarios and print the scores; 1 when a threshold is missed."""
    if arguments.tries is not None and not arguments.model:
        raise UsageError("--tries goes with --model: rules alone come out the same each time.")
    workflows = load(arguments)
    scenarios = _scenarios(arguments, workflows)
    if arguments.model:
        return compare(arguments, scenarios, workflows, partial(_tell, most=_MOST_TOLD))
    scored = asyncio.run(evaluate(scenarios, workflows, all_phrasings=arguments.all_phrasings, tell=_tell))
    short = missed(scored, read_thresholds())
    if arguments.json:
        print(scored.model_dump_json(indent=2, ensure_ascii=True))
    else:
        _print(scored)
    for line in short:
        print(f"below the threshold: {line}", file=sys.stderr)
    return 1 if short else 0


def _scenarios(arguments: argparse.Namespace, workflows: Mapping[str, WorkflowDefinition]) -> list[Scenario]:
    """Read all that is asked for, and warn of truths that name what no workflow has: such a scenario can only fail.

    Raises UsageError with every fault of every file.
    """
    found: list[Scenario] = []
    faults: list[str] = []
    for name, source in _sources(arguments).items():
        try:
            written = read_scenario(source)
            _warn(written, workflows)
            found.append(validated(written).model_copy(update={"name": name}))
        except ScenarioError as error:
            faults.extend(error.faults)
    if faults:
        raise UsageError("these scenarios cannot be used:\n" + "\n".join(faults))
    return found


def _warn(written: Written, workflows: Mapping[str, WorkflowDefinition]) -> None:
    """Say which names of a truth no workflow has; it is still run, as the truth may be right and the workflow short."""
    try:
        truth = Truth.model_validate(written.document.get("truth"))
    except ValidationError:
        return  # which is told with the file's faults
    for route, said in unknown_names(truth, workflows):
        print(f"{written.place(route)}: {'.'.join(map(str, route))}: {said}", file=sys.stderr)


def _sources(arguments: argparse.Namespace) -> dict[str, str]:
    """Return what to load, by name: the shipped scenarios or those of a folder, or the ones that are asked for."""
    known = _of_folder(Path(arguments.scenarios)) if arguments.scenarios else {name: name for name in scenario_names()}
    asked = list(dict.fromkeys(arguments.scenario or known))
    if unknown := [name for name in asked if name not in known]:
        raise UsageError(f"there is no scenario {unknown[0]!r}. There are: {', '.join(known)}.")
    return {name: known[name] for name in asked}


def _of_folder(folder: Path) -> dict[str, str]:
    """Return a folder's scenario files by name; one that begins with _ is only stood on by others."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder of scenario files.")
    files = [path for path in sorted(folder.iterdir()) if path.suffix in {".yml", ".yaml"} and path.name[0] not in "_."]
    if not files:
        raise UsageError(
            f"{folder} holds no scenario: a scenario is a .yml file, docs/scenarios.md says how to write one."
        )
    return {path.stem: str(path.resolve()) for path in files}


def _tell(score: Score, most: int | None = None) -> None:
    wrong = list(problems_of(score))
    if most is not None and len(wrong) > most:
        wrong[most:] = [f"and {len(wrong) - most} more"]
    print(
        f"{'✖' if wrong else '✔'} {score.scenario}  {score.seconds:.1f} s  {on_one_line('; '.join(wrong))}",
        file=sys.stderr,
    )


def _print(scored: Totals) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PAPER_WIDTH
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("scenario", "workflow", "stated cause", "severity", "found", "claims", "searches", "s"):
        table.add_column(heading, overflow="fold", justify="right" if heading in {"searches", "s"} else "left")
    for score in scored.scenarios:
        table.add_row(*_row(score))
    console.print(table)
    console.print(Text(_overall(scored)))


def _row(score: Score) -> list[Text]:
    claims = [*score.false_healthy, *score.unsupported_claims, *score.forbidden_claims]
    cause = score.error or score.stated_cause or "none"
    return [
        Text(score.scenario),
        _marked(f"{score.phrasings_right} of {score.phrasings}", right=score.phrasings_right == score.phrasings),
        _marked(cause, right=score.root_cause_right),
        _marked(score.severity or "", right=score.severity_right),
        Text("" if score.recall is None else f"{score.precision:.0%} right, {score.recall:.0%} of all"),
        _marked("sound" if not claims else f"{len(claims)} unsound", right=not claims and not score.error),
        Text(str(score.searches)),
        Text(f"{score.seconds:.1f}"),
    ]


def _marked(text: str, *, right: bool) -> Text:
    return Text(f"{'✔' if right else '✖'} {text}", style="green" if right else "bold red")


def _overall(scored: Totals) -> str:
    return (
        f"\nworkflow right {scored.workflow_accuracy:.1%} of {sum(one.phrasings for one in scored.scenarios)} phrasings"
        f" · root cause right {scored.root_cause_top1:.1%} (top 3: {scored.root_cause_top3:.1%})"
        f" · severity right {scored.severity_accuracy:.1%}"
        f"\nfalsely healthy {scored.false_healthy} · unsupported claims {scored.unsupported_claims}"
        f" · claimed what must not be {scored.forbidden_claims} · errors {scored.errors}"
        f" · {scored.searches} searches, {scored.scanned_events} events read, {scored.tokens} tokens,"
        f" {scored.seconds:.1f} s"
    )
