"""The shortcut on a message: the alert becomes the problem, and its thread the place."""

import asyncio
from typing import Any

import pytest
import yaml

from bot.sandbox.slack import Message
from bot.slack.again import BEGUN, GOING_ON
from bot.slack.alerts import MY_OWN, NOTHING_TO_READ, TROUBLESHOOT_THIS, alert_text
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, Bench, at_work, run_of, settled, told
from tests.slack.test_manifest import MANIFEST


def an_alert(bench: Bench, text: str = "Alert: no events in index=web since 10:15", **more: Any) -> Message:
    bench.slack.workspace.add_user("alerts", is_bot=True)
    return bench.slack.workspace.post("incidents", "alerts", text, **more)


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_an_alert_is_troubleshot_in_its_thread(http: bool) -> None:  # noqa: FBT001 - a parameter
    splunk = FakeSplunk({"queues": (BLOCKED,)}, hold=asyncio.Event())
    async with at_work(http=http, splunk=splunk) as bench:
        alert = an_alert(bench)
        assert (await bench.slack.shortcut(TROUBLESHOOT_THIS, message=alert)).acked
        await bench.slack.shortcut(TROUBLESHOOT_THIS, message=alert)
        assert await told(bench) in {GOING_ON, BEGUN}
        assert splunk.hold
        splunk.hold.set()
        await bench.reports()
        await settled(bench)
        _, status, report = bench.thread(alert)
        assert "understood: index=web, since" in status
        assert "3 of 3 checks ran" in report
        await bench.slack.shortcut(TROUBLESHOOT_THIS, message=alert)
        await bench.reports(2)


async def test_what_cannot_be_a_problem_is_answered_in_private_and_may_be_tried_again() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        await bench.slack.shortcut(TROUBLESHOOT_THIS, message=report)
        assert MY_OWN in await told(bench)
        picture = an_alert(bench, "")
        await bench.slack.shortcut(TROUBLESHOOT_THIS, message=picture)
        assert NOTHING_TO_READ in await told(bench, 2)
        unclear = bench.slack.workspace.post("incidents", "ana", "the coffee is cold")
        for count in (3, 4):
            await bench.slack.shortcut(TROUBLESHOOT_THIS, message=unclear)
            assert "You wrote: the coffee is cold" in await told(bench, count)
            await settled(bench)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "down"}, "down"),
        ({"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "CPU"}}]}, "CPU"),
        (
            {
                "attachments": [
                    {"title": "Splunk alert", "text": "no events", "fields": [{"title": "index", "value": "web"}]}
                ]
            },
            "Splunk alert\nno events\nindex: web",
        ),
        ({"text": "down", "attachments": [{"fallback": "more"}]}, "down\nmore"),
        ({}, ""),
    ],
)
def test_an_alert_is_read_wherever_its_words_stand(message: dict[str, Any], text: str) -> None:
    assert alert_text(message) == text


def test_the_manifest_offers_the_shortcut_that_we_listen_to() -> None:
    [shortcut] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", TROUBLESHOOT_THIS)
