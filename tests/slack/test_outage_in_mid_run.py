"""PostgreSQL goes away in mid-run: the run ends in Slack with what is known, or goes on if it is back in time."""

import asyncio

from bot.domain.evidence import SearchOutcome, SearchQuery
from bot.sandbox.slack import Message, SandboxSlack
from bot.sandbox.slack.terminal import render
from bot.store.database import open_database
from bot.store.runs import StoredRuns, open_runs_store
from bot.store.schema import upgrade
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, a_shift, begun, reports
from tests.wire import a_wire


class Held(FakeSplunk):
    """Answers for the queues at once, and for all else when it is `let_go`."""

    def __init__(self) -> None:
        super().__init__({"queues": (BLOCKED,)})
        self.let_go = asyncio.Event()

    async def search(self, query: SearchQuery) -> SearchOutcome:
        if "queues" not in query.spl:
            await self.let_go.wait()
        return await super().search(query)


async def a_run_in_progress(slack: SandboxSlack) -> Message:
    """Ask, and return the status message once one check of three is done."""
    await slack.command("/troubleshoot", "no events")
    root = await begun(slack)
    status = slack.workspace.thread("incidents", root.ts)[1]
    await slack.until(lambda _: "1 of 3 checks done" in status.text)
    return status


async def test_a_postgresql_that_stays_away_ends_the_run_with_what_is_known() -> None:
    splunk = Held()
    async with (
        SandboxSlack() as slack,
        a_wire() as (wire, url),
        open_runs_store(url, waits_s=(0.01,)) as store,
        a_shift(slack, store, splunk),
    ):
        status = await a_run_in_progress(slack)
        wire.go_down()
        splunk.let_go.set()
        await slack.until(reports)
        await slack.until(lambda _: "Done in" in status.text)
        [report] = reports(slack.workspace)
        assert "idx2: 41 blocked queues" in render(report)
        assert "it could not be kept: The PostgreSQL database" in render(report)
        assert "does not answer" in render(report)
        assert "check DATABASE_URL. The report is below." in status.text


async def test_a_postgresql_that_is_back_in_time_costs_the_run_nothing() -> None:
    splunk = Held()
    async with SandboxSlack() as slack, a_wire() as (wire, url):

        async def back(_seconds: float) -> None:
            wire.down = False

        async with open_database(url, waits_s=(1, 1, 1), pause=back) as database:
            await upgrade(database)
            store = StoredRuns(database)
            async with a_shift(slack, store, splunk):
                await a_run_in_progress(slack)
                wire.go_down()
                splunk.let_go.set()
                await slack.until(reports)
            [report] = reports(slack.workspace)
            assert "3 of 3 checks ran" in render(report)
            assert "Stopped early" not in render(report)
            assert await store.unfinished() == ()
