"""Runs are handed out: no more at once than the fleet may have, and none waits for another without need."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from procrastinate.worker import Worker
from sqlalchemy.engine import make_url

from bot.app.keeping import open_fleet_of, open_store
from bot.queue import fleet as fleet_module
from bot.queue.capacity import Pulse, capacity
from bot.queue.fleet import Fleet, open_fleet
from bot.settings import given_settings
from tests.postgresql import a_database

PULSE = Pulse(beat_s=0.1, dead_s=30.0)
PATIENCE_S = 20.0


async def none_unfinished() -> tuple[str, ...]:
    return ()


@contextlib.asynccontextmanager
async def a_fleet(conninfo: str, slots: int) -> AsyncIterator[Fleet]:
    async with open_fleet(conninfo, slots, PULSE, none_unfinished) as fleet:
        yield fleet


async def asked(conninfo: str, query: str) -> object:
    async with await psycopg.AsyncConnection.connect(conninfo) as connection:
        row = await (await connection.execute(query.encode())).fetchone()
        return row and row[0]


async def test_however_many_begin_at_once_only_so_many_are_counted_in() -> None:
    conninfo = await a_database()
    async with contextlib.AsyncExitStack() as stack:
        begun = (stack.enter_async_context(capacity(conninfo, 4, PULSE)) for _ in range(6))
        assert sorted(await asyncio.gather(*begun)) == [False, False, True, True, True, True]
    async with capacity(conninfo, 1, PULSE) as got:
        assert got


async def test_who_gives_no_sign_of_life_is_no_longer_counted() -> None:
    conninfo = await a_database()
    async with asyncio.timeout(PATIENCE_S), capacity(conninfo, 1, Pulse(beat_s=3600, dead_s=0.05)) as frozen:
        assert frozen
        got = False
        while not got:
            async with capacity(conninfo, 1, PULSE) as got:
                pass


async def test_a_run_that_takes_longer_is_counted_as_long_as_it_goes_on() -> None:
    conninfo = await a_database()
    async with capacity(conninfo, 1, Pulse(beat_s=0.01, dead_s=2)) as alive:
        assert alive
        await asked(conninfo, "SELECT pg_sleep(2.5)")
        async with capacity(conninfo, 1, PULSE) as got:
            assert not got


async def test_a_run_that_finds_the_fleet_busy_goes_on_once_another_has_ended() -> None:
    conninfo = await a_database()
    pursued = asyncio.Event()

    async def pursue(_run_id: str) -> bool:
        pursued.set()
        return True

    async with asyncio.timeout(PATIENCE_S), a_fleet(conninfo, 1) as fleet, fleet.working(pursue, 2):
        async with capacity(conninfo, 1, PULSE):
            await fleet.dispatch("r1")
            while not await asked(conninfo, "SELECT attempts FROM procrastinate_jobs"):  # noqa: ASYNC110 - in PostgreSQL
                await asyncio.sleep(0)
            assert not pursued.is_set()
        await pursued.wait()


async def test_a_run_that_waits_for_slack_lets_others_pass() -> None:
    passed = asyncio.Event()

    async def pursue(run_id: str) -> bool:
        if run_id == "waits":
            return False
        passed.set()
        return True

    async with asyncio.timeout(PATIENCE_S), a_fleet(await a_database(), 1) as fleet, fleet.working(pursue, 1):
        await fleet.dispatch("waits")
        await fleet.dispatch("r2")
        await passed.wait()


async def test_a_look_out_that_broke_begins_again(caplog: pytest.LogCaptureFixture) -> None:
    again = asyncio.Event()
    failures = [KeyError("a mistake of ours")]

    async def unfinished() -> tuple[str, ...]:
        if failures:
            raise failures.pop()
        again.set()
        return ()

    async def pursue(_run_id: str) -> bool:
        return True

    conninfo = await a_database()
    async with (
        asyncio.timeout(PATIENCE_S),
        open_fleet(conninfo, 1, PULSE, unfinished) as fleet,
        fleet.working(pursue, 1),
    ):
        await again.wait()
    assert "a mistake of ours" in caplog.text


async def test_a_worker_that_broke_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pursued = asyncio.Event()
    failures = [KeyError("a mistake of ours")]

    class BreaksOnce(Worker):
        async def run(self) -> None:
            if failures:
                raise failures.pop()
            await super().run()  # type: ignore[no-untyped-call]  # procrastinate left it bare

    async def pursue(_run_id: str) -> bool:
        pursued.set()
        return True

    monkeypatch.setattr(fleet_module, "Worker", BreaksOnce)
    monkeypatch.setattr(fleet_module, "_AGAIN_AFTER_S", 0.0)
    async with asyncio.timeout(PATIENCE_S), a_fleet(await a_database(), 1) as fleet, fleet.working(pursue, 1):
        await fleet.dispatch("r1")
        await pursued.wait()


async def test_a_long_look_out_is_not_taken_for_a_frozen_one(monkeypatch: pytest.MonkeyPatch) -> None:
    conninfo = await a_database()
    runs = tuple(f"r{number}" for number in range(5))
    handed: list[str] = []

    async def unfinished() -> tuple[str, ...]:
        return runs

    class Slow(Fleet):
        async def _defer(self, run_id: str) -> None:
            await asked(conninfo, "SELECT pg_sleep(0.25)")
            handed.append(run_id)

    monkeypatch.setattr(fleet_module, "Fleet", Slow)
    monkeypatch.setattr(fleet_module, "_ABANDONED_AFTER_MS", 1000)
    async with open_fleet(conninfo, 1, PULSE, unfinished) as fleet:
        await fleet._look_out()
        await fleet._look_out()
    assert sorted(handed) == list(runs)


async def test_who_froze_in_a_transaction_of_the_queue_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    conninfo = await a_database()
    pursued = asyncio.Event()

    async def pursue(_run_id: str) -> bool:
        pursued.set()
        return True

    monkeypatch.setattr(fleet_module, "_ABANDONED_AFTER_MS", 50)
    async with asyncio.timeout(PATIENCE_S), a_fleet(conninfo, 1) as frozen, a_fleet(conninfo, 1) as alive:
        await frozen._app.job_manager.register_worker()
        beat = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 day' RETURNING 1"
        assert await asked(conninfo, beat)
        pool = frozen._app.connector.pool  # type: ignore[attr-defined]  # procrastinate types the interface alone
        with contextlib.suppress(psycopg.Error):  # once awake, it finds itself disconnected
            async with pool.connection() as connection:
                await connection.execute(beat.encode())
                async with alive.working(pursue, 1):
                    await alive.dispatch("r1")
                    await pursued.wait()
    assert pursued.is_set()


async def test_who_lost_the_lock_over_a_slow_store_hands_nothing_out() -> None:
    conninfo = await a_database()
    ended: list[object] = []

    async def unfinished() -> tuple[str, ...]:
        holder = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        if fleet._orphans:
            ended.append(await asked(conninfo, holder))
        return ("r1",)

    async with open_fleet(conninfo, 1, PULSE, unfinished) as fleet:
        await fleet._look_out()
        with pytest.raises(psycopg.Error):
            await fleet._look_out()
    assert ended == [True]
    assert await asked(conninfo, "SELECT count(*) FROM procrastinate_jobs") == 0


async def test_what_database_url_sets_holds_in_the_queue_beside_what_we_set(tmp_path: Path) -> None:
    plain = await a_database()
    async with await psycopg.AsyncConnection.connect(plain) as connection:
        await connection.execute("CREATE SCHEMA ours")
    options = {"options": "-c search_path=ours -c application_name=theirs"}
    url = make_url(plain).update_query_dict(options).render_as_string(hide_password=False).replace("+", "%20")
    settings = given_settings(database_url=url, data_dir=tmp_path)
    connected = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'theirs'"
    async with open_store(settings) as store, open_fleet_of(settings, store) as fleet:
        pooled = await asked(plain, connected)
        assert isinstance(pooled, int)
        async with capacity(fleet._conninfo, 1, PULSE):
            assert await asked(plain, connected) == pooled + 1
    assert await asked(plain, "SELECT schemaname FROM pg_tables WHERE tablename = 'procrastinate_jobs'") == "ours"


async def test_old_jobs_are_not_looked_for_at_each_beat() -> None:
    conninfo = await a_database()
    async with a_fleet(conninfo, 1) as fleet:
        await fleet._look_out()
        await fleet._defer("r1")
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            await connection.execute("UPDATE procrastinate_jobs SET status = 'failed'")
            await connection.execute("UPDATE procrastinate_events SET at = now() - interval '1 year'")
        await fleet._look_out()
        assert await asked(conninfo, "SELECT count(*) FROM procrastinate_jobs") == 1
        fleet._clean_at = 0.0
        await fleet._look_out()
        assert await asked(conninfo, "SELECT count(*) FROM procrastinate_jobs") == 0
