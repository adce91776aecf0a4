"""Signed requests to the app's request URL, with slack_bolt checking the signatures."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.response import BoltResponse

from bot.sandbox.slack import SandboxSlack


class Recorder:
    """A request URL that answers with the statuses it is told, then with 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.requests: list[tuple[dict[str, str], str]] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.text()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, headers=self.headers)


async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await runner.cleanup()


@pytest.fixture
async def served_app(slack: SandboxSlack, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    async for url in served(app.web_app()):
        slack.request_url = url
        yield app


@pytest.fixture
async def recorder(slack: SandboxSlack) -> AsyncIterator[Recorder]:
    recorder, app = Recorder(), web.Application()
    app.router.add_post("/slack/events", recorder.handle)
    async for url in served(app):
        slack.request_url = url
        yield recorder


async def test_a_signed_command_is_taken_and_its_answer_shown(slack: SandboxSlack, served_app: AsyncApp) -> None:
    @served_app.command("/troubleshoot")
    async def answer(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack("at once")
        await respond("later", response_type="in_channel")

    delivery = await slack.command("/troubleshoot", "slow searches")
    assert (delivery.status, delivery.acked) == (200, True)
    await slack.until(lambda workspace: workspace.posts("incidents"))
    assert [message.text for message in slack.workspace.posts("incidents")] == ["later"]
    assert [message.text for message in slack.workspace.private_to("ana")] == ["at once"]


async def test_a_wrong_secret_is_not_let_in(slack: SandboxSlack, served_app: AsyncApp) -> None:
    @served_app.command("/troubleshoot")
    async def answer(ack: AsyncAck) -> None:
        await ack("never")

    slack.courier.signing_secret = "another"
    delivery = await slack.command("/troubleshoot")
    assert (delivery.status, delivery.acked) == (401, False)


@pytest.mark.usefixtures("served_app")
async def test_a_request_url_is_verified(slack: SandboxSlack) -> None:
    assert "prove it" in (await slack.verify_url("prove it")).text
    assert (await slack.ssl_check()).status == 200


async def test_an_event_that_failed_is_sent_again_at_once(slack: SandboxSlack, recorder: Recorder) -> None:
    recorder.statuses = [500]
    delivery = await slack.event({"type": "app_mention"})
    [(first, body), (second, again)] = recorder.requests
    assert body == again
    assert "X-Slack-Retry-Num" not in first
    assert (second["X-Slack-Retry-Num"], second["X-Slack-Retry-Reason"]) == ("1", "http_error")
    assert (delivery.statuses, delivery.acked) == ([500, 200], True)


async def test_further_retries_come_when_asked_for(slack: SandboxSlack, recorder: Recorder) -> None:
    recorder.statuses = [500, 500]
    delivery = await slack.event({"type": "app_mention"})
    await slack.resend(delivery)
    assert [headers.get("X-Slack-Retry-Num") for headers, _ in recorder.requests] == [None, "1", "2"]


async def test_an_app_can_ask_for_no_retry(slack: SandboxSlack, recorder: Recorder) -> None:
    recorder.statuses, recorder.headers = [500], {"X-Slack-No-Retry": "1"}
    await slack.event({"type": "app_mention"})
    assert len(recorder.requests) == 1


async def test_a_failed_command_is_not_repeated(slack: SandboxSlack, recorder: Recorder) -> None:
    recorder.statuses = [500]
    delivery = await slack.command("/troubleshoot")
    assert (len(recorder.requests), delivery.acked) == (1, False)


async def test_an_app_that_is_gone_is_no_error_of_the_sandbox(slack: SandboxSlack) -> None:
    slack.request_url = "http://127.0.0.1:9/slack/events"
    delivery = await slack.event({"type": "app_mention"})
    assert (delivery.acked, delivery.retry_reason) == (False, "connection_failed")


async def test_an_event_nobody_handles_is_answered_with_404(slack: SandboxSlack, served_app: AsyncApp) -> None:
    @served_app.error
    async def say_so(error: Exception) -> Any:
        return BoltResponse(status=404, body=str(error))

    assert (await slack.event({"type": "tokens_revoked"})).status == 404
