"""The status message: each phase, and in it each task with its state, seconds and finding; pure.

With many tasks the ones that need eyes are shown and the rest counted, so that it stays readable on a phone.
"""

from collections import Counter
from collections.abc import Sequence

from bot.domain.plan import Phase
from bot.domain.status import WORST_FIRST, TaskStatus
from bot.domain.workflow import TaskDefinition
from bot.slack.blocks import Block, Element, Message, actions, context, header, message, paragraph, rich, words
from bot.slack.progress import Progress, TaskState
from bot.slack.run_lists import stop_button
from bot.slack.text import line

TASKS_SHOWN = 40  # lines that a person still reads; what is bad comes first
PHASES_SHOWN = 20  # two blocks each, of the fifty that Slack takes
FINDING_CHARS = 160  # two lines on a phone
TITLE_CHARS = 80
CORRECT = "Not what you meant? Ask again with index=NAME, host=NAME or since 10:15."

_GLYPHS: dict[TaskState, str] = {
    "waiting": "⚪",
    "running": "🔵",
    TaskStatus.CLEAR: "✅",
    TaskStatus.CRITICAL: "🔴",
    TaskStatus.WARNING: "🟠",
    TaskStatus.FAILED: "❌",
    TaskStatus.TIMED_OUT: "⏱️",
    TaskStatus.NOT_CHECKED: "🚫",
    TaskStatus.INCONCLUSIVE: "❔",
    TaskStatus.SKIPPED: "⏭️",
}
_URGENCY: tuple[TaskState, ...] = (
    *(s for s in WORST_FIRST if s != TaskStatus.CLEAR),
    "running",
    "waiting",
    TaskStatus.CLEAR,
)


def status_message(progress: Progress) -> Message:
    """Draw the run as far as it is."""
    shown = _chosen(progress)
    blocks = [header(progress.plan.workflow.title), context(_state_line(progress), *_understood(progress))]
    phases = progress.plan.phases
    for phase in phases[:PHASES_SHOWN]:
        blocks += _phase(progress, phase, shown)
    if len(phases) > PHASES_SHOWN:
        rest = [task for phase in phases[PHASES_SHOWN:] for task in phase.tasks]
        blocks.append(context(f"… {len(phases) - PHASES_SHOWN} more phases: {_counted(progress, rest)}"))
    if progress.run_id is not None and not progress.ended:
        blocks.append(actions(stop_button(progress.run_id)))
    return message(_spoken(progress), blocks)


def _state_line(progress: Progress) -> str:
    total = len(progress.plan.tasks)
    done = len(progress.results)
    if progress.failed is not None:
        return f"Failed: {progress.failed}"
    if progress.run is not None:
        stopped = f" Stopped early: {progress.run.stopped}." if progress.run.stopped else ""
        seconds = progress.run.finished_at - progress.run.started_at
        return f"Done in {seconds:.0f} s: {progress.run.report.coverage}.{stopped} The report is {progress.report_is}."
    if progress.ahead is not None:
        noun = "run" if progress.ahead == 1 else "runs"
        return f"Waiting: {progress.ahead} {noun} ahead."
    if progress.left is not None:
        return f"Paused, {done} of {total} checks done: {progress.left.reason}"
    resumed = f"Resumed, {progress.kept} of {total} kept. " if progress.resumed else ""
    if progress.carried:
        resumed = f"Checking again; {progress.carried} of {total} were clear and are kept. {resumed}"
    return f"{resumed}{done} of {total} checks done, {len(progress.running)} running."


def _understood(progress: Progress) -> list[str]:
    """Say how the problem was read, so that a person sees a misreading at once, and can correct it."""
    named = ", ".join(map(str, progress.problem.understood))
    told = [f"understood: {named}." if named else "", f"{said}." if (said := progress.problem.not_understood) else ""]
    read = [" ".join([*filter(None, told), CORRECT])] if any(told) else []
    return [*read, *filter(None, [_why(progress.reason)])]


def _why(reason: str) -> str:
    return f"Chosen because: {reason}" if reason else ""


def _phase(progress: Progress, phase: Phase, shown: set[str]) -> list[Block]:
    title = f"Phase {phase.number} of {len(progress.plan.phases)}"
    head = context(f"{title} · {progress.done(phase)} of {len(phase.tasks)} done")
    lines: list[Element] = []
    for task in phase.tasks:
        if task.id in shown:
            lines += [words("\n")] if lines else []
            lines += _task(progress, task)
    hidden = [task for task in phase.tasks if task.id not in shown]
    if hidden:
        lines.append(words(f"{chr(10) if lines else ''}… {len(hidden)} more: {_counted(progress, hidden)}"))
    return [head, rich(paragraph(*lines))]


def _task(progress: Progress, task: TaskDefinition) -> list[Element]:
    state = progress.state(task.id)
    result = progress.results.get(task.id)
    elements = [
        words(f"{_GLYPHS[state]} "),
        words(line(task.title, TITLE_CHARS), bold=True),
        words(f" · {_say(state)}"),
    ]
    if result is not None:
        if result.started_at is not None:
            elements.append(words(f" · {result.duration_s:.1f} s"))
        if result.line:
            elements.append(words(f"\n      {line(result.line, FINDING_CHARS)}"))
    return elements


def _chosen(progress: Progress) -> set[str]:
    tasks = progress.plan.tasks
    urgent = sorted(tasks, key=lambda task: _URGENCY.index(progress.state(task.id)))  # stable: plan order within
    return {task.id for task in urgent[:TASKS_SHOWN]}


def _counted(progress: Progress, tasks: Sequence[TaskDefinition]) -> str:
    counts = Counter(progress.state(task.id) for task in tasks)
    return ", ".join(f"{counts[state]} {_say(state)}" for state in _URGENCY if counts[state])


def _say(state: TaskState) -> str:
    return str(state).replace("_", " ")


def _spoken(progress: Progress) -> str:
    """Say the state in words: what a notification and a screen reader get."""
    bad = [
        f"{result.title}: {_say(result.status)}, {line(result.line, FINDING_CHARS)}"
        for result in progress.results.values()
        if result.status in {TaskStatus.CRITICAL, TaskStatus.WARNING}
    ]
    more = [f"and {len(bad) - 5} more"] if len(bad) > 5 else []
    return " ".join([f"{progress.plan.workflow.title}: {_state_line(progress)}", "; ".join(bad[:5] + more)]).strip()
