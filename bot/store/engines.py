"""Engines as we need them: SQLite that keeps what was committed, PostgreSQL that lets go of who is frozen or gone."""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import SettingsError, StoreError

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


def make_engine(url: URL) -> AsyncEngine:
    """Return an engine for *url*; it connects when it is used. Raises SettingsError and StoreError."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _sqlite(url: URL) -> AsyncEngine:
    """Open SQLite with WAL, so that reading never waits, and each commit on the disk before it counts."""
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it will hold rows of searches
        except OSError as error:
            raise StoreError(
                f"The folder {folder} for the runs' database cannot be made: {error.strerror}. Set DATA_DIR."
            ) from error
    engine = create_async_engine(
        url,
        hide_parameters=True,  # of statements in errors: they hold what people asked
        connect_args={"timeout": BUSY_WAIT_MS / 1000},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,  # SQLite writes one at a time anyhow, and memory is one connection's
        max_overflow=0,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that reads and then writes would be refused when another wrote in between.
        writes = connection.get_execution_options().get("writes", True)
        if writes is None:
            return  # what goes without a transaction
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> AsyncEngine:
    try:
        return create_async_engine(
            url,
            hide_parameters=True,
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
