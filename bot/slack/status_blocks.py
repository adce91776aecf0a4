"""The status message: each phase, and in it each task with its state, seconds and finding; pure.

With many tasks the ones that need eyes are shown and the rest counted, so that it stays readable on a phone.
"""

from collections.abc import Callable

from bot.domain.plan import Phase
from bot.domain.status import TaskStatus
from bot.domain.workflow import TaskDefinition
from bot.slack.blocks import Block, Element, Message, actions, context, header, message, paragraph, rich, words
from bot.slack.progress import Progress, TaskState
from bot.slack.run_lists import stop_button
from bot.slack.status_words import (
    FINDING_CHARS,
    PHASES_SHOWN,
    TITLE_CHARS,
    counted,
    more_phases,
    phase_line,
    say,
    spoken,
    state_line,
    understood,
    urgent,
)
from bot.slack.text import line

DrawStatus = Callable[[Progress], Message]
"""A way to draw a run as far as it is."""

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


def status_message(progress: Progress) -> Message:
    """Draw the run as far as it is."""
    shown = urgent(progress)
    blocks = [header(progress.plan.workflow.title), context(state_line(progress), *understood(progress))]
    for phase in progress.plan.phases[:PHASES_SHOWN]:
        blocks += _phase(progress, phase, shown)
    return message(spoken(progress), [*blocks, *status_end(progress)])


def status_end(progress: Progress) -> list[Block]:
    """Draw what every rendering ends with: the phases that are left out, and Stop while there is something to stop."""
    more = [context(rest)] if (rest := more_phases(progress)) else []
    if progress.run_id is None or progress.ended:
        return more
    return [*more, actions(stop_button(progress.run_id))]


def _phase(progress: Progress, phase: Phase, shown: set[str]) -> list[Block]:
    lines: list[Element] = []
    for task in phase.tasks:
        if task.id in shown:
            lines += [words("\n")] if lines else []
            lines += _task(progress, task)
    hidden = [task for task in phase.tasks if task.id not in shown]
    if hidden:
        lines.append(words(f"{chr(10) if lines else ''}… {len(hidden)} more: {counted(progress, hidden)}"))
    return [context(phase_line(progress, phase)), rich(paragraph(*lines))]


def _task(progress: Progress, task: TaskDefinition) -> list[Element]:
    state = progress.state(task.id)
    result = progress.results.get(task.id)
    elements = [
        words(f"{_GLYPHS[state]} "),
        words(line(task.title, TITLE_CHARS), bold=True),
        words(f" · {say(state)}"),
    ]
    if result is not None:
        if result.started_at is not None:
            elements.append(words(f" · {result.duration_s:.1f} s"))
        said = result.reason if result.status is TaskStatus.CLEAR else result.line  # "clear" says the rest by itself
        if said:
            elements.append(words(f"\n↳ {line(said, FINDING_CHARS)}"))
    return elements
