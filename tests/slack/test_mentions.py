"""A mention is answered in its own thread, or refused with the reason; never dropped."""

import pytest

from bot.sandbox.slack.terminal import render
from bot.slack.listeners.mentions import NOT_FOR_BOTS
from tests.slack.bench import at_work, reports


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_mention_is_answered_in_its_own_thread(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        asked, delivery = await bench.slack.mention("no events in index=web")
        assert delivery.acked
        await bench.reports()
        await bench.slack.until(lambda w: "Done in" in w.thread("incidents", asked.ts)[1].text)
        _, status, report = bench.thread(asked)
        assert "Queues · critical" in status
        assert "3 of 3 checks ran" in report
        assert bench.slack.workspace.posts("incidents") == [asked]


async def test_a_mention_inside_a_thread_is_answered_there() -> None:
    async with at_work() as bench:
        root = bench.slack.workspace.post("incidents", "ana", "web is down")
        await bench.slack.mention("no events", thread_ts=root.ts)
        await bench.reports()
        assert {m.thread_ts for m in bench.slack.workspace.messages if m.bot_id} == {root.ts}


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_mention_that_fits_nothing_gets_choices_where_they_are_seen(in_thread: bool) -> None:  # noqa: FBT001
    """Slack shows a private message in a thread only where the thread has replies already."""
    async with at_work() as bench:
        root = bench.slack.workspace.post("incidents", "ana", "web is down")
        await bench.slack.mention("cold coffee", thread_ts=root.ts if in_thread else None)
        await bench.slack.until(lambda w: w.private_to("ana"))
        [answer] = bench.slack.workspace.private_to("ana")
        assert "Missing data" in render(answer)
        assert answer.thread_ts == (root.ts if in_thread else None)


async def test_an_answer_that_cannot_be_private_is_a_reply() -> None:
    async with at_work() as bench:
        bench.slack.faults.fail("chat.postEphemeral", "user_not_in_channel")
        asked, _ = await bench.slack.mention("")
        await bench.slack.until(lambda w: len(w.thread("incidents", asked.ts)) > 1)
        assert "I find out what is wrong" in bench.thread(asked)[1]


async def test_another_bot_gets_one_refusal_per_thread() -> None:
    async with at_work() as bench:
        bench.slack.workspace.add_user("alerts", is_bot=True)
        first, _ = await bench.slack.mention("no events", user="alerts")
        await bench.slack.mention("no events", user="alerts", thread_ts=first.ts)
        second, _ = await bench.slack.mention("no events", user="alerts")
        await bench.slack.until(lambda w: len(w.thread("incidents", second.ts)) > 1)
        said = [m for m in bench.slack.workspace.messages if m.user == bench.slack.workspace.bot.id]
        assert [m.thread_ts for m in said] == [first.ts, second.ts]
        assert render(said[0]) == NOT_FOR_BOTS
        assert not bench.splunk.asked


async def test_its_own_mention_is_ignored() -> None:
    async with at_work() as bench:
        _, delivery = await bench.slack.mention("no events", user="troubleshooter")
        assert delivery.acked
        await bench.slack.mention("no events")
        await bench.reports()
        assert len(bench.slack.calls_of("chat.postMessage")) == 2


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_the_same_event_delivered_twice_is_one_run(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        await bench.slack.mention("no events", duplicate=True)
        await bench.slack.mention("no events")
        await bench.reports(2)
        assert len(reports(bench.slack.workspace)) == 2
        assert len(bench.slack.calls_of("chat.postMessage")) == 4


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_events_that_nobody_listens_to_are_acknowledged(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        _, said = await bench.slack.message("just talking")
        joined = await bench.slack.event({"type": "member_joined_channel", "user": "U1", "channel": "C1"})
        shortcut = await bench.slack.shortcut("unknown")
        assert said.acked
        assert joined.acked
        assert shortcut.acked
        assert not bench.slack.calls_of("chat.postMessage")
