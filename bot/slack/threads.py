"""The owner of all that goes on in Slack: runs being pursued, and answers being given."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from bot.errors import BotError
from bot.slack.failures import log_masked, tell_failure
from bot.slack.place import Tell
from bot.slack.pursuit import Pursuit

RUN_GRACE_S = 15.0  # how long closing lets runs finish by themselves; what is left goes on at the next start
GRACE_S = 10.0  # how long closing then waits for messages on their way; a supervisor kills after 30 s in all
LOOK_AGAIN_S = 60.0  # for runs that wait: Slack was down, say

_log = logging.getLogger(__name__)


class SlackThreads:
    """Pursues runs and owns what that takes. Leaving it lets go of what still runs; without a store it stops it."""

    def __init__(self, pursuit: Pursuit, *, run_grace_s: float = RUN_GRACE_S, grace_s: float = GRACE_S) -> None:
        self._pursuit = pursuit
        self._run_grace_s = run_grace_s
        self._grace_s = grace_s
        self._tasks: set[asyncio.Task[object]] = set()
        self._pursued: dict[str, asyncio.Task[bool]] = {}
        self._closing = asyncio.Event()
        self._resuming: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._resuming:
            await asyncio.wait({self._resuming})
        if self._pursuit.store.lasting:
            await self._wait(self._run_grace_s)
            self._pursuit.runs.leave_all("I am being restarted, and go on when I am back.")
        else:
            self._pursuit.runs.stop_all("the bot was stopped")
        late = await self._wait(self._grace_s)
        for task in late:
            _log.error("%s was given up: it was not done within %g s", task.get_name(), self._grace_s)
            task.cancel()
        if late:
            await asyncio.wait(late)

    def begin(self, work: Coroutine[Any, Any, None], tell: Tell, name: str) -> None:
        """Own *work*. What goes wrong in it is told to the person: a BotError's sentence, else "internal error"."""
        self._own(asyncio.create_task(_told(work, tell), name=name))

    async def dispatch(self, run_id: str) -> None:
        """Begin to pursue the run, and return."""
        self.pursue(run_id)

    def pursue(self, run_id: str) -> asyncio.Task[bool]:
        """Pursue the run; the task gives False when it was let go of unfinished."""
        if run_id not in self._pursued:
            task = asyncio.create_task(self._pursuit.pursue(run_id), name=f"run {run_id}")
            self._pursued[run_id] = task
            task.add_done_callback(lambda _: self._pursued.pop(run_id, None))
            self._own(task)
        return self._pursued[run_id]

    def resume(self) -> None:
        """Pursue every run that waits in the store, now and again until this is left."""
        self._resuming = asyncio.create_task(self._resume(), name="the look for runs that wait")

    async def _resume(self) -> None:
        while not self._closing.is_set():
            try:
                for run_id in await self._pursuit.store.unfinished():
                    self.pursue(run_id)
            except BotError as error:
                _log.warning("runs that wait could not be looked for: %s", error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await self._closing.wait()

    def _own(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log_masked(f"{task.get_name()} broke", error)

    async def _wait(self, seconds: float) -> set[asyncio.Task[object]]:
        """Wait for all that is owned; return what was not done."""
        if not self._tasks:
            return set()
        _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
        return late


async def _told(work: Coroutine[Any, Any, None], tell: Tell) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever broke
        await tell_failure(error, tell)
