"""A fleet of processes on one PostgreSQL: runs are handed out as jobs, and a dead process's runs to a live one.

A job only says which run; all that is known of the run is in the store, and the store's epoch fences off a process that
was frozen and thought dead. A stalled job is not retried but replaced: the frozen process, once awake, ends its own
old job and not the new one. https://procrastinate.readthedocs.io/en/stable/howto/production/retry_stalled_jobs.html

How many runs go on at once is counted by `bot.queue.capacity`, when they begin.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from bot.errors import StoreError
from bot.queue.capacity import Pulse, capacity, with_options

Pursue = Callable[[str], Awaitable[bool]]
Unfinished = Callable[[], Awaitable[tuple[str, ...]]]

TASK = "pursue_run"
_LOCK = 0x7476_0002  # of PostgreSQL's advisory locks: for whoever looks after the jobs, or makes their tables
_OUTAGES = (ConnectorException, psycopg.Error, OSError)
_CONNECTIONS = 4  # for fetching, heartbeats and listening; a job's own work uses the store's
_AGAIN_AFTER_S = 5.0  # after an outage, and for a run that waits for Slack
_ABANDONED_AFTER_MS = 5000
_ENDED_KEPT_H = 24 * 7
_CLEAN_EVERY_S = 3600.0
_POLL_S = 1.0  # for runs that are to be tried again now; of new ones PostgreSQL tells
_FULL_S = 1.0  # between tries of a run that finds all of the fleet busy

_log = logging.getLogger(__name__)


class _LeftUnfinished(Exception):
    """The run is to be handed out again, after some seconds."""

    def __init__(self, again_after_s: float) -> None:
        super().__init__()
        self.again_after_s = again_after_s


class _Again(BaseRetryStrategy):
    """Hands out again what was left unfinished, as often as it takes; the oldest run still comes first."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002 - theirs
        if not isinstance(exception, _LeftUnfinished):
            return None
        return RetryDecision(retry_in={"seconds": round(exception.again_after_s)})


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
        self._clean_at = 0.0  # on the loop's clock
        app.task(name=TASK, retry=_Again())(self._job)

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
        try:
            async with capacity(self._conninfo, self._slots, self._pulse) as got:
                if not got:
                    await self._rest(_FULL_S)  # here, so that a long queue is not fetched over and over
                    raise _LeftUnfinished(0)
                if not await self._pursue(run_id):
                    raise _LeftUnfinished(_AGAIN_AFTER_S)
        except (*_OUTAGES, StoreError) as error:  # an outage, or a run that another version must take
            _log.warning("run %s is handed out again: %s", run_id, error)
            raise _LeftUnfinished(_AGAIN_AFTER_S) from error

    async def _work(self, runs_at_once: int) -> None:
        while not self._stopping.is_set():
            self._worker = Worker(
                self._app,
                concurrency=runs_at_once,
                install_signal_handlers=False,
                update_heartbeat_interval=self._pulse.beat_s,
                stalled_worker_timeout=self._pulse.dead_s,
                fetch_job_polling_interval=min(_POLL_S, self._pulse.beat_s),
            )
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]  # the same
            except _OUTAGES as error:
                _log.warning("the queue does not answer; trying again: %s", error)
            except Exception:  # noqa: BLE001 - it must not end: this process would seem to work
                _log.exception("the queue's worker broke; beginning again")
            await self._rest(_AGAIN_AFTER_S)

    async def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._look_out()
            except (*_OUTAGES, StoreError) as error:
                _log.warning("dead processes could not be looked for: %s", error)
            except Exception:  # noqa: BLE001 - as above
                _log.exception("the look-out for dead processes broke; beginning again")
            await self._rest(self._pulse.beat_s)

    async def _look_out(self) -> None:
        """Hand out anew what a dead process had, and runs that have no job: one process at a time does this."""
        jobs = self._app.job_manager
        async with _alone(self._conninfo) as alone:
            if alone is None:
                return
            dead_s = self._pulse.dead_s
            for job in await jobs.get_stalled_jobs(task_name=TASK, seconds_since_heartbeat=dead_s):
                _log.warning("run %s is taken from a process that gave no sign of life", _run(job))
                await _stay(alone)
                await self._defer(_run(job))
                await jobs.finish_job(job, Status.FAILED, delete_job=False)
            unfinished = await self._unfinished()
            live = {_run(job) for job in await self._live()}
            orphans = frozenset(unfinished) - live
            for run_id in orphans & self._orphans:  # twice in a row: it is not just about to be handed out
                await _stay(alone)  # the store may have taken its time
                await self._defer(run_id)
            self._orphans = orphans
            if (now := asyncio.get_running_loop().time()) >= self._clean_at:
                await jobs.delete_old_jobs(_ENDED_KEPT_H, include_failed=True)
                self._clean_at = now + _CLEAN_EVERY_S

    async def _defer(self, run_id: str) -> None:
        """Make a job for the run; nothing if one waits already."""
        task = self._app.configure_task(TASK, queueing_lock=run_id)
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
    connector = PsycopgConnector(
        conninfo=conninfo, min_size=1, max_size=_CONNECTIONS, kwargs={"options": _options(conninfo)}
    )
    app = App(connector=connector)
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
async def _alone(conninfo: str) -> AsyncIterator[psycopg.AsyncConnection | None]:
    """Keep every other process from looking out; None when one does so just now. What takes long must `_stay`."""
    async with _transaction(conninfo) as connection:
        got = await (await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,))).fetchone()
        yield connection if got and got[0] else None


async def _stay(connection: psycopg.AsyncConnection) -> None:
    """Show PostgreSQL that we are not frozen. Raises psycopg.Error where it has ended the transaction, and its lock."""
    await connection.execute("SELECT 1")


@contextlib.asynccontextmanager
async def _transaction(conninfo: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """Yield a transaction that PostgreSQL ends, and with it its locks, when this process freezes in it."""
    async with await psycopg.AsyncConnection.connect(conninfo, options=_options(conninfo)) as connection:
        yield connection


def _options(conninfo: str) -> str:
    """Have PostgreSQL end a transaction in which its process froze: others wait for the rows that it has changed."""
    return with_options(conninfo, f"-c idle_in_transaction_session_timeout={_ABANDONED_AFTER_MS}")


def _run(job: Job) -> str:
    return str(job.task_kwargs["run_id"])
