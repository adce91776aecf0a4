"""What comes before a run begins: is it meant at all, and the message that its thread hangs on."""

from bot.domain.kept import KeptRun
from bot.domain.run import Problem
from bot.ports import RunStore, Wanted
from bot.slack.blocks import Message, message, paragraph, person, rich, words
from bot.slack.place import Place

TWIN_S = 2.0  # a second Enter, or a second tap
TWIN = "You asked that a moment ago, and I am at it already: see its thread. To ask it once more, use Rerun there."
ASKED_LOOKED_AT = 50  # by everybody, within TWIN_S


async def why_not(store: RunStore, kept: KeptRun, place: Place, *, asked_s_ago: float, is_old: bool) -> str | None:
    """Return what to say to a person whose run is not begun; None where it is. Raises StoreError."""
    if is_old:
        return f"I was interrupted before I began, {hours_ago(asked_s_ago)}. Ask again."
    by_command = not place.thread_ts and not place.pressed
    return TWIN if by_command and await _is_twin(store, kept) else None


async def _is_twin(store: RunStore, kept: KeptRun) -> bool:
    """Say whether the same person asked the same in the same channel just before. Raises StoreError.

    Both are kept by the time that the later one is looked at, on whichever machine, and only the later one yields.
    """
    lately = await store.lines(Wanted(since=kept.asked_at - TWIN_S, unfinished=True, limit=ASKED_LOOKED_AT))
    mine = [line for line in lately if line.asked_by == kept.request.requested_by]
    earlier = [line.id for line in mine if (line.asked_at, line.id) < (kept.asked_at, kept.id)]
    others = [await store.load(run_id) for run_id in earlier]
    return any(other is not None and _same(other, kept) for other in others)


def _same(one: KeptRun, other: KeptRun) -> bool:
    return _asked(one) == _asked(other)


def _asked(kept: KeptRun) -> tuple[object, ...]:
    return (kept.place or {}).get("channel"), kept.request.model_copy(update={"dedupe_key": None})


def root_message(problem: Problem, user: str) -> Message:
    """Draw the root of a new thread: who asks what."""
    blocks = [rich(paragraph(person(user), words(" asks: "), words(problem.text)))]
    return message(f"Asked: {problem.text}", blocks)


def hours_ago(seconds: float) -> str:
    return f"{seconds / 3600:.0f} hours ago"
