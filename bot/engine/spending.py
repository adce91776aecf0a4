"""What a run asks of the model, the part of earlier processes included: kept as soon as it is known, for it is paid."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from bot.domain.event import ModelCalled, ToolCalled
from bot.domain.run import ModelCall, ToolCall

KeepCall = Callable[[int, ModelCall], Awaitable[None]]


class Spending:
    """Takes note of each call of a model, and by one. *earlier* were made by processes that had the run before."""

    def __init__(self, earlier: Sequence[ModelCall], keep: KeepCall) -> None:
        self._calls = list(earlier)
        self._tool_calls: list[ToolCall] = []
        self._kept = len(self._calls)
        self._keep = keep
        self._more = asyncio.Event()

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        return tuple(self._calls)

    @property
    def tokens(self) -> int:
        return sum(call.tokens for call in self._calls)

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        return tuple(self._tool_calls)

    def note(self, called: ModelCalled | ToolCalled) -> None:
        if isinstance(called, ToolCalled):
            self._tool_calls.append(
                ToolCall(
                    task_id=called.task_id,
                    tool=called.tool,
                    ended_at=called.at,
                    duration_s=called.duration_s,
                    ok=called.ok,
                )
            )
            return
        self._calls.append(
            ModelCall(
                task_id=called.task_id,
                model=called.model,
                ended_at=called.at,
                duration_s=called.duration_s,
                input_tokens=called.input_tokens,
                output_tokens=called.output_tokens,
                ok=called.ok,
                cost=called.cost,
            )
        )
        self._more.set()

    @contextlib.asynccontextmanager
    async def kept_at_once(self) -> AsyncIterator[None]:
        """Keep each call beside whatever is done meanwhile, and the last ones before this is left."""
        keeping = asyncio.create_task(self._keep_each(), name="the keeping of model calls")
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
            await self._keep_new()

    async def _keep_each(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            await self._keep_new()

    async def _keep_new(self) -> None:
        while self._kept < len(self._calls):
            await self._keep(self._kept, self._calls[self._kept])
            self._kept += 1
