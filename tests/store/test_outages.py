"""The database goes away and comes back: writes wait within bounds, and say in a sentence what is wrong."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.domain.run import RunRequest
from bot.errors import StoreError
from bot.store.database import Database, database_url, open_database
from bot.store.runs import StoredRuns
from bot.store.schema import upgrade
from tests.postgresql import a_database


async def nothing(database: Database) -> None:
    await database.read(lambda connection: connection.execute(text("SELECT 1")))


async def test_connections_that_the_server_ended_are_made_again(tmp_path: Path) -> None:
    url = database_url(await a_database(), tmp_path)
    async with open_database(url) as database, open_database(url) as other:
        await upgrade(database)
        await nothing(database)
        await other.read(
            lambda connection: connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )
        )
        assert await StoredRuns(database).accept("r1", RunRequest(problem="p"), None)


async def test_a_server_that_stays_away_is_waited_for_within_bounds() -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    url = make_url("postgresql+psycopg://me:hunter2@127.0.0.1:9/runs")
    async with open_database(url, waits_s=(1, 2), pause=pause) as database:
        with pytest.raises(StoreError, match=r"runs at 127\.0\.0\.1:9 does not answer") as caught:
            await nothing(database)
    assert waited == [1, 2]
    assert "hunter2" not in str(caught.value)


async def test_a_server_that_comes_back_in_time_is_no_error(tmp_path: Path) -> None:
    url = database_url(await a_database(), tmp_path)

    async def pause(_seconds: float) -> None:
        database._engine = there

    async with open_database(url) as ready, open_database(make_url("postgresql+psycopg://x@127.0.0.1:9/y")) as away:
        there = ready._engine
        database = Database(away._engine, waits_s=(1,), pause=pause)
        await nothing(database)


async def test_a_database_that_does_not_exist_is_not_waited_for(tmp_path: Path) -> None:
    url = database_url(await a_database(), tmp_path).set(database="nowhere")
    async with open_database(url, waits_s=(60, 60)) as database:
        with pytest.raises(StoreError, match="create the database"):
            await nothing(database)


async def test_a_locked_sqlite_file_is_said_to_be_locked(tmp_path: Path) -> None:
    url = database_url(None, tmp_path)
    async with open_database(url) as holder, open_database(url, waits_s=()) as other:
        await upgrade(holder)

        async def hold(_connection: object) -> None:
            await other.read(lambda connection: connection.execute(text("PRAGMA busy_timeout=1")))
            with pytest.raises(StoreError, match="locked"):
                await StoredRuns(other).claim("k")

        await holder.write(hold)
