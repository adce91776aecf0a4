"""Calls to Slack take turns: all who write share one budget, what matters most goes first, then who came first."""

import asyncio
import time
from bisect import insort
from collections.abc import Awaitable, Callable
from enum import IntEnum
from itertools import count
from typing import NamedTuple

from bot.slack.budget import Budget, Line, line_of

Pause = Callable[[float], Awaitable[object]]


class Rank(IntEnum):
    """What goes before what in the same line."""

    REPORT = 0
    POST = 1  # and all else that is sent once
    EDIT = 2  # a status that the next one overtakes


class Ticket(NamedTuple):
    """A place in line; the lesser goes first."""

    rank: Rank
    number: int
    line: Line


class Turns:
    """Lets calls go as the budget allows. A run that waits with one edit at a time gets as many turns as any other.

    A pause is believed: when it is over, as much time has passed as was asked for, whatever *now* says.
    """

    def __init__(
        self,
        budget: Budget | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._budget = budget or Budget()
        self._clock = now
        self._pause = pause
        self._waited_until = 0.0
        self._numbers = count()
        self._waiting: list[Ticket] = []

    async def wait(self, method: str, channel: str, rank: Rank, *, dropped: asyncio.Event | None = None) -> bool:
        """Wait for a call's turn, and count it as gone. False, and nothing counted, once *dropped* is set meanwhile."""
        ticket = Ticket(rank, next(self._numbers), line_of(method, channel))
        insort(self._waiting, ticket)
        try:
            while wait_s := self._wait_s(ticket):
                if dropped is not None and dropped.is_set():
                    return False
                await self._pause_unless(wait_s, dropped)
            self._budget.take(ticket.line, self._now())
        finally:
            self._waiting.remove(ticket)
        return True

    def hold(self, method: str, seconds: float) -> None:
        """Let no call of *method* go for so long: Slack asked one of them to slow down."""
        self._budget.hold(method, self._now() + seconds)

    async def pause(self, seconds: float) -> None:
        """Wait for something else than a turn."""
        until = self._now() + seconds
        await self._pause(seconds)
        self._waited_until = max(self._waited_until, until)

    def _wait_s(self, ticket: Ticket) -> float:
        """Return how long to wait before looking again: those ahead may have given up by the time a turn comes free."""
        first = self._waiting[: self._waiting.index(ticket)]
        ahead = [each.line for each in first if each.line.method == ticket.line.method]
        wait_s = self._budget.wait_s(ticket.line, ahead, self._now())
        return min(wait_s, self._budget.interval_s(ticket.line)) if ahead else wait_s

    async def _pause_unless(self, seconds: float, dropped: asyncio.Event | None) -> None:
        if dropped is None:
            await self.pause(seconds)
            return
        pausing, dropping = asyncio.ensure_future(self.pause(seconds)), asyncio.ensure_future(dropped.wait())
        try:
            await asyncio.wait({pausing, dropping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pausing.cancel()
            dropping.cancel()
            await asyncio.gather(pausing, dropping, return_exceptions=True)

    def _now(self) -> float:
        return max(self._clock(), self._waited_until)
