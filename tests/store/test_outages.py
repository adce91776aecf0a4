"""The database goes away and comes back: writes wait within bounds, and say in a sentence what is wrong."""

import asyncio
import contextlib
import threading
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from bot.domain.run import RunRequest
from bot.errors import StoreError
from bot.store.database import WAITS_FOR_A_FILE, Database, database_url, open_database
from bot.store.engines import conninfo
from bot.store.runs import StoredRuns
from bot.store.schema import upgrade
from tests.postgresql import a_database
from tests.wire import a_wire


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
        with pytest.raises(StoreError, match="does not answer"):  # at once: a run's many writes do not wait in turn
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


async def test_once_a_server_answers_again_there_is_patience_with_it_again(tmp_path: Path) -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    url = database_url(await a_database(), tmp_path)
    async with open_database(url) as ready, open_database(make_url("postgresql+psycopg://x@127.0.0.1:9/y")) as away:
        database = Database(away._engine, waits_s=(1,), pause=pause)
        for engine, answers in ((away._engine, False), (ready._engine, True), (away._engine, False)):
            database._engine = engine
            with contextlib.nullcontext() if answers else pytest.raises(StoreError):
                await nothing(database)
    assert waited == [1, 1]


async def test_a_database_that_does_not_exist_is_not_waited_for(tmp_path: Path) -> None:
    url = database_url(await a_database(), tmp_path).set(database="nowhere")
    async with open_database(url, waits_s=(60, 60)) as database:
        with pytest.raises(StoreError, match="create the database"):
            await nothing(database)


async def test_a_locked_sqlite_file_is_said_to_be_locked(tmp_path: Path) -> None:
    url = database_url(None, tmp_path)
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    async with open_database(url) as holder, open_database(url, waits_s=(1,) * 9, pause=pause) as other:
        await upgrade(holder)

        held, let_go = threading.Event(), threading.Event()

        def hold(_connection: Connection) -> None:
            held.set()
            assert let_go.wait(30)

        holding = asyncio.create_task(holder.write(hold))
        await asyncio.to_thread(held.wait, 30)
        await other.read(lambda connection: connection.execute(text("PRAGMA busy_timeout=1")))
        with pytest.raises(StoreError, match="locked"):
            await StoredRuns(other).claim("k")
        let_go.set()
        await holding
    assert waited == [1] * WAITS_FOR_A_FILE


async def test_a_server_that_falls_silent_is_let_go_of_in_bounded_time() -> None:
    async with a_wire() as (wire, url), open_database(url, waits_s=()) as database:
        await nothing(database)
        database._within_s = 0.1
        wire.silent.set()
        with pytest.raises(StoreError, match="does not answer"):
            await nothing(database)


async def test_cancelling_does_not_wait_for_a_silent_server_for_ever() -> None:
    async with a_wire() as (wire, url), open_database(url, waits_s=()) as database:
        await nothing(database)
        database._within_s = 0.3
        wire.silent.set()
        task = asyncio.create_task(nothing(database))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()


async def test_a_transaction_is_finished_however_often_it_is_cancelled(tmp_path: Path) -> None:
    begun, go_on, finished = threading.Event(), threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        begun.set()
        assert go_on.wait(30)
        connection.execute(text("SELECT 1"))
        finished.set()

    async with open_database(database_url(None, tmp_path)) as database:
        task = asyncio.create_task(database.write(work))
        await asyncio.to_thread(begun.wait, 30)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        await asyncio.wait({task})
        assert task.cancelled()
        assert finished.is_set()


async def test_what_a_refused_statement_held_is_not_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_database(database_url(None, tmp_path)) as database:
        statement = text("INSERT INTO nowhere VALUES (:said)").bindparams(said="hunter2")
        with pytest.raises(StoreError, match="the log has it"):
            await database.write(lambda connection: connection.execute(statement))
    assert "nowhere" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("on", ["a file", "a server"])
async def test_what_comes_after_the_closing_is_refused_in_a_sentence(tmp_path: Path, on: str) -> None:
    async with open_database(database_url(await a_database() if on == "a server" else None, tmp_path)) as database:
        await nothing(database)
    for late in (nothing(database), StoredRuns(database).claim("k")):
        with pytest.raises(StoreError, match="is closed"):
            await late


async def test_a_retry_that_would_come_after_the_closing_is_refused_too() -> None:
    paused, closed = asyncio.Event(), asyncio.Event()

    async def pause(_seconds: float) -> None:
        paused.set()
        await closed.wait()

    url = make_url("postgresql+psycopg://me@127.0.0.1:9/runs")
    async with open_database(url, waits_s=(1, 2), pause=pause) as database:
        late = asyncio.create_task(nothing(database))
        await paused.wait()
    closed.set()
    with pytest.raises(StoreError, match="is closed"):
        await late


async def test_what_database_url_sets_holds_beside_what_we_set(tmp_path: Path) -> None:
    given = make_url(await a_database()).update_query_dict({"options": "-c search_path=theirs -c work_mem=5MB"})
    named = ("search_path", "work_mem", "idle_in_transaction_session_timeout")

    def shown(connection: Connection) -> list[object]:
        return [connection.execute(text(f"SHOW {name}")).scalar() for name in named]

    async with open_database(database_url(given.render_as_string(hide_password=False), tmp_path)) as database:
        assert await database.read(shown) == ["theirs", "5MB", "5s"]


async def test_an_address_reads_the_same_without_sqlalchemy(tmp_path: Path) -> None:
    text_ = "postgresql://me:p%20w%2Bd@/runs?host=%2Ftmp%2Fa&options=-c%20search_path%3Dours"
    assert conninfo_to_dict(conninfo(database_url(text_, tmp_path))) == {
        "user": "me",
        "password": "p w+d",
        "dbname": "runs",
        "host": "/tmp/a",  # noqa: S108 - nothing is there
        "options": "-c search_path=ours",
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": "20000",
    }
