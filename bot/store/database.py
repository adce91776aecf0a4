"""One database, opened: its dialect's ways, transactions, patience through outages, and errors in our words."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.errors import SettingsError, StoreError
from bot.store.engines import Engine, Work, make_engine
from bot.store.faults import passes, translate

T = TypeVar("T")
Pause = Callable[[float], Awaitable[object]]

ANSWER_WITHIN_S = 10.0  # PostgreSQL: a transaction takes milliseconds
LONG_S = 300.0  # the same for migrations, and for removing many runs
LET_GO_WITHIN_S = 0.5  # the driver first asks the server to stop, which may be silent to that too
WAITS_S = (0.1, 0.3, 1, 2, 4, 8, 15)  # half a minute: a PostgreSQL fails over within that
WAITS_FOR_A_FILE = 4  # of these, where each try waits BUSY_WAIT_MS by itself: half a minute as well

_log = logging.getLogger(__name__)


class Database:
    """Runs work in transactions. Every method raises StoreError, once patience with an outage is of no use."""

    def __init__(
        self,
        engine: Engine,
        *,
        waits_s: tuple[float, ...] = WAITS_S,
        within_s: float = ANSWER_WITHIN_S,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._engine = engine
        self._waits_s = waits_s
        self._within_s = within_s
        self._pause = pause
        self._is_closed = False
        self._is_away = False  # patience was of no use; until it answers, nobody is patient with it any more

    @property
    def is_sqlite(self) -> bool:
        return self._engine.url.get_backend_name() == "sqlite"

    @property
    def lasting(self) -> bool:
        """Whether what is written outlives the process."""
        return not self.is_sqlite or bool(self._engine.url.database)

    async def write(self, work: Work[T], *, within_s: float | None = None) -> T:
        """Do *work* in a transaction of its own. After an outage it is done again: it must bear that."""
        return await self._patiently(work, True, within_s)

    async def read(self, work: Work[T]) -> T:
        """Do *work*, which changes nothing."""
        return await self._patiently(work, False, None)

    async def close(self) -> None:
        """Let go of every connection. What comes later is refused: it would open some that nobody closes."""
        self._is_closed = True
        await self._engine.close()

    async def scrub(self) -> None:
        """Leave nothing of what was removed in SQLite's log beside its file. PostgreSQL's own vacuum sees to that."""
        if not (self.is_sqlite and self.lasting):
            return

        def work(connection: Connection) -> int:
            empty = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return int(empty.scalar_one())  # 1 when somebody reads what the log still has (sqlite.org/pragma.html)

        if await self._patiently(work, None, None):
            _log.warning("what was removed is still in the database's log, which another process reads")

    async def _patiently(self, work: Work[T], writes: bool | None, within_s: float | None) -> T:  # noqa: FBT001 - ours alone
        limit_s = None if self.is_sqlite else within_s or self._within_s  # a file needs none: BUSY_WAIT_MS bounds it
        waits = iter(self._waits_s[:WAITS_FOR_A_FILE] if self.is_sqlite else self._waits_s)
        while True:
            if self._is_closed:
                raise StoreError("The runs' database is closed: this process is ending, and keeps nothing any more.")
            try:
                done = await _unbroken(self._engine.transact(work, writes=writes), limit_s)
            except (SQLAlchemyError, OSError) as error:
                wait_s = next(waits, None) if passes(error) and not self._is_away else None
                if wait_s is None:
                    self._is_away = passes(error)
                    raise translate(error, self._engine.url) from error
                _log.warning("the database does not answer; trying again in %g s", wait_s)
                await self._pause(wait_s)
            else:
                self._is_away = False
                return done


async def _unbroken(transaction: Coroutine[Any, Any, T], limit_s: float | None) -> T:
    """Finish *transaction* even when cancelled, and be cancelled then: a connection left in its middle is no use.

    After *limit_s* it is let go of. Raises TimeoutError then.
    """
    clock = asyncio.get_running_loop()
    task = asyncio.create_task(transaction)
    due = None if limit_s is None else clock.time() + limit_s
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task}, timeout=None if due is None else max(0.0, due - clock.time()))
        except asyncio.CancelledError as error:
            cancelled = error
        if due is not None and clock.time() >= due and not task.done():
            task.cancel()
            due = clock.time() + LET_GO_WITHIN_S
    failure = None if task.cancelled() else task.exception()  # seen, so that nobody warns of it
    if cancelled is not None:
        raise cancelled
    if task.cancelled():
        raise TimeoutError
    if failure is not None:
        raise failure
    return task.result()


def database_url(text: str | None, data_dir: Path) -> URL:
    """Return where runs are kept: *text* is DATABASE_URL, without which it is one SQLite file in *data_dir*.

    Raises SettingsError for what is neither SQLite nor PostgreSQL.
    """
    if text is None:
        return URL.create("sqlite", database=str(data_dir / "troubleshooter.db"))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # its text would quote the password
        raise SettingsError(_BAD_URL) from None
    if "@" in (url.host or ""):  # an @ in the password must be written %40
        raise SettingsError(_BAD_URL)
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite":
        return URL.create("sqlite", database=None if url.database == ":memory:" else url.database)
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg").update_query_dict({**_WATCHED, **url.query})
    raise SettingsError(_BAD_URL)


# PostgreSQL's machine is gone without a word: the kernel finds out, and ends the connection (libpq, 34.1.2).
_WATCHED = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",  # milliseconds
}
_BAD_URL = (
    "DATABASE_URL must be postgresql://user:password@host/database, or sqlite:///path/to/file; "
    "without it runs are kept in a SQLite file in DATA_DIR."
)


@contextlib.asynccontextmanager
async def open_database(
    url: URL,
    *,
    waits_s: tuple[float, ...] = WAITS_S,
    within_s: float = ANSWER_WITHIN_S,
    pause: Pause = asyncio.sleep,
) -> AsyncIterator[Database]:
    """Open the database at *url*, without a look at what is in it. Raises StoreError."""
    database = Database(make_engine(url), waits_s=waits_s, within_s=within_s, pause=pause)
    try:
        yield database
    finally:
        await database.close()
