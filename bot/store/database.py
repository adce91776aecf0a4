"""One database, opened: its dialect's ways, transactions, patience through outages, and errors in our words."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import SettingsError, StoreError

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
Pause = Callable[[float], Awaitable[object]]

WAITS_S = (0.1, 0.3, 1, 2, 4, 8, 15)  # half a minute: a PostgreSQL fails over within that
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

_log = logging.getLogger(__name__)


class Database:
    """Runs work in transactions. Every method raises StoreError, once patience with an outage is of no use."""

    def __init__(
        self, engine: AsyncEngine, *, waits_s: tuple[float, ...] = WAITS_S, pause: Pause = asyncio.sleep
    ) -> None:
        self._engine = engine
        self._waits_s = waits_s
        self._pause = pause

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @property
    def lasting(self) -> bool:
        """Whether what is written outlives the process."""
        return not self.is_sqlite or bool(self._engine.url.database)

    async def write(self, work: Work[T]) -> T:
        """Do *work* in a transaction of its own. After an outage it is done again: it must bear that."""
        return await self._patiently(work, writes=True)

    async def read(self, work: Work[T]) -> T:
        """Do *work*, which changes nothing."""
        return await self._patiently(work, writes=False)

    async def _patiently(self, work: Work[T], *, writes: bool) -> T:
        waits = iter(self._waits_s)
        while True:
            try:
                return await _unbroken(self._transaction(work, writes=writes))
            except (SQLAlchemyError, OSError) as error:
                wait_s = next(waits, None) if _passes(error) else None
                if wait_s is None:
                    raise translate(error, self._engine.url) from error
                _log.warning("the database does not answer; trying again in %g s", wait_s)
                await self._pause(wait_s)

    async def _transaction(self, work: Work[T], *, writes: bool) -> T:
        async with self._engine.connect() as plain:
            connection = await plain.execution_options(writes=writes)
            async with connection.begin():
                return await work(connection)


async def _unbroken(transaction: Coroutine[Any, Any, T]) -> T:
    """Finish *transaction* even when cancelled, and be cancelled then: a connection left in its middle is no use."""
    task = asyncio.create_task(transaction)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # seen, so that nobody warns of it
        raise


def database_url(text: str | None, data_dir: Path) -> URL:
    """Return where runs are kept: *text* is DATABASE_URL, without which it is one SQLite file in *data_dir*.

    Raises SettingsError for what is neither SQLite nor PostgreSQL.
    """
    if text is None:
        return URL.create("sqlite+aiosqlite", database=str(data_dir / "troubleshooter.db"))
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError(_BAD_URL) from None
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite":
        return url.set(drivername="sqlite+aiosqlite")
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    raise SettingsError(_BAD_URL)


_BAD_URL = (
    "DATABASE_URL must be postgresql://user:password@host/database, or sqlite:///path/to/file; "
    "without it runs are kept in a SQLite file in DATA_DIR."
)


@contextlib.asynccontextmanager
async def open_database(
    url: URL, *, waits_s: tuple[float, ...] = WAITS_S, pause: Pause = asyncio.sleep
) -> AsyncIterator[Database]:
    """Open the database at *url*, without a look at what is in it. Raises StoreError."""
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    try:
        yield Database(engine, waits_s=waits_s, pause=pause)
    finally:
        await engine.dispose()


def _sqlite(url: URL) -> AsyncEngine:
    """Open SQLite with WAL, so that reading never waits, and each commit on the disk before it counts."""
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The folder {folder} for the runs' database cannot be made: {error.strerror}. Set DATA_DIR."
            ) from error
    engine = create_async_engine(
        url,
        connect_args={"timeout": BUSY_WAIT_MS / 1000},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,  # SQLite writes one at a time anyhow, and memory is one connection's
        max_overflow=0,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_WAIT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that reads and then writes would be refused when another wrote in between.
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> AsyncEngine:
    try:
        return create_async_engine(
            url,
            pool_size=CONNECTIONS,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": CONNECT_WITHIN_S,
                "application_name": "troubleshooter",
                "options": f"-c idle_in_transaction_session_timeout={ABANDONED_AFTER_MS}",
            },
        )
    except ModuleNotFoundError as error:
        raise SettingsError("PostgreSQL needs its extra: pip install 'troubleshooter[postgresql]'") from error


def _passes(error: Exception) -> bool:
    """Say whether the same work may be done later: the server is away, or another holds the lock."""
    if isinstance(error, (OSError, PoolTimeout)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:  # classes 08 connection, 53 resources, 57P shutdown and 40 rollback (PostgreSQL, appendix A)
        return str(state)[:2] in {"08", "40"} or str(state)[:3] in {"57P", "533"}
    said = str(error.orig).lower()
    if any(sign in said for sign in _SENTENCES if sign != _LOCKED):
        return False
    return _LOCKED in said or "connection" in said or "server closed" in said


def translate(error: Exception, url: URL) -> StoreError:
    """Say what is wrong with the database in a sentence; to be raised `from` *error*."""
    if isinstance(error, StoreError):
        return error
    where = f"The database {url.database or 'in memory'}" if url.get_backend_name() == "sqlite" else _server(url)
    said = str(getattr(error, "orig", None) or error).lower()
    for sign, sentence in _SENTENCES.items():
        if sign in said:
            return StoreError(f"{where} {sentence}")
    if _passes(error):
        return StoreError(f"{where} does not answer. Start it, or check DATABASE_URL.")
    _log.error("the database refused", exc_info=error)
    return StoreError(f"{where} took no query ({type(error).__name__}); the log has it.")


def _server(url: URL) -> str:
    port = f":{url.port}" if url.port else ""
    return f"The PostgreSQL database {url.database or ''} at {url.host or 'localhost'}{port}"


_LOCKED = "is locked"
_SENTENCES = {
    "unable to open": "cannot be opened. Make its folder writable, or set DATA_DIR to one that is.",
    "readonly": "is read-only. Make the file and its folder writable, or set DATA_DIR to a folder that is.",
    "read-only": "is read-only. Connect to one that may be written.",
    "disk is full": "has no space left on its disk. Free some; nothing that was kept is lost.",
    "no space": "has no space left on its disk. Free some; nothing that was kept is lost.",
    "disk i/o": "cannot be read or written: the disk reports errors.",
    "not a database": "is no SQLite database, or is damaged. It was left as it is: move it away, or set DATA_DIR.",
    "malformed": "is damaged. It was left as it is: move it away, or restore it from a copy.",
    _LOCKED: "is locked by another process. End that, or wait until it is done.",
    "password authentication": "does not take the user or password of DATABASE_URL.",
    "no password supplied": "wants a password; DATABASE_URL has none.",
    "does not exist": "lacks something that DATABASE_URL names: create the database or role, or correct the URL.",
    "permission denied": "refuses this user. Grant it the right to create and write tables in its schema.",
    "could not translate host name": "has a host name that is not known. Correct DATABASE_URL.",
    "failed to resolve host": "has a host name that is not known. Correct DATABASE_URL.",
}
