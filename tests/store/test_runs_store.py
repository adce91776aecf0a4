"""The store, on SQLite and on a real PostgreSQL: taken once, fenced, listed, forgotten."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, Table, text

from bot.domain.evidence import Evidence, SearchQuery
from bot.domain.kept import FORMAT, KeptPlan, KeptSearch, RunState
from bot.domain.report import Gap
from bot.domain.run import ModelCall, Problem, RunRequest, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.window import TimeWindow
from bot.domain.workflow import WorkflowDefinition
from bot.errors import RunTaken, RunUnreadable, SettingsError, StoreError
from bot.ports import Wanted
from bot.store.database import Database, database_url, open_database
from bot.store.journal import ROWS_AT_MOST_BYTES
from bot.store.lock import only_server
from bot.store.runs import LONGEST_RUN_S, StoredRuns, open_runs_store
from bot.store.schema import HEAD, upgrade, version
from bot.store.tables import metadata
from tests.postgresql import a_database

PLACE: dict[str, str | bool | None] = {"channel": "C1", "thread_ts": "1.0", "user": "U1"}
WORKFLOW = WorkflowDefinition.model_validate(
    {
        "id": "w",
        "title": "W",
        "about": "a",
        "tasks": [{"id": "one", "title": "One", "why": "w", "probes": {"p": {"spl": "| x", "columns": {"n": "text"}}}}],
    }
)
QUERY = SearchQuery(spl="| x", window=TimeWindow(earliest=1, latest=2, as_of=2))


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    url = await a_database() if request.param == "postgresql" else None
    async with open_database(database_url(url, tmp_path), waits_s=()) as opened:
        await upgrade(opened)
        yield opened


@pytest.fixture
def store(database: Database) -> StoredRuns:
    return StoredRuns(database)


def request(key: str | None = None, user: str = "U1") -> RunRequest:
    return RunRequest(problem="no events", requested_by=user, dedupe_key=key)


def search(number: int, rows: str = "1") -> KeptSearch:
    window = TimeWindow(earliest=1, latest=2, as_of=2)
    entry = Evidence(id=f"E{number}", probe="p", spl="| x", window=window)
    return KeptSearch(query=QUERY, evidence=entry, rows=({"n": rows},))


async def test_the_same_delivery_is_accepted_once_however_many_bring_it(store: StoredRuns) -> None:
    accepted = await asyncio.gather(*(store.accept(f"r{number}", request("event:1"), PLACE) for number in range(8)))
    assert sorted(accepted) == [False] * 7 + [True]
    assert len(await store.unfinished()) == 1


async def test_a_claim_is_given_once_until_it_is_released(store: StoredRuns) -> None:
    assert [await store.claim("k"), await store.claim("k")] == [True, False]
    await store.release("k")
    assert await store.claim("k")


async def test_a_run_comes_back_as_it_was_kept(store: StoredRuns) -> None:
    await store.accept("r1", request(), PLACE)
    taken = await store.take("r1")
    assert taken
    kept, journal = taken
    assert (kept.state, kept.epoch, kept.place) == (RunState.ASKED, 1, PLACE)
    plan = KeptPlan(workflow=WORKFLOW, problem=Problem(text="no events"), reason="because", now=5.0)
    result = TaskResult(task_id="one", title="One", status=TaskStatus.CLEAR)
    await journal.keep_plan(plan)
    await journal.keep_search(search(1))
    await journal.keep_result(result)
    calls = tuple(ModelCall(model=name, ended_at=1.0, duration_s=1.0, input_tokens=7) for name in "zy")
    for number, call in reversed(tuple(enumerate(calls))):
        await journal.keep_model_call(number, call)
    again = await store.take("r1")
    assert again
    assert again[0].epoch == 2
    assert (again[0].plan, again[0].results, again[0].searches) == (plan, (result,), (search(1),))
    assert again[0].model_calls == calls
    light = await store.load("r1", rows=False)
    assert light
    assert (light.results, light.searches) == ((result,), ())


async def test_whoever_lost_a_run_writes_nothing_more(store: StoredRuns) -> None:
    await store.accept("r1", request(), PLACE)
    first, second = await store.take("r1"), await store.take("r1")
    assert first
    assert second
    for write in (
        first[1].keep_search(search(1)),
        first[1].intend("report", "C1", None),
        first[1].sent("report", "1.0"),
        first[1].end(RunState.DONE),
        first[1].confirm(),
    ):
        with pytest.raises(RunTaken):
            await write
    await second[1].confirm()
    assert await store.unfinished() == ("r1",)


async def test_rows_too_many_to_keep_are_cited_and_not_used_again(store: StoredRuns) -> None:
    await store.accept("r1", request(), PLACE)
    taken = await store.take("r1")
    assert taken
    await taken[1].keep_search(search(1, "x" * ROWS_AT_MOST_BYTES))
    kept = await store.load("r1")
    assert kept
    assert [each.rows for each in kept.searches] == [None]
    assert kept.searches[0].evidence.id == "E1"


async def test_a_run_that_ended_is_taken_by_nobody(store: StoredRuns) -> None:
    await store.accept("r1", request(), PLACE)
    taken = await store.take("r1")
    assert taken
    await taken[1].end(RunState.DONE)
    assert await store.take("r1") is None
    assert await store.unfinished() == ()


async def test_when_a_run_has_ended_nobody_can_answer_through_its_address_any_more(store: StoredRuns) -> None:
    await store.accept("r1", request(), {**PLACE, "response_url": "https://hooks.slack.com/commands/T1/2/secret"})
    taken = await store.take("r1")
    assert taken
    await taken[1].end(RunState.DONE)
    kept = await store.load("r1")
    assert kept
    assert kept.place == {**PLACE, "response_url": None}


async def change(database: Database, statement: str) -> None:
    await database.write(lambda connection: connection.execute(text(statement)))


async def test_a_run_of_a_later_format_is_left_to_those_who_can_read_it(store: StoredRuns, database: Database) -> None:
    await store.accept("r1", request(), PLACE)
    taken = await store.take("r1")
    assert taken
    await change(database, "UPDATE runs SET format = 99")
    with pytest.raises(StoreError, match="newer"):
        await store.take("r1")
    await taken[1].confirm()  # whoever has it was not fenced off
    assert await store.unfinished() == ("r1",)


async def test_whoever_takes_a_run_says_of_which_format_it_is_now(store: StoredRuns, database: Database) -> None:
    await store.accept("r1", request(), PLACE)
    await change(database, "UPDATE runs SET format = 1")
    assert await store.take("r1")
    kept = await database.read(lambda connection: connection.scalar(text("SELECT format FROM runs")))
    assert kept == FORMAT


async def test_a_field_of_another_version_is_left_out(store: StoredRuns, database: Database) -> None:
    await store.accept("r1", request(), PLACE)
    taken = await store.take("r1")
    assert taken
    result = TaskResult(
        task_id="one", title="One", status=TaskStatus.CLEAR, gaps=(Gap(task_id="t", title="T", reason="r"),)
    )
    await taken[1].keep_result(result)
    await change(database, """UPDATE results SET result = replace(result, '{"task_id"', '{"new": 1, "task_id"')""")
    again = await store.take("r1")
    assert again
    assert again[0].results == (result,)


async def test_a_damaged_run_is_taken_so_that_somebody_says_so(store: StoredRuns, database: Database) -> None:
    await store.accept("r1", request(), PLACE)
    await change(database, "UPDATE runs SET request = '{'")
    with pytest.raises(RunUnreadable, match="run r1 cannot be read"):
        await store.load("r1")
    taken = await store.take("r1")
    assert taken
    assert taken[0].place == PLACE
    assert "r1 is damaged" in (taken[0].damage or "")
    await taken[1].end(RunState.FAILED)
    assert await store.take("r1") is None


async def test_a_run_whose_place_is_damaged_can_be_ended(store: StoredRuns, database: Database) -> None:
    await store.accept("r1", request(), PLACE)
    await change(database, "UPDATE runs SET place = '{'")
    taken = await store.take("r1")
    assert taken
    assert taken[0].place is None
    await taken[1].end(RunState.FAILED)
    assert await store.unfinished() == ()


async def test_a_run_in_a_state_of_a_later_version_is_listed(store: StoredRuns, database: Database) -> None:
    await store.accept("r1", request(), PLACE)
    await change(database, "UPDATE runs SET state = 'pondered'")
    assert [line.state for line in await store.lines(Wanted())] == ["pondered"]


async def test_a_message_intended_is_known_until_it_was_sent(store: StoredRuns) -> None:
    await store.accept("r1", request(), PLACE)
    taken = await store.take("r1")
    assert taken
    journal = taken[1]
    assert await journal.sending("report") is None
    await journal.intend("report", "C1", "1.0")
    doubtful = await journal.sending("report")
    assert doubtful
    assert doubtful.ts is None
    await journal.sent("report", "2.0")
    sent = await journal.sending("report")
    assert sent
    assert sent.ts == "2.0"


async def test_runs_are_listed_newest_first_and_narrowed(store: StoredRuns) -> None:
    clock = iter(range(100, 200))
    store._now = lambda: float(next(clock))
    for number in range(5):
        await store.accept(f"r{number}", request(), None)
    lines = await store.lines(Wanted(limit=2))
    assert [line.id for line in lines] == ["r4", "r3"]
    assert len(await store.lines(Wanted(since=lines[0].asked_at))) == 1
    assert await store.lines(Wanted(workflow="w")) == ()
    assert await store.unfinished() == ()  # none has a place to report to


async def test_a_search_that_a_question_took_is_kept_with_the_ended_run_and_not_with_a_forgotten_one(
    store: StoredRuns,
) -> None:
    await store.accept("r1", request(), PLACE)
    taken = await store.take("r1")
    assert taken
    await taken[1].keep_search(search(1))
    await taken[1].end(RunState.DONE)
    assert await store.add_search("r1", search(2))
    assert await store.add_search("r1", search(2))
    assert not await store.add_search("r1", search(2, "another"))
    run = await store.load("r1")
    assert run
    assert [(each.evidence.id, each.rows) for each in run.searches] == [("E1", ({"n": "1"},)), ("E2", ({"n": "1"},))]
    await store.forget(run_id="r1")
    assert not await store.add_search("r1", search(3))
    assert await store.load("r1") is None


def every_row(connection: Connection, table: Table) -> Sequence[Row[Any]]:
    return connection.execute(table.select()).all()


async def test_forgetting_a_person_leaves_nothing_of_them(store: StoredRuns, database: Database) -> None:
    await store.accept("r1", request("k1", "U-ana"), PLACE)
    await store.accept("r2", request("k2", "U-ben"), PLACE)
    taken = await store.take("r1")
    assert taken
    await taken[1].keep_search(search(1))
    assert await store.forget(user="U-ana") == 1
    for table in metadata.tables.values():
        rows = await database.read(partial(every_row, table=table))
        assert "U-ana" not in str(rows)
    assert [line.id for line in await store.lines(Wanted())] == ["r2"]


async def test_what_ended_long_ago_expires_and_what_goes_on_stays(store: StoredRuns) -> None:
    store._now = lambda: 1000.0
    await store.accept("old", request("k1"), PLACE)
    await store.accept("going", request("k2"), PLACE)
    taken = await store.take("old")
    assert taken
    await taken[1].end(RunState.DONE)
    assert await store.expire(older_than=2000.0) == 1
    assert [line.id for line in await store.lines(Wanted())] == ["going"]


async def test_a_run_of_the_command_line_that_goes_on_does_not_expire(store: StoredRuns) -> None:
    store._now = lambda: 1_000_000.0
    await store.accept("r1", request(), None)
    assert await store.expire(older_than=1_000_000.5) == 0
    store._now = lambda: 1_000_000.0 + LONGEST_RUN_S + 1
    assert await store.expire(older_than=1_000_000.5) == 1


async def test_a_wish_with_the_id_of_another_is_not_lost_in_silence(store: StoredRuns) -> None:
    assert await store.accept("r1", request("k1"), PLACE)
    assert await store.accept("r1", request("k1"), PLACE)  # a second try of the same
    with pytest.raises(StoreError, match="another run r1"):
        await store.accept("r1", request("k2", "U2"), PLACE)
    assert await store.accept("r2", request("k2", "U2"), PLACE)  # its key was not used up


@pytest.mark.parametrize("way", ["forget", "expire"])
async def test_what_is_removed_is_in_no_file_though_another_process_has_them_open(tmp_path: Path, way: str) -> None:
    url = database_url(None, tmp_path)
    async with open_runs_store(url) as server, open_runs_store(url) as store:
        await server.accept("r1", RunRequest(problem="xylophone"), None)
        taken = await server.take("r1")
        assert taken
        await taken[1].end(RunState.DONE)
        assert b"xylophone" in kept_in(tmp_path)
        gone = store.forget(run_id="r1") if way == "forget" else store.expire(older_than=time.time() + 1)
        assert await gone == 1
        assert b"xylophone" not in kept_in(tmp_path)


def kept_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_a_newer_database_is_refused_and_left_as_it_is(database: Database) -> None:
    await database.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StoreError, match="newer"):
        await upgrade(database)
    assert await version(database) == "9999"


async def test_several_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    url = database_url(await a_database(), tmp_path)
    async with open_database(url) as one, open_database(url) as other:
        await asyncio.gather(upgrade(one), upgrade(other), upgrade(one), upgrade(other))
        assert await version(one) == HEAD


def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    url = database_url(None, tmp_path)
    with only_server(url), pytest.raises(StoreError, match="Another troubleshooter"), only_server(url):
        pass
    with only_server(url):
        pass


async def test_a_wish_to_stop_reaches_whoever_conducts_the_run_and_is_noted_once_it_goes_on(store: StoredRuns) -> None:
    await store.accept("r1", request(), PLACE)
    taken = await store.take("r1")
    assert taken
    journal = taken[1]
    assert await journal.stop_wish() is None
    assert await store.ask_to_stop("r1", "U1")
    assert await store.ask_to_stop("r1", "U2")
    assert await journal.stop_wish() == "U1"
    await journal.end(RunState.DONE)
    assert not await store.ask_to_stop("r1", "U3")
    assert not await store.ask_to_stop("unknown", "U3")


async def test_a_person_has_one_opinion_of_a_run_and_it_goes_with_the_run(store: StoredRuns) -> None:
    await store.accept("r1", request(), PLACE)
    assert await store.rate("r1", "U1", helped=True)
    assert await store.rate("r1", "U1", helped=False, reason="wrong cause")
    rows = await store._database.read(lambda c: c.execute(text("SELECT who, helped, reason FROM feedback")).all())
    assert [(who, bool(helped), reason) for who, helped, reason in rows] == [("U1", False, "wrong cause")]
    await store.forget(run_id="r1")
    assert not await store.rate("r1", "U1", helped=True)
    rows = await store._database.read(lambda c: c.execute(text("SELECT who FROM feedback")).all())
    assert rows == []


async def test_runs_are_listed_by_where_their_status_stands(store: StoredRuns) -> None:
    for number, (channel, thread) in enumerate((("C1", "1.0"), ("C1", "2.0"), ("C2", "1.0"))):
        await store.accept(f"r{number}", request(), PLACE)
        taken = await store.take(f"r{number}")
        assert taken
        await taken[1].intend("status", channel, thread)
        if number == 0:
            await taken[1].end(RunState.DONE)

    async def listed(wanted: Wanted) -> list[str]:
        return [line.id for line in await store.lines(wanted)]

    assert await listed(Wanted(channel="C1")) == ["r1", "r0"]
    assert await listed(Wanted(channel="C1", thread_ts="1.0")) == ["r0"]
    assert await listed(Wanted(channel="C1", unfinished=True)) == ["r1"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2/db",
        "postgresql://me:p@hunter2@localhost/db",
        "mysql://hunter2",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as caught:
        database_url(url, tmp_path)
    assert "hunter2" not in str(caught.value)


async def test_a_database_in_memory_does_not_last(tmp_path: Path) -> None:
    async with open_database(database_url("sqlite:///:memory:", tmp_path)) as database:
        assert not database.lasting
