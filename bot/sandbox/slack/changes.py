"""Waiting for the workspace to look as expected, without sleeping: every change wakes whoever waits."""

import asyncio
from collections.abc import Callable

from bot.sandbox.slack.workspace import Workspace

Condition = Callable[[Workspace], object]
Listener = Callable[[Workspace], None]


class Changes:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._changed = asyncio.Condition()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def tell(self) -> None:
        for listener in self._listeners:
            listener(self._workspace)
        async with self._changed:
            self._changed.notify_all()

    async def until(self, holds: Condition, timeout_s: float) -> None:
        """Return as soon as *holds* is true; TimeoutError says what stood in the channels instead."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(lambda: bool(holds(self._workspace)))
        except TimeoutError as error:
            said = "\n".join(f"  {m.channel} {m.ts}: {m.text[:200]}" for m in self._workspace.messages) or "  nothing"
            raise TimeoutError(f"The sandbox Slack waited {timeout_s} s in vain. It holds:\n{said}") from error
