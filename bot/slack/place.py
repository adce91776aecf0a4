"""Where a run is shown and whose it is, and how one person is told something; nothing is ever just dropped."""

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Literal

from bot.domain.kept import KeptRun
from bot.errors import SlackError
from bot.slack.blocks import Message, context
from bot.slack.faults import SlackFault
from bot.slack.outbox import PRIVATELY, Outbox, Unsure, repeated
from bot.slack.writer import SlackWriter

Reached = Literal["thread", "asker", "nobody", "not yet"]
Tell = Callable[[Message], Awaitable[object]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A thread ("" until we post its root), who asked there, and the response_url that Slack gave, if any."""

    channel: str
    thread_ts: str
    user: str
    response_url: str | None = None
    in_thread: bool = False  # it was asked in a thread that was there before
    pressed: bool = False  # it was asked by a button, whose message the response_url replaces
    button_stays: bool = False  # it was asked by a button that may be pressed again when this comes to nothing

    def kept(self) -> dict[str, str | bool | None]:
        """Return what a store keeps."""
        return asdict(self)


def place_of(kept: KeptRun) -> Place | None:
    """Return where the run reports to, its thread included once there is one; None where that is damaged."""
    known = {name: value for name, value in (kept.place or {}).items() if name in Place.__slots__}
    known["thread_ts"] = known.get("thread_ts") or kept.thread_ts or ""
    try:
        return Place(**known)  # type: ignore[arg-type]  # what `Place.kept` wrote, perhaps in another version
    except TypeError:  # something that every place has is missing
        return None


def way_to_asker(writer: SlackWriter, place: Place) -> Tell:
    """Return how the one who asked is answered in private."""
    if place.response_url is not None:
        return partial(_tell_by_any, writer, place)
    return partial(tell_asker, writer, place)


async def _tell_by_any(writer: SlackWriter, place: Place, message: Message) -> None:
    """Answer through the response_url, which lives for half an hour and five answers; else as it goes."""
    (first, *others) = reversed(_ways(writer, place, message))
    try:
        await first[1]()
    except SlackError as error:
        for way, send in others:
            with contextlib.suppress(SlackError):
                await send()
                _log.info("an answer went by %s, because by %s: %s", way, first[0], error)
                return
        raise


async def tell_asker(writer: SlackWriter, place: Place, message: Message) -> None:
    """Answer a mention: privately where that is seen, else as a reply. Direct messages are private as they are.

    Slack shows a private message in a thread only where the thread already has replies (docs.slack.dev,
    chat.postEphemeral), so under a fresh message it goes to the channel.
    """
    if place.channel.startswith("D"):
        await writer.post(place.channel, message, thread_ts=place.thread_ts)
        return
    try:
        await writer.whisper(place.channel, place.user, message, thread_ts=place.thread_ts if place.in_thread else None)
    except SlackError as error:
        _log.info("an answer to one person goes to the thread, because privately: %s", error)
        await writer.post(place.channel, message, thread_ts=place.thread_ts)


async def deliver(outbox: Outbox, place: Place, message: Message, name: str) -> Reached:
    """Post the message *name*, such as "report", in its thread; where that fails, to the one who asked.

    Raises no SlackError. "not yet" means that nobody has the message, and that Slack may take it later: its trouble
    passes, or the token is renewed.
    """
    what = f"the {name} of run {outbox.run_id}"
    try:
        ts = await outbox.post(name, place.channel, message, thread_ts=place.thread_ts, is_report=True)
    except Unsure as error:
        _log.warning("%s waits: whether it stands already cannot be seen now: %s", what, error)
        return "not yet"
    except SlackError as error:
        mends = isinstance(error, SlackFault) and error.mends
        _log.warning("%s could not be posted in its thread: %s", what, error)
        note = context(f"This belongs in your thread, but could not be posted there: {error}")
        moved = message.under(note)
        if name in outbox.doubted:
            moved = repeated(moved)
    else:
        return "asker" if ts == PRIVATELY else "thread"
    for way, send in _ways(outbox.writer, place, moved):
        try:
            await send()
        except SlackError as error:
            _log.warning("%s could not be sent by %s: %s", what, way, error)
        else:
            _log.warning("%s went to the one who asked, by %s", what, way)
            await outbox.note(name, PRIVATELY)
            return "asker"
    _log.error("%s reached nobody in Slack; it is kept, see it with: troubleshooter show %s", what, outbox.run_id)
    return "not yet" if mends else "nobody"


def _ways(writer: SlackWriter, place: Place, message: Message) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
    """List the ways to one person, the most lasting first."""
    ways: list[tuple[str, Callable[[], Awaitable[object]]]] = [
        ("direct message", lambda: writer.post(place.user, message)),
        ("private message in the channel", lambda: writer.whisper(place.channel, place.user, message)),
    ]
    if place.response_url is not None:
        url = place.response_url
        ways.append(("response_url", lambda: writer.respond(url, message)))
    return ways
