"""Where a run is shown and whose it is, and how one person is told something; nothing is ever just dropped."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from bot.errors import SlackError
from bot.slack.blocks import Message, context
from bot.slack.writer import REPORT_WAITS_S, SlackWriter

Reached = Literal["thread", "asker", "nobody"]
Tell = Callable[[Message], Awaitable[object]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A thread, who asked in it, and the response_url that Slack gave for the asking, if any."""

    channel: str
    thread_ts: str
    user: str
    response_url: str | None = None


async def tell_asker(writer: SlackWriter, place: Place, message: Message, *, in_thread: bool) -> None:
    """Answer a mention: privately where that is seen, else as a reply.

    Slack shows a private message in a thread only where the thread already has replies (docs.slack.dev,
    chat.postEphemeral), so under a fresh message it goes to the channel: *in_thread* says which it is.
    """
    try:
        await writer.whisper(place.channel, place.user, message, thread_ts=place.thread_ts if in_thread else None)
    except SlackError as error:
        _log.info("an answer to one person goes to the thread, because privately: %s", error)
        await writer.post(place.channel, message, thread_ts=place.thread_ts)


async def deliver(writer: SlackWriter, place: Place, message: Message, what: str) -> Reached:
    """Post *message* in its thread; where that fails, to the one who asked. Never raises SlackError.

    *what* names it for the log, which is the last resort: "the report of run 1f2e".
    """
    try:
        await writer.post(place.channel, message, thread_ts=place.thread_ts, waits_s=REPORT_WAITS_S)
    except SlackError as error:
        _log.warning("%s could not be posted in its thread: %s", what, error)
        note = context(f"This belongs in your thread, but could not be posted there: {error}")
        moved = Message(message.text, (note, *message.blocks[:49]), message.instead)
    else:
        return "thread"
    for name, send in _ways(writer, place, moved):
        try:
            await send()
        except SlackError as error:
            _log.warning("%s could not be sent by %s: %s", what, name, error)
        else:
            _log.warning("%s went to the one who asked, by %s", what, name)
            return "asker"
    _log.error("%s reached nobody in Slack", what)
    return "nobody"


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
