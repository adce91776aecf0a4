"""What people, and other bots, send that is no clean problem: each gets its run once, or a private sentence."""

import asyncio
import time
from typing import Any

import pytest

from bot.sandbox.slack import Delivery, Message, SandboxSlack, payloads
from bot.sandbox.slack.terminal import render
from bot.slack.listeners.mentions import NOT_FOR_BOTS, READ_BEFORE, WORDS_PLEASE
from bot.slack.openings import TWIN
from tests.slack.bench import COMMAND, Bench, at_work, begun, held, let_go, reports, run_of, settled, told

both_doors = pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])


async def edited(slack: SandboxSlack, message: Message, text: str) -> Delivery:
    """Edit a mention; Slack tells of it again."""
    slack.workspace.edit(message, text, [])
    event = payloads.message_event(slack.workspace, message, "app_mention")
    return await slack.event({**event, "edited": {"user": message.user, "ts": slack.workspace.new_ts()}})


async def answered(bench: Bench, message: Message) -> list[str]:
    await bench.reports()
    await settled(bench)
    return bench.thread(message)


@both_doors
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no events " + "x" * 40_000, "more characters were left out"),
        ("no events " + ":fire:" * 300, ":fire::fire:"),
        ("no events " + "\U0001f525" * 300, "\U0001f525" * 300),
        ("no events ```index=web\n| stats count```", "no events index=web | stats count"),
    ],
    ids=["40,000 characters", "300 emoji codes", "300 emoji", "a code block"],
)
async def test_whatever_a_problem_is_made_of_it_is_run_as_it_reads(http: bool, text: str, shown: str) -> None:  # noqa: FBT001
    async with at_work(http=http) as bench:
        assert (await bench.slack.command(COMMAND, text)).acked
        await bench.reports()
        [root] = bench.slack.workspace.posts("incidents")
        assert shown in bench.thread(root)[0]
        asked, delivery = await bench.slack.mention(text)
        assert delivery.acked
        await bench.reports(2)
        assert "3 of 3 checks ran" in bench.thread(asked)[2]


@pytest.mark.parametrize("text", ["\U0001f525" * 300, ":fire: " * 300, "```| delete```", "*_~`", "x" * 40_000])
async def test_what_holds_no_problem_is_asked_about_in_private(text: str) -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, text)
        assert "You wrote: " in await told(bench)
        await bench.slack.mention(text)
        assert "You wrote: " in await told(bench, 2)
        assert not bench.splunk.asked


async def test_a_code_block_names_what_is_meant() -> None:
    async with at_work() as bench:
        asked, _ = await bench.slack.mention("no events ```index=web host=web01```")
        assert "understood: index=web, host=web01" in (await answered(bench, asked))[1]


@both_doors
async def test_files_instead_of_words_are_answered_with_what_to_do(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        workspace = bench.slack.workspace
        message = workspace.post("incidents", "ana", f"<@{workspace.bot.id}>")
        event = payloads.message_event(workspace, message, "app_mention")
        await bench.slack.event({**event, "files": [{"id": "F1", "name": "screenshot.png"}]}, duplicate=True)
        assert WORDS_PLEASE in await told(bench)
        asked, _ = await bench.slack.mention("no events, see the picture")
        await answered(bench, asked)
        assert len(workspace.private_to("ana")) == 1


async def test_a_mention_in_the_middle_of_a_sentence_is_read_with_what_stands_before_it() -> None:
    async with at_work() as bench:
        workspace = bench.slack.workspace
        text = f"since 10:15 there are, <@{workspace.bot.id}>, no events in index=web"
        message = workspace.post("incidents", "ana", text)
        await bench.slack.event(payloads.message_event(workspace, message, "app_mention"))
        assert "understood: index=web, since" in (await answered(bench, message))[1]


@both_doors
async def test_an_edited_mention_is_no_second_run_and_its_author_is_told_so(http: bool) -> None:  # noqa: FBT001
    splunk = held()
    async with at_work(http=http, splunk=splunk) as bench:
        asked, _ = await bench.slack.mention("no events")
        await begun(bench.slack)
        delivery = await edited(bench.slack, asked, f"<@{bench.slack.workspace.bot.id}> no events in index=web")
        assert delivery.acked
        assert READ_BEFORE in await told(bench)
        let_go(splunk)
        assert len(await answered(bench, asked)) == 3
        await edited(bench.slack, asked, f"<@{bench.slack.workspace.bot.id}> status")
        assert READ_BEFORE in await told(bench, 2)


async def test_a_mention_that_came_with_an_edit_is_run() -> None:
    async with at_work() as bench:
        message = bench.slack.workspace.post("incidents", "ana", "no events")
        await edited(bench.slack, message, f"<@{bench.slack.workspace.bot.id}> no events")
        assert "3 of 3 checks ran" in (await answered(bench, message))[2]
        assert not bench.slack.workspace.private_to("ana")


async def test_a_mention_deleted_before_it_is_answered_is_said_to_be_gone() -> None:
    async with at_work() as bench:
        gate = bench.slack.faults.hold("users.info")
        asked, _ = await bench.slack.mention("no events")
        await gate.arrived.wait()
        asked.deleted = True
        gate.open.set()
        assert "The thread is gone. Ask again to start a new one." in await told(bench)
        assert not bench.splunk.asked


async def test_a_mention_deleted_during_its_run_costs_no_report() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        asked, _ = await bench.slack.mention("no events")
        await begun(bench.slack)
        asked.deleted = True
        let_go(splunk)
        await bench.reports()
        [report] = reports(bench.slack.workspace)
        assert report.channel == bench.slack.workspace.direct_message("ana").id


@both_doors
@pytest.mark.parametrize(
    "author",
    [
        {"bot_id": "B0FLOW", "subtype": "bot_message", "username": "Daily checks"},
        {"user": "U0FLOW", "bot_id": "B0FLOW", "bot_profile": {"id": "B0FLOW", "name": "Daily checks"}},
    ],
    ids=["without a user", "with a user of its own"],
)
async def test_the_workflow_of_another_bot_is_refused_once(http: bool, author: dict[str, Any]) -> None:  # noqa: FBT001
    async with at_work(http=http) as bench:
        workspace = bench.slack.workspace
        message = workspace.post("incidents", "ana", f"<@{workspace.bot.id}> no events", bot_id="B0FLOW")
        event = payloads.message_event(workspace, message, "app_mention")
        del event["user"]
        for _ in range(2):
            assert (await bench.slack.event({**event, **author})).acked
        await run_of(bench)
        assert [render(each) for each in workspace.thread("incidents", message.ts)[1:]] == [NOT_FOR_BOTS]


@both_doors
async def test_two_identical_commands_within_a_second_are_one_run_and_the_second_is_told(http: bool) -> None:  # noqa: FBT001
    splunk = held()
    async with at_work(http=http, splunk=splunk) as bench:
        first, second = await asyncio.gather(*(bench.slack.command(COMMAND, "no events") for _ in range(2)))
        assert first.acked
        assert second.acked
        assert TWIN in await told(bench)
        await begun(bench.slack)
        let_go(splunk)
        await bench.reports()
        await settled(bench)
        assert len(bench.slack.workspace.posts("incidents")) == 1
        await run_of(bench)
        assert len(bench.slack.workspace.private_to("ana")) == 1


async def test_the_same_words_of_another_or_elsewhere_or_for_another_workflow_are_a_run_of_their_own() -> None:
    splunk = held()
    async with at_work(splunk=splunk) as bench:
        bench.slack.workspace.add_user("bo")
        await bench.slack.command(COMMAND, "no events")
        await bench.slack.command(COMMAND, "no events", user="bo")
        await bench.slack.command(COMMAND, "no events", channel="general")
        await bench.slack.command(COMMAND, "health_check: no events")
        let_go(splunk)
        await bench.reports(4)
        assert not bench.slack.workspace.private_to("ana")


@both_doors
async def test_a_window_asked_for_too_late_is_a_sentence(http: bool) -> None:  # noqa: FBT001 - a parameter
    clock = [time.time()]  # a signature is good for five minutes of it
    async with SandboxSlack(now=lambda: clock[0]) as slack, at_work(slack=slack, http=http) as bench:
        report = await run_of(bench)
        gate = slack.faults.hold("views.open")
        assert (await slack.press("evidence", report)).acked
        await gate.arrived.wait()
        clock[0] += 4
        gate.open.set()
        assert "within three seconds of your press. Press it again." in await told(bench)
        assert not slack.workspace.views
        await slack.press("evidence", report)
        await slack.until(lambda w: len(w.views) == 1)
