"""The status message as Slack's own plans, one for each phase, with a card for each task; pure.

A plan's and a card's title is a bare string, of which Slack does not say whether it reads markup there: ours and the
workflow's words stand in it. What came from outside stands in a card's rich text. No client was seen to draw it, so
the message carries the rendering in sections too. Source: docs.slack.dev/reference/block-kit/blocks/plan-block.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.plan import Phase
from bot.domain.status import TaskStatus
from bot.domain.workflow import TaskDefinition
from bot.slack.blocks import Block, Element, Message, context, header, message, paragraph, rich, words
from bot.slack.progress import Progress, TaskState
from bot.slack.status_blocks import DrawStatus, status_end, status_message
from bot.slack.status_words import (
    FINDING_CHARS,
    PHASES_SHOWN,
    TITLE_CHARS,
    counted,
    phase_line,
    say,
    spoken,
    state_line,
    understood,
    urgent,
)
from bot.slack.text import line

# Slack knows four states, and draws "complete" as a tick. Only what is clear gets one.
_CARDS: dict[TaskState, str] = {
    "waiting": "pending",
    "running": "in_progress",
    TaskStatus.CLEAR: "complete",
    TaskStatus.SKIPPED: "pending",
}
_NOT_CLEAR = "error"


def plan_message(progress: Progress) -> Message:
    """Draw the run as far as it is."""
    shown = urgent(progress)
    read = understood(progress)
    blocks = [
        header(progress.plan.workflow.title),
        rich(paragraph(words(state_line(progress)))),  # rich text is edited into rich text only: block_mismatch
        *([context(*read)] if read else []),
        *(_plan(progress, phase, shown) for phase in progress.plan.phases[:PHASES_SHOWN]),
        *status_end(progress),
    ]
    return replace(message(spoken(progress), blocks), plainer=status_message(progress))


def _plan(progress: Progress, phase: Phase, shown: set[str]) -> Block:
    hidden = [task for task in phase.tasks if task.id not in shown]
    more = f" · {len(hidden)} more: {counted(progress, hidden)}" if hidden else ""
    cards = [_card(progress, task) for task in phase.tasks if task.id in shown]
    return {"type": "plan", "title": f"{phase_line(progress, phase)}{more}", "tasks": cards}


def _card(progress: Progress, task: TaskDefinition) -> Element:
    """Draw a task_card as a plan takes it: without its type."""
    state = progress.state(task.id)
    result = progress.results.get(task.id)
    took = f" · {result.duration_s:.1f} s" if result is not None and result.started_at is not None else ""
    card: Element = {
        "task_id": task.id,
        "title": f"{line(task.title, TITLE_CHARS)} · {say(state)}{took}",
        "status": _CARDS.get(state, _NOT_CLEAR),
    }
    if result is not None and result.line:
        card["output"] = rich(paragraph(words(line(result.line, FINDING_CHARS))))
    return card


STATUSES: Mapping[str, DrawStatus] = {"blocks": status_message, "plan": plan_message}
"""The ways to draw a run's status, by the setting's word."""
