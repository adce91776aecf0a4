"""What the platform does to a bot in mid-run: the diagnosis is kept, somebody has it, and nothing comes twice."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.sandbox.slack import Delivery, SandboxSlack, payloads
from bot.sandbox.slack.terminal import render
from bot.store.runs import open_runs_store
from tests.fakes import FakeSplunk
from tests.slack.bench import (
    Bench,
    a_shift,
    at_work,
    begun,
    held,
    let_go,
    reports,
)


async def test_a_token_revoked_in_mid_run_leaves_the_way_of_the_response_url() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await begun(bench.slack)
        bench.slack.api.token_error = "token_revoked"
        let_go(splunk)
        await bench.reports()
        [report] = bench.slack.workspace.private_to("ana")
        assert "idx2: 41 blocked queues" in render(report)
        assert "Reinstall the app" in render(report)


async def test_with_no_way_left_the_diagnosis_is_kept_and_posted_once_the_token_is_renewed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with SandboxSlack() as slack, open_runs_store(make_url(f"sqlite:///{tmp_path}/runs.db")) as store:
        async with a_shift(slack, store, held()) as shift:
            await slack.mention("no events")
            await begun(slack)
            [run_id] = await store.unfinished()
            slack.api.token_error = "token_revoked"
            let_go(shift.splunk)
            assert await shift.connection.threads.pursue(run_id) is False
            assert f"troubleshooter show {run_id}" in caplog.text
            kept = await store.load(run_id)
            assert kept is not None
            assert kept.run is not None
        slack.api.token_error = None
        async with a_shift(slack, store, FakeSplunk()) as shift:
            await slack.until(reports)
            assert await shift.connection.threads.pursue(run_id) is True
            assert not shift.splunk.asked
        [report] = reports(slack.workspace)
        assert "idx2: 41 blocked queues" in render(report)
        assert "may be a repeat" not in render(report)
        assert not await store.unfinished()


async def test_a_channel_archived_in_mid_run_costs_no_report() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.mention("no events")
        await begun(bench.slack)
        bench.slack.workspace.channel("incidents").is_archived = True
        let_go(splunk)
        await bench.reports()
        [report] = reports(bench.slack.workspace)
        assert report.channel == bench.slack.workspace.direct_message("ana").id
        assert "This channel is archived" in render(report)


@pytest.mark.parametrize("whole", [False, True], ids=["its root", "all of it"])
async def test_a_thread_deleted_in_mid_run_costs_no_report(whole: bool) -> None:  # noqa: FBT001 - a parameter
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        root = await begun(bench.slack)
        for message in bench.slack.workspace.thread("incidents", root.ts) if whole else [root]:
            message.deleted = True
        let_go(splunk)
        await bench.reports()
        [report] = reports(bench.slack.workspace)
        assert report.channel == bench.slack.workspace.direct_message("ana").id
        assert "The thread is gone" in render(report)


async def reconnected(bench: Bench, opened: int) -> None:
    await bench.slack.until(lambda _: bench.slack.socket.opened > opened and bench.slack.socket.connections)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_a_socket_that_slack_closes_in_mid_run_costs_nothing_and_doubles_nothing(reason: str) -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        asked, _ = await bench.slack.mention("no events")
        await begun(bench.slack)
        opened = bench.slack.socket.opened
        await bench.slack.disconnect(reason)
        let_go(splunk)
        await bench.reports()
        await reconnected(bench, opened)
        await bench.slack.mention("no events again")
        await bench.reports(2)
        assert len(bench.slack.workspace.thread("incidents", asked.ts)) == 3
        assert len(bench.slack.calls_of("chat.postMessage")) == 4


async def test_a_mention_while_no_socket_is_open_is_heard_when_one_is_and_run_once() -> None:
    async with at_work() as bench:
        workspace, opened = bench.slack.workspace, bench.slack.socket.opened
        asked = workspace.post("incidents", "ana", f"<@{workspace.bot.id}> no events")
        event = payloads.event_callback(workspace, payloads.message_event(workspace, asked, "app_mention"))
        delivery = Delivery("events_api", event, "E-in-the-gap")
        await bench.slack.disconnect()
        await bench.slack.socket.send(delivery)
        assert not delivery.attempts
        await reconnected(bench, opened)
        await bench.reports()
        assert delivery.acked
        await bench.slack.mention("no events again")
        await bench.reports(2)
        assert len(bench.slack.calls_of("chat.postMessage")) == 4


async def test_an_acknowledgement_lost_with_its_socket_makes_no_second_run() -> None:
    async with at_work() as bench:
        _, delivery = await bench.slack.mention("no events")
        opened = bench.slack.socket.opened
        await bench.slack.disconnect("refresh_requested")
        await reconnected(bench, opened)
        await bench.slack.resend(delivery)
        assert delivery.acked
        await bench.reports()
        await bench.slack.mention("no events again")
        await bench.reports(2)
        assert len(bench.slack.calls_of("chat.postMessage")) == 4


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
@pytest.mark.parametrize(
    "kind", ["tokens_revoked", "app_uninstalled", "channel_archive", "app_home_opened", "an_event_of_next_year"]
)
async def test_whatever_slack_tells_is_acknowledged(kind: str, http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        delivery = await bench.slack.event({"type": kind, "tokens": {"bot": []}, "user": "U1", "channel": "C1"})
        assert delivery.acked
        assert delivery.attempts == 1
