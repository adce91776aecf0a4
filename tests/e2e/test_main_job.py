"""The main job over real sockets: what the thread shows at the end, and how many Slack calls it took."""

import asyncio
import json
import re

import pytest

from tests.collector import FakeCollector
from tests.e2e.house import CHANNEL, House, a_house
from tests.openai_server import FakeOpenAI
from tests.shipped import WORKFLOWS

PROBLEM = "no events in index=web since 10:15"
TASKS = [task.title for task in WORKFLOWS["missing_data"].tasks]


def slack_calls(house: House) -> dict[str, int]:
    counted: dict[str, int] = {}
    for call in house.slack.calls:
        counted[call.method] = counted.get(call.method, 0) + 1
    return counted


def check_thread(house: House, report: str) -> None:
    """Assert what every run of this problem ends with, however it was asked for."""
    assert "indexqueue" in report
    assert "idx2" in report
    assert "10 of 10 checks ran" in report
    assert "Root cause" in report
    assert re.search(r"\[E\d+\]", report)
    status = house.status()
    assert "Phase 1 of 2 · 8 of 8 done" in status
    assert "Phase 2 of 2 · 2 of 2 done" in status
    assert [title for title in TASKS if title not in status] == []
    assert len(house.thread()) == 3
    calls = slack_calls(house)
    assert calls["chat.postMessage"] <= 3  # root, status, report; a mention brings its own root
    assert calls["chat.update"] == len(house.thread()[1].history) - 1
    assert calls["chat.update"] <= 2 * len(TASKS) + 2  # at most a start and an end of each task
    assert sum(calls.values()) - calls["chat.update"] <= 6


@pytest.mark.parametrize("http", [False, True], ids=["socket mode", "http"])
async def test_a_slash_command_becomes_a_thread_with_an_edited_status_and_one_report(*, http: bool) -> None:
    async with a_house(http=http) as house:
        delivery = await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
        report = await house.report()
        assert delivery.acked
        root = house.thread()[0]
        assert PROBLEM in root.text
        assert root.user == house.slack.workspace.bot.id
        check_thread(house, report)
        assert "no model used" in report


@pytest.mark.parametrize("http", [False, True], ids=["socket mode", "http"])
async def test_a_mention_is_answered_in_its_own_thread(*, http: bool) -> None:
    async with a_house(http=http) as house:
        mention, _ = await house.slack.mention(PROBLEM, channel=CHANNEL)
        report = await house.report()
        assert house.thread()[0].ts == mention.ts
        check_thread(house, report)


def draft(house_text: str = "idx2 cannot write, so everything before it waits.") -> str:
    return json.dumps({"executive_summary": house_text, "follow_ups": ["Was storage changed?"]})


READING = json.dumps({"interpretation": "Only the sourcetype is unknown.", "evidence": ["E1"], "confidence": "low"})


@pytest.mark.parametrize(("http", "api"), [(False, "chat_completions"), (True, "responses")])
async def test_with_a_model_its_prose_is_added_and_the_verdict_stays(*, http: bool, api: str) -> None:
    async with FakeOpenAI(lambda asked: draft() if "executive_summary" in str(asked.body) else READING) as model:
        settings = {"openai_base_url": model.base_url, "openai_model": "tiny", "openai_api": api}
        async with a_house(http=http, **settings) as house:
            await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
            report = await house.report()
            check_thread(house, report)
            assert "idx2 cannot write, so everything before it waits." in report
            assert "CRITICAL" in report
            assert f"{len(model.requests)} model call" in report


async def test_with_the_model_talking_nonsense_the_rules_report_stands_and_says_so() -> None:
    async with (
        FakeOpenAI(lambda _: "lorem ipsum") as model,
        a_house(openai_base_url=model.base_url, openai_model="tiny") as house,
    ):
        await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
        report = await house.report()
        check_thread(house, report)
        assert model.requests
        assert "The summary is written by rules" in report


async def test_with_the_model_down_the_rules_report_stands_and_one_line_says_so() -> None:
    async with a_house(openai_base_url="http://127.0.0.1:9/v1", openai_model="tiny") as house:
        await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
        report = await house.report()
        check_thread(house, report)
        assert report.count("The model endpoint 127.0.0.1:9 cannot be reached (connection refused)") == 1


async def test_the_same_command_delivered_twice_is_one_run() -> None:
    async with a_house() as house:
        await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL, duplicate=True)
        await house.slack.mention("missing_data: other words", channel=CHANNEL, duplicate=True)
        await house.slack.until(lambda workspace: len(workspace.messages) >= 6, 60)
        assert len(house.slack.calls_of("chat.postMessage")) == 5


async def test_splunk_down_is_a_report_that_says_so_and_claims_nothing() -> None:
    async with a_house() as house:
        house.splunk.faults.down = True
        await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
        report = await house.report()
        assert "0 of 10 checks ran" in report
        assert "INCOMPLETE" in report
        assert "SPLUNK_URL" in report


async def test_an_expired_splunk_token_is_named() -> None:
    async with a_house() as house:
        house.splunk.faults.unauthorized = True
        await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
        report = await house.report()
        assert "SPLUNK_TOKEN" in report
        assert "sandbox-token" not in report


async def test_a_slack_that_limits_fails_and_loses_answers_gets_one_report_all_the_same() -> None:
    async with a_house() as house:
        house.slack.faults.rate_limit("chat.update", retry_after_s=1, times=2)
        await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
        await house.slack.until(lambda workspace: len(workspace.messages) >= 2, 30)
        house.slack.faults.answer("chat.postMessage", 503, times=2)
        house.slack.faults.drop("chat.postMessage", applied=True)
        report = await house.report()
        assert "indexqueue" in report
        assert len(house.thread()) == 3


async def test_slack_down_while_the_run_ends_delays_the_report_and_loses_nothing() -> None:
    async with a_house() as house:
        hold = house.splunk.faults.hold = asyncio.Event()
        await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
        await house.slack.until(lambda workspace: len(workspace.messages) >= 2, 30)
        house.slack.faults.answer("*", 503, times=8)
        hold.set()
        assert "indexqueue" in await house.report()
        assert len(house.thread()) == 3


async def test_with_a_collector_each_run_is_a_trace_there() -> None:
    async with FakeCollector() as collector:
        async with a_house(otel_exporter_otlp_endpoint=collector.url) as house:
            await house.slack.command("/troubleshoot", PROBLEM, channel=CHANNEL)
            check_thread(house, await house.report())
        names = [span.name for span in collector.spans()]
    assert names.count("run missing_data") == 1
    assert sum(name.startswith("task ") for name in names) == len(TASKS)
