"""Opens where runs are kept, and the fleet that shares them."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.errors import StoreError
from bot.ports import RunStore
from bot.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from bot.queue.fleet import Fleet  # procrastinate is imported only when configured

DAY_S = 86_400
EXPIRE_EVERY_S = 3600

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def open_store(settings: Settings, *, serving: bool = False) -> AsyncIterator[RunStore]:
    """Open where runs are kept, brought up to date. Raises SettingsError and StoreError.

    *serving* goes on with runs that a dead process left, which only one process may do on a SQLite file.
    """
    # SQLAlchemy takes a second to import; whoever keeps nothing does not pay for it.
    from bot.store.lock import only_server  # noqa: PLC0415 - see above
    from bot.store.runs import open_runs_store  # noqa: PLC0415 - see above

    url = database_of(settings)
    with only_server(url) if serving else contextlib.nullcontext():
        async with open_runs_store(url) as store:
            if serving:
                await store.unfinished()  # now, not at the first request: its tables may be damaged
            yield store


def database_of(settings: Settings) -> "URL":
    from bot.store.database import database_url  # noqa: PLC0415 - as in open_store

    given = settings.database_url.get_secret_value() if settings.database_url else None
    return database_url(given, settings.data_dir)


async def database_version(settings: Settings) -> tuple[str | None, str]:
    """Return the version that the database has, None if it is empty, and the newest. Changes nothing."""
    from bot.store.database import open_database  # noqa: PLC0415 - as in open_store
    from bot.store.schema import HEAD, version  # noqa: PLC0415 - as in open_store

    async with open_database(database_of(settings)) as database:
        return await version(database), HEAD


@contextlib.asynccontextmanager
async def expiring(store: RunStore, keep_days: float) -> AsyncIterator[None]:
    """Remove runs that are older than *keep_days*, now and every hour."""

    async def expire() -> None:
        while True:
            try:
                gone = await store.expire(time.time() - keep_days * DAY_S)
            except StoreError as error:
                _log.warning("old runs could not be removed: %s", error)
            else:
                _log.log(logging.INFO if gone else logging.DEBUG, "%d runs past their %g days removed", gone, keep_days)
            await asyncio.sleep(EXPIRE_EVERY_S)

    task = asyncio.create_task(expire(), name="the removal of old runs")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@contextlib.asynccontextmanager
async def open_fleet_of(settings: Settings, store: RunStore) -> AsyncIterator["Fleet"]:
    from bot.queue.capacity import Pulse  # noqa: PLC0415 - psycopg is there only with its extra
    from bot.queue.fleet import open_fleet  # noqa: PLC0415 - procrastinate as well
    from bot.store.engines import conninfo  # noqa: PLC0415 - as in open_store

    pulse = Pulse(settings.worker_heartbeat_s, settings.worker_dead_after_s)
    at = conninfo(database_of(settings))
    async with open_fleet(at, settings.fleet_max_runs, pulse, store.unfinished) as fleet:
        yield fleet
