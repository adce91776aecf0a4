"""All MCP servers of the settings: each run has connections of its own, opened when its first check asks for tools.

So has each question about a run that has ended. One connection for all would do one thing at a time on servers that
speak HTTP, and a run could wait for another's.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Self

from agents import FunctionTool

from bot.agent.lent import Lent
from bot.agent.mcp_access import McpAccess
from bot.agent.mcp_connection import McpConnection, connect
from bot.agent.mcp_tools import mcp_tools
from bot.agent.search_tools import Toolbox
from bot.domain.event import RunEvent, RunFailed, RunFinished, RunLeft
from bot.errors import McpError

CLOSE_LIMIT_S = 10.0  # for servers to end by themselves when the bot does; a started one is killed after four

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """A connection and the task that owns it: the SDK wants it closed by the one who opened it."""

    opened: asyncio.Future[McpConnection | McpError]
    let_go: asyncio.Event = field(default_factory=asyncio.Event)


class McpServers:
    """Lends connections to runs, and is told of runs' events so that it knows when one is over."""

    def __init__(self, accesses: Sequence[McpAccess]) -> None:
        self._accesses = accesses
        self._runs: dict[str, list[_Held]] = {}
        self._owners: set[asyncio.Task[None]] = set()
        self._questions = count(1)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for run_id in list(self._runs):
            self._leave(run_id)
        if not self._owners:
            return
        _, late = await asyncio.wait(self._owners, timeout=CLOSE_LIMIT_S)
        for owner in late:
            owner.cancel()
        if late:
            await asyncio.wait(late, timeout=CLOSE_LIMIT_S)

    async def lend(self, run_id: str, splunk: str, toolbox: Toolbox, lent: Lent) -> list[FunctionTool]:
        """Return the allowed tools for a task of the run; what comes of them, now or later, is noted in *lent*.

        The run's connections are opened, side by side, if they are not: to servers for its deployment, *splunk*.
        """
        if run_id not in self._runs:
            self._runs[run_id] = [self._begin(run_id, access) for access in self._accesses if access.serves(splunk)]
        opened = await asyncio.gather(*(asyncio.shield(held.opened) for held in self._runs[run_id]))
        lent.missed.extend(str(one) for one in opened if isinstance(one, McpError))
        return mcp_tools([one for one in opened if isinstance(one, McpConnection)], toolbox, lent)

    @asynccontextmanager
    async def lent_to_question(
        self, run_id: str, splunk: str, toolbox: Toolbox, lent: Lent
    ) -> AsyncIterator[list[FunctionTool]]:
        """Lend as `lend` does, to one question about the run, and let go of its connections at the end."""
        asking = f"{run_id}, question {next(self._questions)}"
        try:
            yield await self.lend(asking, splunk, toolbox, lent)
        finally:
            self._leave(asking)

    def heed(self, event: RunEvent) -> None:
        """Let go of a run's connections once it is over: an observer of all runs."""
        if isinstance(event, (RunFinished, RunFailed, RunLeft)):
            self._leave(event.run_id)

    def _leave(self, run_id: str) -> None:
        for held in self._runs.pop(run_id, ()):
            held.let_go.set()

    def _begin(self, run_id: str, access: McpAccess) -> _Held:
        held = _Held(asyncio.get_running_loop().create_future())
        owner = asyncio.create_task(_own(access, held), name=f"MCP server {access.name} of run {run_id}")
        self._owners.add(owner)
        owner.add_done_callback(self._owners.discard)
        return held


async def _own(access: McpAccess, held: _Held) -> None:
    """Open a connection, keep it until it is let go of, and close it."""
    why = McpError(f"The MCP server {access.name} could not be reached: internal error; the log has it.")
    try:
        async with connect(access) as connection:
            held.opened.set_result(connection)
            await held.let_go.wait()
    except McpError as error:
        why = error
        _log.warning("%s", error)
    except Exception as error:  # noqa: BLE001 - what a connection that breaks raises is no family; calls on it fail
        _log.warning("the connection to the MCP server %s broke: %s", access.name, type(error).__name__)
    finally:
        if not held.opened.done():
            held.opened.set_result(why)
