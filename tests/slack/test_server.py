"""Opening and closing the Slack door: tokens, signatures, the environment's traps."""

import asyncio

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr

from bot.engine.service import RunService
from bot.errors import SettingsError, SlackError
from bot.sandbox.slack import SandboxSlack
from bot.slack.server import Pace
from tests.fakes import FakeSplunk
from tests.slack.bench import WORKFLOWS, a_store, access, at_work, listening, no_pause

QUICK = Pace(edit_interval_s=0, grace_s=1, pause=no_pause)


def runs() -> RunService:
    return RunService(WORKFLOWS, FakeSplunk())


async def test_a_wrong_bot_token_is_said_when_the_bot_starts() -> None:
    async with SandboxSlack() as slack:
        with pytest.raises(SlackError, match="SLACK_BOT_TOKEN"):
            async with (
                a_store() as store,
                listening(access(slack, bot_token=SecretStr("xoxb-wrong")), runs(), store, QUICK),
            ):
                pass


async def test_a_wrong_app_token_is_said_when_the_bot_starts() -> None:
    async with SandboxSlack() as slack:
        with pytest.raises(SlackError, match="SLACK_APP_TOKEN"):
            async with (
                a_store() as store,
                listening(access(slack, app_token=SecretStr("xapp-wrong")), runs(), store, QUICK),
            ):
                pass


async def test_neither_app_token_nor_signing_secret_is_a_setting_to_make() -> None:
    async with SandboxSlack() as slack:
        nothing = access(slack, http=True, signing_secret=None)
        with pytest.raises(SettingsError, match="SLACK_APP_TOKEN"):
            async with a_store() as store, listening(nothing, runs(), store, QUICK):
                pass


async def test_a_taken_port_is_a_setting_to_make() -> None:
    async with at_work(http=True) as bench:
        assert bench.server.address
        port = int(bench.server.address.split(":")[2].split("/")[0])
        with pytest.raises(SettingsError, match="HTTP_PORT"):
            async with (
                a_store() as store,
                listening(access(bench.slack, http=True, http_port=port), runs(), store, QUICK),
            ):
                pass


async def test_a_request_with_a_wrong_signature_is_refused() -> None:
    async with at_work(http=True) as bench:
        bench.slack.courier.signing_secret = "another"
        delivery = await bench.slack.command("/troubleshoot", "no events")
        assert delivery.status == 401
        assert not bench.slack.calls_of("chat.postMessage")


async def test_slacks_own_checks_of_the_url_are_answered() -> None:
    async with at_work(http=True) as bench:
        assert "sandbox-challenge" in (await bench.slack.verify_url()).text
        assert (await bench.slack.ssl_check()).status == 200


async def test_health_is_told_over_http() -> None:
    async with at_work(http=True) as bench, ClientSession() as session:
        url = str(bench.server.address).replace("/slack/events", "/healthz")
        async with session.get(url) as response:
            assert await response.json() == {"ok": True}


async def test_client_id_and_secret_in_the_environment_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt takes them as a wish for OAuth, and forgets the token."""
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "made up")
    async with at_work() as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await bench.reports()


async def test_a_proxy_in_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with at_work() as bench:
        await bench.slack.command("/troubleshoot", "help")
        await bench.slack.until(lambda w: w.private_to("ana"))


async def test_a_token_in_the_environment_is_not_warned_about(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-from-the-environment")
    async with at_work():
        assert not [record for record in caplog.records if record.levelname == "WARNING"]


async def test_the_bot_asks_who_it_is_once() -> None:
    async with at_work() as bench:
        for _ in range(3):
            await bench.slack.command("/troubleshoot", "help")
        assert len(bench.slack.calls_of("auth.test")) == 1


async def test_slack_down_at_the_start_is_waited_out() -> None:
    async with SandboxSlack() as slack:
        slack.faults.drop("auth.test", times=3)
        slack.faults.rate_limit("apps.connections.open", times=2)
        async with at_work(slack=slack) as bench:
            await bench.slack.command("/troubleshoot", "no events")
            await bench.reports()


async def test_a_socket_that_slack_refreshes_loses_and_doubles_nothing() -> None:
    async with at_work() as bench:
        await bench.slack.disconnect("refresh_requested")
        await bench.slack.until_connected()
        await bench.slack.mention("no events")
        await bench.reports()
        assert len(bench.slack.calls_of("chat.postMessage")) == 2


async def test_nothing_is_left_running_when_the_door_is_closed() -> None:
    before = asyncio.all_tasks()
    async with at_work() as bench:
        await bench.slack.command("/troubleshoot", "no events")
        await bench.reports()
    await asyncio.sleep(0)  # the SDK cancels its own tasks without waiting for them
    ours = [task for task in asyncio.all_tasks() - before if "socket_mode" not in repr(task.get_coro())]
    assert ours == []
