"""A report on its way: drafted within a time limit, else by rules; whoever waits for it can hurry it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.domain.report import Report

DRAFT_LIMIT_S = 120.0  # a place among the agents and a model's prose; past it nobody wants to wait for wording


class Drafting:
    """One report's making. *floor* is the rules' report, with the reason why a model's prose is not in it."""

    def __init__(self, draft: Coroutine[Any, Any, Report], floor: Callable[[str], Report], name: str) -> None:
        self._floor = floor
        self._task = asyncio.create_task(draft, name=name)

    def hurry(self) -> None:
        """Wait for no model any more."""
        self._task.cancel()

    async def report(self) -> Report:
        """Return the report, at the latest when the limit has passed."""
        try:
            _, late = await asyncio.wait({self._task}, timeout=DRAFT_LIMIT_S)
        finally:
            self._task.cancel()
            await asyncio.wait({self._task})
        if not self._task.cancelled():
            return self._task.result()
        in_time = f"no model has written one within {DRAFT_LIMIT_S:g} s"
        return self._floor(in_time if late else "the model was still writing when the run was stopped")
