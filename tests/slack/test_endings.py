"""How runs end that cannot go on, or whose report stands already: told once, and never otherwise than in the thread."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from bot.domain.run import RunRequest
from bot.engine.service import RunService
from bot.errors import StoreError
from bot.ports import RunStore
from bot.sandbox.slack import Message, SandboxSlack
from bot.sandbox.slack.terminal import render
from bot.slack.place import Place
from bot.store.journal import StoredJournal
from bot.store.runs import open_runs_store
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, OUTLIVED, a_shift, at_work, begun, held, reports, settled, told


def opened(folder: Path) -> Any:
    return open_runs_store(make_url(f"sqlite:///{folder}/runs.db"))


def change(folder: Path, statement: str) -> None:
    """Change the store behind the bot's back."""
    connection = sqlite3.connect(folder / "runs.db")
    with connection:
        connection.execute(statement)
    connection.close()


async def interrupted(slack: SandboxSlack, store: RunStore) -> Message:
    """Begin a run that its process lets go of, and return the root of its thread."""
    async with a_shift(slack, store, held()):
        await slack.command("/troubleshoot", "no events")
        return await begun(slack)


async def the_next(slack: SandboxSlack, store: RunStore) -> FakeSplunk:
    """Let another process do what it can with every run that waits, and return the Splunk that it asked."""
    splunk = FakeSplunk({"queues": (BLOCKED,)})
    waiting = await store.unfinished()
    async with a_shift(slack, store, splunk) as shift:
        for run_id in waiting:
            await shift.connection.threads.pursue(run_id)
    return splunk


async def test_a_damaged_run_is_told_in_its_thread_once_and_ended(tmp_path: Path) -> None:
    async with SandboxSlack() as slack, opened(tmp_path) as store:
        root = await interrupted(slack, store)
        change(tmp_path, "UPDATE runs SET plan = '{'")
        for _ in range(2):
            await the_next(slack, store)
        _, status, *others = slack.workspace.thread("incidents", root.ts)
        assert "is damaged, so that I cannot go on with it" in others[0].text
        assert len(others) == 1
        assert status.text == "This could not go on, see below."
        assert await store.unfinished() == ()


async def test_a_damaged_run_that_never_began_is_told_to_the_one_who_asked(tmp_path: Path) -> None:
    async with SandboxSlack() as slack, opened(tmp_path) as store:
        await store.accept("r1", RunRequest(problem="no events"), a_place(slack).kept())
        change(tmp_path, "UPDATE runs SET request = '{'")
        await the_next(slack, store)
        [said] = slack.workspace.private_to("ana")
        assert "is damaged" in render(said)
        assert await store.unfinished() == ()


async def test_a_run_of_a_later_version_is_left_to_it(tmp_path: Path) -> None:
    async with SandboxSlack() as slack, opened(tmp_path) as store:
        root = await interrupted(slack, store)
        before = [each.text for each in slack.workspace.thread("incidents", root.ts)]
        change(tmp_path, "UPDATE runs SET format = 99, plan = '{'")
        assert not (await the_next(slack, store)).asked
        assert [each.text for each in slack.workspace.thread("incidents", root.ts)] == before
        assert len(await store.unfinished()) == 1


async def test_a_mistake_of_ours_is_told_once_and_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("hunter2")

    monkeypatch.setattr(RunService, "prepare", broken)
    async with at_work() as bench:
        await bench.slack.command("/troubleshoot", "no events")
        said = await told(bench)
        await settled(bench)
        assert "Internal error; the log has it under" in said
        assert "hunter2" not in said


def a_place(slack: SandboxSlack, response_url: str | None = None) -> Place:
    channel = next(each.id for each in slack.workspace.channels.values() if each.name == "incidents")
    return Place(channel, "", "U00000001", response_url)


async def test_whose_run_never_began_in_time_is_told_though_the_answering_address_has_expired(tmp_path: Path) -> None:
    async with SandboxSlack() as slack, opened(tmp_path) as store:
        gone = f"{slack.url.removesuffix('/api/')}/response/R99999999"
        await store.accept("r1", RunRequest(problem="no events"), a_place(slack, gone).kept())
        async with a_shift(slack, store, held(), replace(OUTLIVED, resume_within_s=-1)) as shift:
            await shift.connection.threads.pursue("r1")
        [said] = slack.workspace.private_to("ana")
        assert "I was interrupted before I began" in render(said)
        assert await store.unfinished() == ()


class Outage:
    """A store that takes none of a run's writes while it is `away`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.away = True
        for name in ("keep_result", "keep_run", "intend", "sent", "end"):
            self._wrap(monkeypatch, name)

    def _wrap(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        plain = getattr(StoredJournal, name)

        async def write(*given: Any) -> None:
            if self.away:
                raise StoreError("The database is away.")
            await plain(*given)

        monkeypatch.setattr(StoredJournal, name, write)


async def test_a_run_reported_while_the_store_was_away_is_kept_once_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    outage = Outage(monkeypatch)
    async with at_work() as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await bench.reports()
        [run_id] = await bench.store.unfinished()
        assert not await bench.threads.pursue(run_id)
        searched = len(bench.splunk.asked)
        outage.away = False
        assert await bench.threads.pursue(run_id)
        await settled(bench)
        assert len(bench.splunk.asked) == searched
        assert len(reports(bench.slack.workspace)) == 1
        assert bench.slack.workspace.private_to("ana") == []
        kept = await bench.store.load(run_id)
        assert kept
        assert kept.run
        assert "The database is away." in (kept.run.stopped or "")


async def test_a_run_reported_by_a_process_that_could_not_say_so_is_not_done_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outage = Outage(monkeypatch)
    async with SandboxSlack() as slack, opened(tmp_path) as store:
        async with a_shift(slack, store, FakeSplunk({"queues": (BLOCKED,)})):
            await slack.mention("no events")
            await slack.until(reports)
        outage.away = False
        assert not (await the_next(slack, store)).asked
        [root] = slack.workspace.posts("incidents")
        _, status, report = slack.workspace.thread("incidents", root.ts)
        assert reports(slack.workspace) == [report]
        assert status.text == "Done. The report is below."
        assert await store.unfinished() == ()
