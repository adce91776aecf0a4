"""The names that Splunk knows, kept for minutes: nobody waits long for them, and nothing fails without them."""

import asyncio
import logging
import time

from bot.domain.names import VisibleNames
from bot.ports import LogSearch

FRESH_S = 300.0  # indexes and hosts come and go by the day
WAIT_S = 3.0  # how long the first who asks waits; a search that takes longer serves the next

_log = logging.getLogger(__name__)


class NameBook:
    """Asks Splunk for its names when they are wanted and old; owns that search until it is closed."""

    def __init__(self, search: LogSearch) -> None:
        self._search = search
        self._names = VisibleNames()
        self._asked_at: float | None = None  # of time.monotonic()
        self._asking: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """End the search that may be going on."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def names(self) -> VisibleNames:
        """Return the names as last seen; none while Splunk has not told them."""
        is_old = self._asked_at is None or time.monotonic() - self._asked_at > FRESH_S
        if is_old and (self._asking is None or self._asking.done()):  # one search at a time, so that close ends it
            self._asked_at = time.monotonic()
            self._asking = asyncio.create_task(self._ask(), name="names in Splunk")
        if self._asking is not None and self._names == VisibleNames():
            await asyncio.wait({self._asking}, timeout=WAIT_S)
        return self._names

    async def _ask(self) -> None:
        try:
            self._names = await self._search.names()
        except Exception:  # noqa: BLE001 - whatever is wrong, a run's own searches will say it
            _log.warning("the names of indexes, sourcetypes and hosts could not be read", exc_info=True)
