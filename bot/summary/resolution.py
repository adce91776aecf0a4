"""How long the way back may take, its stretches, and what to ask or watch next: estimates by rules. Pure."""

from collections.abc import Sequence

from bot.domain.report import ActionItem, Gap, ResolutionStep, RootCause
from bot.domain.run import TaskResult
from bot.domain.status import Severity, TaskStatus
from bot.summary.words import clause, counted, distinct, listed, sentence

_WHEN = {1: "now", 2: "today", 3: "later"}
MOST_FOLLOW_UPS = 8  # what fits in a section that somebody still reads


def estimate(severity: Severity, actions: Sequence[ActionItem], gaps: Sequence[Gap], cause: RootCause | None) -> str:
    """Say how long it may take, as an estimate by rules, or that it cannot be said."""
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
    doubt = f" It may take longer: {' and '.join(doubts)}." if doubts else ""
    certain = cause is not None and cause.confidence != "low"
    length = _length(actions[:1] if certain else actions)
    return f"{length}. This is an estimate by rules from the actions' priorities, not a measurement.{doubt}"


def _length(actions: Sequence[ActionItem]) -> str:
    """Say how long *actions* take: of a certain cause only its own, for its effects should go away by themselves."""
    urgent = [action for action in actions if action.priority == 1]
    owners = distinct(action.owner for action in urgent)
    acting = f"once {listed(owners)} {'acts' if len(owners) == 1 else 'act'}"
    if urgent:
        return f"About an hour {acting}" if len(urgent) == 1 else f"A few hours {acting}"
    return "Within the day" if min(action.priority for action in actions) == 2 else "Within the week"


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
    asked = [sentence(result.ask) for result in results if result.ask and result.status is not TaskStatus.CLEAR]
    unlocked = [f"To check {gap.title}: {sentence(gap.unlock)}" for gap in gaps if gap.unlock]
    watched = (
        [f"Watch whether this goes away with its cause: {sentence(text)}" for text in cause.effects] if cause else []
    )
    return distinct((*asked, *watched, *unlocked))[:MOST_FOLLOW_UPS]
