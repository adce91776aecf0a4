"""A fleet of processes on one PostgreSQL: runs are handed out as jobs, and a dead process's runs to a live one.

A job only says which run; all that is known of the run is in the store, and the store's epoch fences off a process that
was frozen and thought dead. A stalled job is not retried but replaced: the frozen process, once awake, ends its own
old job and not the new one. https://procrastinate.readthedocs.io/en/stable/howto/production/retry_stalled_jobs.html
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import psycopg
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from bot.errors import StoreError

Pursue = Callable[[str], Awaitable[bool]]
Unfinished = Callable[[], Awaitable[tuple[str, ...]]]

TASK = "pursue_run"
_LOCK = 0x7476_0002  # of PostgreSQL's advisory locks: for whoever looks after the jobs, or makes their tables
_OUTAGES = (ConnectorException, psycopg.Error, OSError)
_CONNECTIONS = 4  # for fetching, heartbeats and listening; a job's own work uses the store's
_AGAIN_AFTER_S = 5.0  # after an outage, and for a run that waits for Slack
_ABANDONED_AFTER_MS = 5000
_ENDED_KEPT_H = 24 * 7

_log = logging.getLogger(__name__)


class _LeftUnfinished(Exception):
    """The run was let go of, and is to be handed out again."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How soon a dead process's runs are taken over: a heartbeat is due each `beat_s`, and missed after `dead_s`."""

    beat_s: float = 10.0
    dead_s: float = 30.0


class Fleet:
    """The part that one process has in the fleet. At most *slots* runs go on at once, over all processes."""

    def __init__(self, app: App, conninfo: str, slots: int, pulse: Pulse, unfinished: Unfinished) -> None:
        self._app = app
        self._conninfo = conninfo
        self._slots = slots
        self._pulse = pulse
        self._unfinished = unfinished
        self._pursue: Pursue | None = None
        self._worker: Worker | None = None
        self._working: tuple[asyncio.Task[None], ...] = ()
        self._stopping = asyncio.Event()
        self._orphans: frozenset[str] = frozenset()  # runs without a job, the last time we looked
        again = RetryStrategy(wait=round(_AGAIN_AFTER_S), retry_exceptions={_LeftUnfinished})
        app.task(name=TASK, retry=again)(self._job)

    async def dispatch(self, run_id: str) -> None:
        """Hand out a kept run. Raises nothing: what cannot be handed out now is found by the next look-out."""
        try:
            await self._defer(run_id)
        except _OUTAGES as error:
            _log.warning("run %s waits to be handed out: %s", run_id, error)

    @contextlib.asynccontextmanager
    async def working(self, pursue: Pursue, runs_at_once: int) -> AsyncIterator[None]:
        """Take runs. When left nothing more is taken; what goes on is awaited by whoever closes the fleet."""
        self._pursue = pursue
        self._working = (
            asyncio.create_task(self._work(runs_at_once), name="the queue's worker"),
            asyncio.create_task(self._watch(), name="the look-out for dead processes"),
        )
        try:
            yield
        finally:
            self._stopping.set()
            if self._worker:
                self._worker.stop()  # type: ignore[no-untyped-call]  # procrastinate left it bare

    async def close(self) -> None:
        """Wait for the jobs that go on; to be called once their runs have ended or were let go of."""
        if self._working:
            await asyncio.wait(self._working)

    async def _job(self, run_id: str) -> None:
        assert self._pursue is not None  # noqa: S101 - only a worker runs jobs
        if not await self._pursue(run_id):
            raise _LeftUnfinished

    async def _work(self, runs_at_once: int) -> None:
        while not self._stopping.is_set():
            self._worker = Worker(
                self._app,
                concurrency=runs_at_once,
                install_signal_handlers=False,
                update_heartbeat_interval=self._pulse.beat_s,
                stalled_worker_timeout=self._pulse.dead_s,
                fetch_job_polling_interval=self._pulse.beat_s,
            )
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]  # the same
            except _OUTAGES as error:
                _log.warning("the queue does not answer; trying again: %s", error)
            await self._rest(_AGAIN_AFTER_S)

    async def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._look_out()
            except (*_OUTAGES, StoreError) as error:
                _log.warning("dead processes could not be looked for: %s", error)
            await self._rest(self._pulse.beat_s)

    async def _look_out(self) -> None:
        """Hand out anew what a dead process had, and runs that have no job: one process at a time does this."""
        async with _alone(self._conninfo) as alone:
            if not alone:
                return
            stalled = await self._app.job_manager.get_stalled_jobs(
                task_name=TASK, seconds_since_heartbeat=self._pulse.dead_s
            )
            for job in stalled:
                _log.warning("run %s is taken from a process that gave no sign of life", _run(job))
                await self._defer(_run(job))
                await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            unfinished = await self._unfinished()
            live = {_run(job) for job in await self._live()}
            orphans = frozenset(unfinished) - live
            for run_id in orphans & self._orphans:  # twice in a row: it is not just about to be handed out
                await self._defer(run_id)
            self._orphans = orphans
            await self._app.job_manager.delete_old_jobs(_ENDED_KEPT_H, include_failed=True)

    async def _defer(self, run_id: str) -> None:
        """Make a job for the run, in the emptiest slot; nothing if one waits already."""
        taken = Counter(job.lock for job in await self._live())
        slot = min((f"slot {number}" for number in range(self._slots)), key=lambda name: taken[name])
        task = self._app.configure_task(TASK, lock=slot, queueing_lock=run_id)
        with contextlib.suppress(AlreadyEnqueued):
            await task.defer_async(run_id=run_id)

    async def _live(self) -> list[Job]:
        jobs = self._app.job_manager
        waiting = await jobs.list_jobs_async(task=TASK, status=Status.TODO.value)
        doing = await jobs.list_jobs_async(task=TASK, status=Status.DOING.value)
        return [*waiting, *doing]

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


@contextlib.asynccontextmanager
async def open_fleet(conninfo: str, slots: int, pulse: Pulse, unfinished: Unfinished) -> AsyncIterator[Fleet]:
    """Join the fleet that shares the PostgreSQL at *conninfo*. Raises StoreError."""
    app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=_CONNECTIONS))
    try:
        await _make_tables(app, conninfo)
        await app.open_async()
    except _OUTAGES as error:
        raise StoreError(f"The queue in PostgreSQL cannot be used: {str(error).splitlines()[0]}") from error
    fleet = Fleet(app, conninfo, slots, pulse, unfinished)
    try:
        yield fleet
    finally:
        await fleet.close()
        await app.close_async()


async def _make_tables(app: App, conninfo: str) -> None:
    async with _transaction(conninfo) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        there = await (await connection.execute("SELECT to_regclass('procrastinate_jobs')")).fetchone()
        if there is None or there[0] is None:
            await connection.execute(app.schema_manager.get_schema())


@contextlib.asynccontextmanager
async def _alone(conninfo: str) -> AsyncIterator[bool]:
    """Say whether no other process looks out just now, and keep it so."""
    async with _transaction(conninfo) as connection:
        got = await (await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,))).fetchone()
        yield bool(got and got[0])


@contextlib.asynccontextmanager
async def _transaction(conninfo: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """Yield a transaction that PostgreSQL ends, and with it its locks, when this process freezes in it."""
    options = f"-c idle_in_transaction_session_timeout={_ABANDONED_AFTER_MS}"
    async with await psycopg.AsyncConnection.connect(conninfo, options=options) as connection:
        yield connection


def _run(job: Job) -> str:
    return str(job.task_kwargs["run_id"])
