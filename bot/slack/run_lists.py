"""Private answers about runs of a channel: what goes on, what there was, each with a button; pure."""

import re
from collections.abc import Sequence

from bot.domain.kept import UNFINISHED, KeptRun, RunLine
from bot.errors import UsageError
from bot.slack.blocks import Block, Element, Message, button, context, message, section
from bot.slack.report_blocks import SIGNS
from bot.slack.text import line

SHOW, STOP = "show_run", "stop_run"  # action ids are unique in a message: show_run:<id>
RUNS_SHOWN = 10
PROBLEM_CHARS = 200
OLD_BUTTON = "That button is from an older version of me. Please ask again."
NO_RUN_HERE = "I have no such run in this channel: it was removed after its time, or asked for elsewhere."

_RUN_ID = re.compile(r"[0-9a-z_.-]{1,32}", re.IGNORECASE)


def read_run_id(value: object) -> str:
    """Read a button's value. Raises UsageError for one that we did not write."""
    if not isinstance(value, str) or not _RUN_ID.fullmatch(value):
        raise UsageError(OLD_BUTTON)
    return value


def stop_button(run_id: str) -> Element:
    return button("Stop", f"{STOP}:{run_id}", run_id, spoken="Stop these checks and report what is known")


def going_on_message(going_on: Sequence[KeptRun], now: float, command: str) -> Message:
    """Say what goes on in a channel, and how far it is."""
    if not going_on:
        return message(
            said := "No checks are going on here.", [section(said), context(f"Earlier ones: {command} runs")]
        )
    blocks = [section(_going_on(run, now), stop_button(run.id)) for run in going_on[:RUNS_SHOWN]]
    return message(" ".join(_going_on(run, now) for run in going_on[:RUNS_SHOWN]), [*blocks, *_rest(going_on)])


def which_message(going_on: Sequence[KeptRun], now: float, command: str) -> Message:
    """Ask which of several runs is to be stopped."""
    asked = going_on_message(going_on, now, command)
    return message(said := "Several are going on here. Stop which one?", [section(said), *asked.blocks])


def runs_message(lines: Sequence[RunLine], now: float, command: str) -> Message:
    """List a channel's runs, the newest first."""
    if not lines:
        return message(said := f"Nothing was asked here yet. Say what you see: {command} no events", [section(said)])
    blocks = [
        section(
            _line(each, now), button("Show", f"{SHOW}:{each.id}", each.id, spoken=f"Show the report of run {each.id}")
        )
        for each in lines[:RUNS_SHOWN]
    ]
    return message("\n".join(_line(each, now) for each in lines[:RUNS_SHOWN]), [*blocks, *_rest(lines)])


def _rest(shown: Sequence[object]) -> list[Block]:
    return [context("… and older ones.")] if len(shown) > RUNS_SHOWN else []


def _line(run: RunLine, now: float) -> str:
    sign = next((sign for severity, sign in SIGNS.items() if severity == run.severity), "⚪")
    state = line(run.headline or _state(run), PROBLEM_CHARS)
    return f"{sign} {state}\n{_asked(run.problem)} · {_ago(now - run.asked_at)} · run {run.id}"


def _state(run: RunLine) -> str:
    return "Going on" if run.state in UNFINISHED else f"No report: {run.state}"


def _going_on(run: KeptRun, now: float) -> str:
    if run.plan is None:
        progress = "reading the problem"
    elif run.run is not None:
        progress = "all checks done, the report is on its way"
    else:
        progress = f"{len(run.results)} of {len(run.plan.workflow.tasks)} checks done"
    title = f"{run.plan.workflow.title}: " if run.plan else ""
    return f"{title}{progress}\n{_asked(run.request.problem)} · {_ago(now - run.asked_at)} · run {run.id}"


def _asked(problem: str) -> str:
    return f"“{line(problem, PROBLEM_CHARS)}”"


def _ago(seconds: float) -> str:
    for unit, size_s in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size_s:
            return f"{seconds / size_s:.0f} {unit} ago"
    return f"{max(0.0, seconds):.0f} s ago"
