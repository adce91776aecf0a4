"""The owner of all that goes on in Slack: answers being given and threads being followed."""

import asyncio
import logging
import secrets
import traceback
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from bot.engine.service import PreparedRun, RunService
from bot.errors import BotError, SlackError
from bot.safety.masking import mask
from bot.slack.blocks import sentence
from bot.slack.place import Place, Tell
from bot.slack.progress import Progress
from bot.slack.thread import EDIT_INTERVAL_S, RunThread
from bot.slack.writer import SlackWriter

GRACE_S = 30.0  # how long closing waits for reports on their way; a supervisor kills after about that
CLAIMS_KEPT = 10_000  # Slack repeats a delivery for minutes, not for days

_log = logging.getLogger(__name__)


class SlackThreads:
    """Starts runs from Slack and follows them; leaving it stops what still runs and waits for its reports."""

    def __init__(
        self,
        runs: RunService,
        writer: SlackWriter,
        *,
        edit_interval_s: float = EDIT_INTERVAL_S,
        grace_s: float = GRACE_S,
    ) -> None:
        self._runs = runs
        self._writer = writer
        self._edit_interval_s = edit_interval_s
        self._grace_s = grace_s
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads: set[RunThread] = set()
        self._claims: dict[str, None] = {}
        self._closing = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        for thread in self._threads:
            self._runs.stop(thread.run_id, "the bot was stopped")
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=self._grace_s)
        for task in late:
            _log.error("%s was given up: Slack did not take it within %g s", task.get_name(), self._grace_s)
            task.cancel()
        if late:
            await asyncio.wait(late)

    def claim(self, key: str) -> bool:
        """Take a delivery for ours; False when it was taken before, for Slack delivers some things twice."""
        if key in self._claims or self._runs.seen(key):
            return False
        self._claims[key] = None
        while len(self._claims) > CLAIMS_KEPT:
            del self._claims[next(iter(self._claims))]
        return True

    def release(self, key: str) -> None:
        """Give a claim back, so that the person may try again."""
        self._claims.pop(key, None)

    def begin(self, work: Coroutine[Any, Any, None], tell: Tell, name: str) -> None:
        """Own *work*. What goes wrong in it is told to the person: a BotError's sentence, else "internal error"."""
        self._own(_told(work, tell), name)

    async def start(self, prepared: PreparedRun, place: Place) -> None:
        """Open the run's thread with its status message, start the run and follow it. Raises SlackError."""
        progress = Progress(prepared.plan, prepared.problem, prepared.reason)
        thread = RunThread(self._writer, place, progress, edit_interval_s=self._edit_interval_s)
        await thread.open()
        if self._closing:
            raise SlackError("I am being stopped just now. Please ask again in a minute.")
        thread.run_id = await self._runs.start(prepared, thread)
        self._threads.add(thread)
        self._own(self._follow(thread), f"the thread of run {thread.run_id}")

    async def _follow(self, thread: RunThread) -> None:
        try:
            await thread.follow()
        finally:
            self._threads.discard(thread)

    def _own(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log_masked(f"{task.get_name()} broke", error)


async def _told(work: Coroutine[Any, Any, None], tell: Tell) -> None:
    try:
        try:
            await work
        except BotError as error:
            await tell(sentence(str(error)))
        except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever broke
            reference = secrets.token_hex(4)
            _log_masked(f"internal error {reference}", error)
            await tell(sentence(f"Internal error; the log has it under {reference}."))
    except SlackError as error:
        _log.error("somebody could not be told: %s", error)


def _log_masked(what: str, error: BaseException) -> None:
    _log.error("%s: %s", what, mask("".join(traceback.format_exception(error))))
