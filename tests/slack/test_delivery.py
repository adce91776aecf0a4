"""The status message keeps up, and a report is never lost and never posted twice."""

import asyncio
import re

import pytest

from bot.engine.caps import Caps
from bot.sandbox.slack.terminal import render
from bot.slack.server import Pace
from bot.slack.writer import REPORT_WAITS_S
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, Bench, at_work, no_pause, reports


async def root_ts(bench: Bench) -> str:
    """Wait for the status message, and return the ts of its thread."""
    await bench.slack.until(lambda w: any(m.thread_ts for m in w.shown("incidents")))
    return bench.slack.workspace.posts("incidents")[-1].ts


def held() -> FakeSplunk:
    return FakeSplunk({"queues": (BLOCKED,)}, hold=asyncio.Event())


def let_go(splunk: FakeSplunk) -> None:
    assert splunk.hold is not None
    splunk.hold.set()


async def test_the_status_shows_running_tasks_before_the_report_comes() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        ts = await root_ts(bench)
        await bench.slack.until(lambda w: "Queues · running" in render(w.thread("incidents", ts)[1]))
        assert not reports(bench.slack.workspace)
        let_go(splunk)
        await bench.reports()


async def test_states_overtaken_before_an_edit_is_due_are_dropped_and_the_last_is_shown() -> None:
    """With an interval longer than the run there is one edit on the way at most, and the last one."""
    async with at_work(pace=Pace(edit_interval_s=3600, grace_s=5, pause=no_pause)) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await bench.reports()
        ts = await root_ts(bench)
        await bench.slack.until(lambda w: "Done in" in w.thread("incidents", ts)[1].text)
        assert len(bench.slack.calls_of("chat.update")) <= 2


async def test_an_edit_that_fails_is_made_up_for_and_never_holds_up_the_report() -> None:
    async with at_work() as bench:
        bench.slack.faults.answer("chat.update", 503, times=4)
        await bench.slack.command("/troubleshoot", "no events")
        await bench.reports()
        ts = await root_ts(bench)
        await bench.slack.until(lambda w: "Done in" in w.thread("incidents", ts)[1].text)
        assert len(reports(bench.slack.workspace)) == 1


async def test_an_edit_that_waits_for_its_turn_never_holds_up_the_report() -> None:
    """Slack asks one run's edit to slow down for an hour; another's waits for that until it has ended."""

    async def forever(_seconds: float) -> None:
        await asyncio.Event().wait()

    splunk = held()
    async with at_work(splunk=splunk, pace=Pace(edit_interval_s=0, grace_s=0.01, pause=forever)) as bench:
        bench.slack.workspace.add_channel("other", members=("ana", bench.slack.workspace.bot.id))
        bench.slack.faults.rate_limit("chat.update", retry_after_s=3600)
        first = bench.slack.faults.hold("chat.update")
        await bench.slack.mention("no events")
        await first.arrived.wait()
        first.open.set()
        asked, _ = await bench.slack.mention("no events", channel="other")
        await bench.slack.until(lambda w: len(w.thread("other", asked.ts)) == 2)
        let_go(splunk)
        await bench.reports(2)
        assert len(bench.slack.calls_of("chat.update")) == 1


async def test_a_deleted_status_message_costs_no_report() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        ts = await root_ts(bench)
        bench.slack.workspace.thread("incidents", ts)[1].deleted = True
        let_go(splunk)
        await bench.reports()
        assert reports(bench.slack.workspace)[0].thread_ts == ts


async def test_a_queued_run_says_so_in_its_thread() -> None:
    splunk = held()
    async with at_work(splunk=splunk, caps=Caps(runs=1)) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await root_ts(bench)
        await bench.slack.command("/troubleshoot", "no events again")
        await bench.slack.until(lambda w: any("ahead" in m.text for m in w.messages))
        let_go(splunk)
        await bench.reports(2)


@pytest.mark.parametrize("code", ["is_archived", "restricted_action", "channel_not_found"])
async def test_a_report_that_the_thread_does_not_take_goes_to_the_one_who_asked(code: str) -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await root_ts(bench)
        bench.slack.faults.fail("chat.postMessage", code)
        let_go(splunk)
        await bench.reports()
        [report] = reports(bench.slack.workspace)
        assert report.channel == bench.slack.workspace.direct_message("ana").id
        assert "could not be posted there" in render(report)
        status = bench.slack.workspace.thread("incidents", await root_ts(bench))[1]
        await bench.slack.until(lambda _: "with the one who asked" in status.text)
        assert "idx2: 41 blocked queues" in render(report)


async def test_a_report_with_no_direct_message_goes_by_response_url() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await root_ts(bench)
        bench.slack.faults.fail("chat.postMessage", "restricted_action", times=2)
        bench.slack.faults.fail("chat.postEphemeral", "not_in_channel")
        let_go(splunk)
        await bench.reports()
        assert reports(bench.slack.workspace)[0].is_ephemeral


async def test_a_report_that_reaches_nobody_is_in_the_log_by_its_run_id(caplog: pytest.LogCaptureFixture) -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        asked, _ = await bench.slack.mention("no events")
        await bench.slack.until(lambda w: len(w.thread("incidents", asked.ts)) > 1)
        bench.slack.faults.fail("chat.postMessage", "restricted_action", times=2)
        bench.slack.faults.fail("chat.postEphemeral", "not_in_channel")
        let_go(splunk)
        await bench.slack.until(lambda w: "took it nowhere" in w.thread("incidents", asked.ts)[1].text)
        [run_id] = re.findall(r"troubleshooter show (\w+)", bench.slack.workspace.thread("incidents", asked.ts)[1].text)
    assert f"reached nobody in Slack; it is kept, see it with: troubleshooter show {run_id}" in caplog.text
    assert "41 blocked" not in caplog.text


async def test_a_report_whose_answer_was_lost_is_posted_once() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await root_ts(bench)
        bench.slack.faults.drop("chat.postMessage", applied=True)
        let_go(splunk)
        await bench.slack.until(lambda _: len(bench.slack.calls_of("conversations.replies")) == 1)
        assert len(reports(bench.slack.workspace)) == 1
        assert len(bench.slack.calls_of("chat.postMessage")) == 3


async def test_a_report_whose_blocks_are_refused_comes_as_text_with_all_that_matters() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await root_ts(bench)
        bench.slack.faults.fail("chat.postMessage", "msg_blocks_too_long")
        let_go(splunk)
        await bench.slack.until(lambda w: any("FINDINGS" in m.text for m in w.messages))
        assert "Free the disk" in bench.slack.workspace.messages[-1].text


async def test_closing_stops_the_run_and_still_posts_what_is_known() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        ts = await root_ts(bench)
        await bench.slack.until(lambda w: "running" in render(w.thread("incidents", ts)[1]))
        slack = bench.slack
    [report] = reports(slack.workspace)
    assert "the bot was stopped" in render(report)
    assert "Stopped early: the bot was stopped" in slack.workspace.thread("incidents", ts)[1].text


async def test_closing_waits_no_longer_than_its_grace_for_a_slack_that_is_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def forever(_seconds: float) -> None:
        await asyncio.Event().wait()

    splunk = held()
    async with at_work(splunk=splunk, pace=Pace(edit_interval_s=0, grace_s=0.01, pause=forever)) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await root_ts(bench)
        bench.slack.faults.down = True
    assert "was given up" in caplog.text


async def test_a_report_that_cannot_be_drawn_is_posted_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.slack.thread.report_message", breaks)
    async with at_work(splunk=FakeSplunk({"queues": (BLOCKED,)})) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        ts = await root_ts(bench)
        await bench.slack.until(lambda w: len(w.thread("incidents", ts)) >= 3)
        assert "41 blocked queues" in render(bench.slack.workspace.thread("incidents", ts)[2])


async def test_a_report_whose_last_try_did_arrive_is_not_sent_elsewhere_too() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await root_ts(bench)
        bench.slack.faults.answer("chat.postMessage", 503, times=len(REPORT_WAITS_S))
        bench.slack.faults.drop("chat.postMessage", applied=True)
        let_go(splunk)
        await bench.reports()
    everywhere = [render(message) for message in bench.slack.workspace.messages]
    assert sum("Root cause" in shown for shown in everywhere) == 1
