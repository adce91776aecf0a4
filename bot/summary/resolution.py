"""What the way back waits for, its stretches, and what to ask or watch next. Pure: no time is promised."""

from collections.abc import Sequence

from bot.domain.report import ActionItem, Gap, ResolutionStep, RootCause
from bot.domain.run import TaskResult
from bot.domain.status import Severity, TaskStatus
from bot.summary.cause import some_effects
from bot.summary.words import clause, counted, distinct, listed, sentence

_WHEN = {1: "now", 2: "today", 3: "later"}
MOST_FOLLOW_UPS = 8  # what fits in a section that somebody still reads


def estimate(severity: Severity, actions: Sequence[ActionItem], gaps: Sequence[Gap], cause: RootCause | None) -> str:
    """Say whom the way back waits for. How long their work takes is in no evidence, so no time is named."""
    if severity is Severity.CLEAR:
        return "Nothing to resolve."
    if severity is Severity.INCOMPLETE:
        return "Unknown: nothing wrong was seen, and not everything was checked."
    if not actions:
        return "Unknown: no action is known for what was found."
    doubts = []
    if cause is None or cause.confidence == "low":
        doubts.append("the cause is not certain")
    if gaps:
        doubts.append("what was not checked may hide more")
    doubt = f" More may be needed: {' and '.join(doubts)}." if doubts else ""
    certain = cause is not None and cause.confidence != "low"
    return (
        f"{_awaited(actions[:1] if certain else actions)}; how long that takes is not known from the evidence.{doubt}"
    )


def _awaited(actions: Sequence[ActionItem]) -> str:
    """Say who must act: of a certain cause only its own owner, for its effects should go away by themselves."""
    first = min(action.priority for action in actions)
    owners = distinct(action.owner for action in actions if action.priority == first)
    return f"Once {listed(owners)} {'has' if len(owners) == 1 else 'have'} acted ({_WHEN[first]})"


def timeline(actions: Sequence[ActionItem], gaps: Sequence[Gap], cause: RootCause | None) -> tuple[ResolutionStep, ...]:
    """Return the stretches of the way back: the actions by priority, then how to see that it worked."""
    steps = []
    for priority, when in _WHEN.items():
        due = [f"{action.owner}: {clause(action.do)}" for action in actions if action.priority == priority]
        if due:
            more = f"; and {counted(len(due) - 1, 'other action')}" if len(due) > 1 else ""
            steps.append(ResolutionStep(when=when, what=due[0] + more))
    if cause and cause.effects:
        steps.append(ResolutionStep(when="after that", what="see whether what the cause explains goes away by itself"))
    if steps:
        again = "run the same checks again" + (" and close the gaps" if gaps else "")
        steps.append(ResolutionStep(when="at the end", what=again))
    return tuple(steps)


def follow_ups(results: Sequence[TaskResult], gaps: Sequence[Gap], cause: RootCause | None) -> tuple[str, ...]:
    """Return what to ask about checks that are not clear, to watch and to unlock; at most MOST_FOLLOW_UPS."""
    asked = [
        f"{result.title}: {sentence(result.ask)}"
        for result in results
        if result.ask and result.status is not TaskStatus.CLEAR
    ]
    unlocked = [f"To check {gap.title}: {sentence(gap.unlock)}" for gap in gaps if gap.unlock]
    watched = []
    if cause and cause.effects:
        watched = [f"Watch whether the effects go away with their cause: {sentence(some_effects(cause))}"]
    return distinct((*asked, *watched, *unlocked))[:MOST_FOLLOW_UPS]
