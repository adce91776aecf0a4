"""The slash command over real sockets: a root, a status message, a report; or a private word."""

import pytest

from bot.sandbox.slack import Message
from bot.sandbox.slack.terminal import render
from tests.slack.bench import Bench, at_work, reports

COMMAND = "/troubleshoot"


async def private(bench: Bench, count: int = 1) -> list[Message]:
    await bench.slack.until(lambda w: len(w.private_to("ana")) >= count)
    return bench.slack.workspace.private_to("ana")


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_command_becomes_a_root_a_status_and_a_report(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        delivery = await bench.slack.command(COMMAND, "no events in index=web since 10:15")
        assert delivery.acked
        await bench.reports()
        root = bench.slack.workspace.posts("incidents")[-1]
        await bench.slack.until(lambda w: "Done in" in w.thread("incidents", root.ts)[1].text)
        asked, status, report = bench.thread(root)
        assert asked == "@ana asks: no events in index=web since 10:15"
        assert "Phase 1 of 2 · 2 of 2 done" in status
        assert "Queues · critical" in status
        assert "understood: index=web, since" in status
        assert "3 of 3 checks ran" in report
        assert "idx2: 41 blocked queues" in report
        assert not bench.slack.workspace.private_to("ana")


async def test_messages_are_sent_without_unfurling_or_parsing() -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, "no events")
        await bench.reports()
        posts = bench.slack.calls_of("chat.postMessage")
        assert len(posts) == 3
        assert all(call.args["unfurl_links"] is False and call.args["unfurl_media"] is False for call in posts)
        edits = bench.slack.calls_of("chat.update")
        assert {call.args["parse"] for call in posts + edits} == {"none"}


async def test_the_clock_in_a_problem_is_that_of_the_person() -> None:
    async with at_work() as bench:
        bench.slack.workspace.user("ana").tz = "Asia/Kolkata"
        await bench.slack.command(COMMAND, "no events since 10:15")
        await bench.reports()
        assert "10:15 IST" in str(bench.slack.calls_of("chat.postMessage")[1].args["blocks"])


@pytest.mark.parametrize("text", ["", "help", "?"])
async def test_help_and_an_empty_text_get_a_private_answer_with_the_workflows(text: str) -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, text)
        [answer] = await private(bench)
        shown = render(answer)
        assert "no events in index=web since 10:15" in shown
        assert "Missing data\nEvents that should be searchable are not.\n[Check this]" in shown
        assert not bench.slack.workspace.posts("incidents")


async def test_a_problem_that_fits_nothing_is_asked_about_not_guessed() -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, "the coffee is cold")
        [answer] = await private(bench)
        assert "You wrote: the coffee is cold" in render(answer)
        assert not bench.slack.workspace.posts("incidents")
        assert not bench.splunk.asked


async def test_a_misspelt_workflow_is_refused_with_the_known_ones() -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, "mising_data: no events")
        [answer] = await private(bench)
        assert "There is no workflow 'mising_data'" in render(answer)
        assert "You wrote: no events" in render(answer)


async def test_a_named_workflow_is_run_whatever_the_problem_says() -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, "health_check: the coffee is cold")
        await bench.reports()
        root = bench.slack.workspace.posts("incidents")[-1]
        assert bench.thread(root)[1].startswith("Health check")


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_the_same_command_delivered_twice_is_one_run(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        await bench.slack.command(COMMAND, "no events", duplicate=True)
        await bench.slack.command(COMMAND, "no events again")
        await bench.reports(2)
        assert len(bench.slack.workspace.posts("incidents")) == 2
        assert len(reports(bench.slack.workspace)) == 2
        assert not bench.slack.workspace.private_to("ana")


@pytest.mark.parametrize("fault", ["private", "archived", "not_in_channel"])
async def test_where_the_bot_cannot_post_the_person_is_told_what_to_do(fault: str) -> None:
    async with at_work() as bench:
        channel = "private-war-room" if fault == "private" else "general"
        if fault == "archived":
            bench.slack.workspace.channel(channel).is_archived = True
        if fault == "not_in_channel":
            bench.slack.scopes.remove("chat:write.public")
        await bench.slack.command(COMMAND, "no events", channel=channel)
        [answer] = await private(bench)
        advice = "Unarchive it" if fault == "archived" else "/invite @troubleshooter"
        assert advice in render(answer)
        assert not bench.splunk.asked


async def test_a_secret_in_the_problem_is_not_echoed() -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, "no events, password=hunter22")
        await bench.slack.command(COMMAND, "cold coffee, password=hunter22")
        await bench.reports()
        await private(bench)
        assert "hunter22" not in str(bench.slack.workspace.messages)


async def test_200_kb_of_problem_run_with_a_start_that_says_it_was_cut() -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, "no events " + "x" * 200_000)
        await bench.reports()
        root = bench.slack.workspace.posts("incidents")[-1]
        asked = bench.thread(root)[0]
        assert len(asked) < 5000
        assert "more characters were left out" in asked


async def test_emoji_and_right_to_left_text_are_shown_without_marks_that_nobody_sees() -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, "no events 🔥 \u200f\u05e9\u05dc\u05d5\u05dd")
        await bench.reports()
        root = bench.slack.workspace.posts("incidents")[-1]
        assert bench.thread(root)[0] == "@ana asks: no events 🔥 \u05e9\u05dc\u05d5\u05dd"


async def test_a_mention_in_a_problem_calls_nobody() -> None:
    async with at_work() as bench:
        bench.slack.workspace.add_user("bo")
        await bench.slack.command(COMMAND, "no events, says @bo to <!channel> and @here")
        await bench.reports()
        root = bench.slack.workspace.posts("incidents")[-1]
        [block] = root.blocks
        kinds = [each["type"] for each in block["elements"][0]["elements"]]
        assert kinds == ["user", "text", "text"]
        assert "no events, says @bo to <!channel> and @here" in bench.thread(root)[0]


async def test_a_bug_of_ours_reads_internal_error_with_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    async with at_work() as bench:
        bench.runs.workflows = None  # type: ignore[assignment]  # breaks whatever reads it
        await bench.slack.command(COMMAND, "no events")
        [answer] = await private(bench)
        shown = render(answer)
        assert shown.startswith("Internal error; the log has it under ")
        assert shown.split()[-1].rstrip(".") in caplog.text


async def test_another_command_is_acknowledged_and_left_alone() -> None:
    async with at_work() as bench:
        assert (await bench.slack.command("/other", "x")).acked
        assert not bench.slack.calls_of("chat.postMessage")
