"""Patience with Slack: what passes is waited out, what it does not draw is drawn plainer, what did arrive is found."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.slack.blocks import Message
from bot.slack.faults import VENDOR_ERRORS, SlackFault, translate
from bot.slack.turns import Turns

T = TypeVar("T")
Before = Callable[[], Awaitable[None]]
"""What is awaited just before each try; where it raises, nothing is sent."""

WAITS_S = (1, 2, 4, 8, 15, 30, 30, 30)  # two minutes: Slack's short outages pass within one

_log = logging.getLogger(__name__)


async def nothing() -> None: ...


class Patience:
    """Makes calls until they are done. One for all that a process sends, so that what one learns all know."""

    def __init__(self, turns: Turns, bot_name: str) -> None:
        self._turns = turns
        self._bot_name = bot_name
        self._plain = False  # Slack has refused a message's blocks for which there are plainer ones

    async def patiently(
        self,
        send: Callable[[Message], Awaitable[T]],
        message: Message,
        find: Callable[[], Awaitable[T | None]] | None = None,
        waits_s: tuple[float, ...] = WAITS_S,
    ) -> T:
        """Send *message* until Slack has it; *find* looks for it where its answer was lost. Raises SlackFault."""
        in_doubt = False
        waits = iter(waits_s)
        message = message.plainer if self._plain and message.plainer else message
        while True:
            try:
                if in_doubt and find:
                    if (found := await self.translated(find())) is not None:
                        return found
                    in_doubt = False
                return await self.translated(send(message))
            except SlackFault as fault:
                if fault.is_about_blocks and message.blocks:
                    message = self._plainer(message, fault)
                    continue
                wait_s = next(waits, None)
                if not fault.passes or wait_s is None:
                    if find and (in_doubt or fault.maybe_done) and (found := await self._at_last(find)) is not None:
                        return found
                    raise
                in_doubt = in_doubt or fault.maybe_done
                await self._turns.pause(max(wait_s, fault.wait_s))

    def _plainer(self, message: Message, fault: SlackFault) -> Message:
        """Return what to send in place of blocks that Slack does not take; what it does not know is not tried again."""
        if message.plainer is None:
            _log.error("Slack took no blocks (%s); the message is sent as text", fault.code)
            return message.without_blocks
        self._plain = self._plain or fault.is_of_unknown_blocks
        _log.warning(
            "Slack took no such blocks (%s); plainer ones are sent%s", fault.code, " from now on" if self._plain else ""
        )
        return message.plainer

    async def _at_last(self, find: Callable[[], Awaitable[T | None]]) -> T | None:
        """Look once more before giving up: what did arrive must not be sent elsewhere too."""
        try:
            return await self.translated(find())
        except SlackFault:
            return None

    async def held(self, method: str, call: Awaitable[T]) -> T:
        """Make the call; when Slack asks it to slow down, hold all that are of its method."""
        try:
            return await self.translated(call)
        except SlackFault as fault:
            if fault.code == "ratelimited":
                self._turns.hold(method, fault.wait_s)
            raise

    async def translated(self, call: Awaitable[T]) -> T:
        """Make the call. Raises SlackFault."""
        try:
            return await call
        except VENDOR_ERRORS as error:
            raise translate(error, self._bot_name) from error
