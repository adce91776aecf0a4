"""What a button of a report tells everybody, once: a summary in the channel, and who takes an action item."""

from collections.abc import Awaitable, Callable

from bot.domain.kept import KeptRun
from bot.domain.run import Run
from bot.errors import SlackError
from bot.slack.answers import wish_of
from bot.slack.blocks import Block, Message, link, message, numbered, paragraph, person, rich, sentence, words
from bot.slack.desk import Desk
from bot.slack.place import Place
from bot.slack.report_blocks import SIGNS, spoken
from bot.slack.text import line

NO_REPORT = "These checks came to no report."
SHARED = "The summary stands in the channel already."
TAKEN = "Somebody has taken that already: see the thread."
NO_SUCH_ACTION = "That report has no such action."
ACTIONS_SHARED = 3
CHARS = 240


async def share(desk: Desk, run: KeptRun, place: Place) -> Message | None:
    """Post a summary to the run's channel, with the way to its thread. Raises NotAllowed, StoreError and SlackError."""
    if run.run is None:
        return sentence(NO_REPORT)
    await desk.door.check(place.user, wish_of(run, place, desk.runs), run.id)
    report, channel = run.run, _channel(run, place)

    async def post() -> None:
        way = await desk.writer.permalink(channel, run.thread_ts) if run.thread_ts else None
        await desk.writer.post(channel, summary(report, place.user, way), key=f"{run.id}.summary")

    return await _once(desk, f"share:{run.id}", post, SHARED, (place.user, "share", run.id))


async def take(desk: Desk, run: KeptRun, place: Place, *, number: int) -> Message | None:
    """Say in the thread who takes the action item *number*, from 1. Raises NotAllowed, StoreError and SlackError."""
    if run.run is None:
        return sentence(NO_REPORT)
    if not 0 < number <= len(run.run.report.actions):
        return sentence(NO_SUCH_ACTION)
    await desk.door.check(place.user, wish_of(run, place, desk.runs), run.id)
    report, channel = run.run, _channel(run, place)

    async def post() -> None:
        key = f"{run.id}.action {number}"
        await desk.writer.post(channel, taken(report, number, place.user), thread_ts=run.thread_ts, key=key)

    note = (place.user, "take action", run.id, str(number))
    return await _once(desk, f"take:{run.id}:{number}", post, TAKEN, note)


def summary(run: Run, user: str, way: str | None) -> Message:
    """Draw the summary that *user* shares, with a link to the thread."""
    report = run.report
    cause = report.root_cause
    said = f"Root cause ({cause.confidence} confidence): {cause.text}" if cause else report.no_cause_reason
    shown: list[Block] = [
        rich(
            paragraph(person(user), words(f" shares: {run.title}\n{SIGNS[report.severity]} ")),
            paragraph(words(line(report.headline, CHARS), bold=True)),
            paragraph(words(line(said or "No single cause stands out.", CHARS))),
        )
    ]
    if report.actions:
        orders = [[words(line(f"{each.owner}: {each.do}", CHARS))] for each in report.actions[:ACTIONS_SHARED]]
        shown.append(rich(numbered(orders)))
    if way:
        shown.append(rich(paragraph(link(way, "The whole report is in its thread"))))
    return message(spoken(report), shown)


def taken(run: Run, number: int, user: str) -> Message:
    """Say who takes an action."""
    action = run.report.actions[number - 1]
    verify = f" Done when: {line(action.verify, CHARS)}" if action.verify else ""
    said = f" takes action {number}: {line(action.do, CHARS)}{verify}"
    return message(f"Somebody{said}", [rich(paragraph(person(user), words(said)))])


def _channel(run: KeptRun, place: Place) -> str:
    return str((run.place or {}).get("channel") or place.channel)


async def _once(
    desk: Desk, key: str, post: Callable[[], Awaitable[None]], else_say: str, note: tuple[str, ...]
) -> Message | None:
    """Post what is posted once; when that fails, the next press may try again."""
    if not await desk.store.claim(key):
        return sentence(else_say)
    try:
        await post()
    except SlackError:
        await desk.store.release(key)
        raise
    await desk.store.note(*note)
    return None
