"""Engines as we need them: SQLite that keeps what was committed, PostgreSQL that lets go of who is frozen or gone.

Work in a transaction is plain, blocking code. SQLite does it on a thread of its own, so that a busy loop delays a
transaction once and not at each statement; PostgreSQL does it on the loop, where it can be let go of.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy import Engine as SyncEngine
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from bot.errors import SettingsError, StoreError

T = TypeVar("T")
Work = Callable[[Connection], T]

BUSY_WAIT_MS = 5000  # SQLite: how long one process waits for another's write
CONNECT_WITHIN_S = 5
ABANDONED_AFTER_MS = 5000  # PostgreSQL: a frozen process must not hold its locks; a transaction here takes milliseconds
CONNECTIONS = 5  # to PostgreSQL; runs of one process take turns

_PRAGMAS = (
    f"busy_timeout={BUSY_WAIT_MS}",
    "journal_mode=WAL",  # who reads never waits for who writes
    "synchronous=FULL",  # what was committed outlives a power cut
    "foreign_keys=ON",
    "secure_delete=ON",  # what is forgotten is overwritten
)


class Engine(Protocol):
    """A database that connects when it is used."""

    @property
    def url(self) -> URL: ...

    async def transact(self, work: Work[T], *, writes: bool | None) -> T:
        """Do *work* in a transaction, which *writes* or not; None: without one. Raises SQLAlchemyError, OSError."""

    async def close(self) -> None: ...


def make_engine(url: URL) -> Engine:
    """Return an engine for *url*. Raises SettingsError and StoreError."""
    return _OnThread(_sqlite(url)) if url.get_backend_name() == "sqlite" else _OnLoop(_postgresql(url))


class _OnThread:
    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")  # one writes at a time anyhow

    @property
    def url(self) -> URL:
        return self._engine.url

    async def transact(self, work: Work[T], *, writes: bool | None) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work, writes)

    def _transact(self, work: Work[T], writes: bool | None) -> T:  # noqa: FBT001 - an executor hands on no keywords
        with self._engine.connect() as plain:
            connection = plain.execution_options(writes=writes)
            with connection.begin():
                return work(connection)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()


class _OnLoop:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def url(self) -> URL:
        return self._engine.url

    async def transact(self, work: Work[T], *, writes: bool | None) -> T:  # noqa: ARG002 - SQLite alone must know
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def _sqlite(url: URL) -> SyncEngine:
    """Open SQLite with WAL, so that reading never waits, and each commit on the disk before it counts."""
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it will hold rows of searches
        except OSError as error:
            raise StoreError(
                f"The folder {folder} for the runs' database cannot be made: {error.strerror}. Set DATA_DIR."
            ) from error
    engine = create_engine(
        url,
        hide_parameters=True,  # of statements in errors: they hold what people asked
        connect_args={"timeout": BUSY_WAIT_MS / 1000},
        poolclass=QueuePool,
        pool_size=1,  # what is kept in memory is one connection's
        max_overflow=0,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that reads and then writes would be refused when another wrote in between.
        writes = connection.get_execution_options().get("writes", True)
        if writes is None:
            return  # what goes without a transaction
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> AsyncEngine:
    ours = f"-c idle_in_transaction_session_timeout={ABANDONED_AFTER_MS}"
    try:
        return create_async_engine(
            url,
            hide_parameters=True,
            pool_size=CONNECTIONS,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": CONNECT_WITHIN_S,
                "application_name": "troubleshooter",
                "options": " ".join((*url.normalized_query.get("options", ()), ours)),  # theirs alone would go
            },
        )
    except ModuleNotFoundError as error:
        raise SettingsError("PostgreSQL needs its extra: pip install 'troubleshooter[postgresql]'") from error


def conninfo(url: URL) -> str:
    """Return the PostgreSQL's *url* as libpq reads it, for who connects without SQLAlchemy.

    A URL does not do: libpq takes a plus in it for a plus, and no space at all.
    """
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - psycopg is there only with its extra

    _, given = url.get_dialect()().create_connect_args(url)
    return make_conninfo(**given)
