"""Slack's agent mode: who writes to the bot directly is served in the thread, and Slack's Stop stops the run there."""

import pytest

from bot.sandbox.slack import payloads
from bot.sandbox.slack.terminal import render
from tests.slack.bench import at_work, held, reports, run_of, settled


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_direct_message_is_answered_in_its_thread(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        asked, delivery = await bench.slack.message("no events in index=web", channel="@ana", duplicate=True)
        assert delivery.acked
        await bench.reports()
        await settled(bench)
        thread = bench.slack.workspace.thread(asked.channel, asked.ts)
        assert len(thread) == 3
        assert "3 of 3 checks ran" in render(thread[2])


async def test_what_fits_nothing_is_asked_about_there_where_everybody_sees_it_who_is_there() -> None:
    async with at_work() as bench:
        asked, _ = await bench.slack.message("cold coffee", channel="@ana")
        await bench.slack.until(lambda w: len(w.thread(asked.channel, asked.ts)) == 2)
        assert "You wrote: cold coffee" in render(bench.slack.workspace.thread(asked.channel, asked.ts)[1])
        assert not bench.slack.workspace.private_to("ana")


async def test_slacks_own_stop_stops_the_run_of_its_thread() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        asked, _ = await bench.slack.message("no events", channel="@ana")
        await bench.slack.until(lambda w: len(w.thread(asked.channel, asked.ts)) == 2)
        where = {"channel": asked.channel, "thread_ts": asked.ts, "user": asked.user}
        stopped = {"type": "agent_session_stopped", "streaming_message_ts": [], **where}
        assert (await bench.slack.event(stopped)).acked
        await bench.reports()
        assert "Stopped early: stopped by Ana Ito" in render(reports(bench.slack.workspace)[0])


@pytest.mark.parametrize("kind", ["app_home_opened", "app_context_changed", "agent_session_title_changed"])
async def test_what_else_that_mode_tells_is_acknowledged(kind: str) -> None:
    async with at_work() as bench:
        assert (await bench.slack.event({"type": kind, "user": "U1", "channel": "D1"})).acked
        assert not bench.slack.calls_of("chat.postMessage")


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted", "bot_message"])
async def test_edits_and_bots_there_are_left_alone(subtype: str) -> None:
    async with at_work() as bench:
        channel = bench.slack.workspace.direct_message("ana").id
        written = bench.slack.workspace.post(channel, "ana", "no events")
        event = payloads.message_event(bench.slack.workspace, written, "message")
        assert (await bench.slack.event({**event, "subtype": subtype})).acked
        await run_of(bench)
        assert len(reports(bench.slack.workspace)) == 1
        assert list(bench.slack.workspace.shown(channel)) == [written]
