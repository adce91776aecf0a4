"""No door follows a redirect: what the settings name gets rows and secrets, and nobody it names instead."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.agent.mcp_access import McpAccess
from bot.agent.mcp_check import look
from bot.agent.model import open_model
from bot.agent.ping import ping
from bot.domain.event import RunFinished
from bot.errors import BotError
from bot.safety.redirects import redirected_to
from bot.slack.access import SlackAccess
from bot.slack.connection import open_client, who_are_we
from bot.splunk.access import SplunkAccess
from bot.splunk.session import SplunkSession
from bot.telemetry.otlp import Collector, open_tracer
from tests.agent.briefs import access
from tests.evals.runs import a_run


class Host:
    """Redirects to *to* whatever it is asked, or takes it."""

    def __init__(self, to: str = "", status: int = 307) -> None:
        self.asked: list[str] = []
        self.url = ""
        self._headers, self._status = {"Location": f"{to}/steal?key=s3cret"} if to else {}, status if to else 200

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(text="<html>", status=self._status, headers=self._headers, content_type="text/html")


@contextlib.asynccontextmanager
async def serving(host: Host) -> AsyncIterator[Host]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", host.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield host
    finally:
        await runner.cleanup()


async def model(url: str) -> None:
    async with open_model(access(f"{url}/v1", api_key="sk-secret")) as opened:
        await ping(opened)


async def mcp(url: str) -> None:
    await look(McpAccess(name="lab", tools=("owner_of",), url=f"{url}/mcp"))


async def splunk(url: str) -> None:
    async with SplunkSession(SplunkAccess(url=url, token=SecretStr("secret"))) as session:
        await session.get("/services/server/info")


async def slack(url: str) -> None:
    to = SlackAccess(bot_token=SecretStr("xoxb-1"), app_token=SecretStr("xapp-1"), api_url=f"{url}/api/")
    async with open_client(to) as client:
        await who_are_we(client, waits_s=())


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize(
    ("door", "sentence"),
    [
        (model, "The model endpoint {a} redirects to {b}; set OPENAI_BASE_URL to that if you trust it."),
        (mcp, "redirects to {b} (HTTP {status}), which is not followed; check mcp.lab.url"),
        (splunk, "sends us elsewhere"),
        (slack, "What answers in Slack's place redirects to {b}, which is not followed; check SLACK_API_URL"),
    ],
)
async def test_a_door_follows_no_redirect_and_says_so(
    door: Callable[[str], Awaitable[None]], sentence: str, status: int
) -> None:
    async with serving(Host()) as thief, serving(Host(thief.url, status)) as asked:
        with pytest.raises(BotError) as raised:
            await door(asked.url)
    assert thief.asked == []
    assert asked.asked
    assert sentence.format(a=asked.url.removeprefix("http://"), b=thief.url, status=status) in str(raised.value)
    assert "s3cret" not in str(raised.value)


async def test_traces_follow_no_redirect_and_are_told_as_not_taken(caplog: pytest.LogCaptureFixture) -> None:
    run = a_run()
    async with (
        serving(Host()) as thief,
        serving(Host(thief.url)) as asked,
        open_tracer(Collector(f"{asked.url}/v1/traces", SecretStr("authorization=Bearer%20abc123"))) as tell,
    ):
        tell(RunFinished(run.id, 0, run))
    assert (thief.asked, asked.asked) == ([], ["/v1/traces"])
    assert "did not take" in caplog.text


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("http://other:9/steal?key=1", "http://other:9"),
        ("//other/", "http://other"),
        ("https://127.0.0.1:8/v1", "https://127.0.0.1:8"),
        ("https://user:pass@other", "https://other"),
        ("http://[::1]:3/", "http://[::1]:3"),
        ("/v2", None),
        ("http://<!channel>/", None),
        ("http://other:port/", None),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_of_where_it_leads_scheme_host_and_port_are_shown(location: str | None, shown: str | None) -> None:
    assert redirected_to("http://127.0.0.1:8/v1", location) == shown
