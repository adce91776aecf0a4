"""A whole Slack on 127.0.0.1: the Web API, Socket Mode, signed requests, and the people who type and press."""

import json
import time
from collections.abc import Callable
from typing import Self

from aiohttp import web

from bot.sandbox.slack import payloads
from bot.sandbox.slack.api import WebApi, cut
from bot.sandbox.slack.calls import Call
from bot.sandbox.slack.changes import Changes, Condition, Listener
from bot.sandbox.slack.courier import Answered, Courier
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.people import People
from bot.sandbox.slack.socket import SocketMode
from bot.sandbox.slack.workspace import Workspace

SHUT_DOWN_WITHIN_S = 1.0  # nothing here is worth more at the end
UPLOAD_AT_MOST_BYTES = 64 * 1024**2


class SandboxSlack(People):
    """`async with SandboxSlack() as slack:`, then give the bot `slack.url` as SLACK_API_URL and the tokens.

    *now* is the workspace's clock in epoch seconds; a test moves it to see triggers and response URLs expire.
    """

    signing_secret = "sandbox-signing-secret"  # noqa: S105 - made up, and good for this sandbox only

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        workspace = Workspace(now)
        changes = Changes(workspace)
        self.socket = SocketMode(workspace, changes)
        self.api = WebApi(workspace, changes, self.socket.open_url)
        super().__init__(workspace, changes, Courier(workspace, changes, self.socket, self.signing_secret))
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=UPLOAD_AT_MOST_BYTES)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/response/{key}", self._respond)
        app.router.add_get("/link/", self._link)
        self._runner = web.AppRunner(app, shutdown_timeout=SHUT_DOWN_WITHIN_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.api.base_url = self.socket.base_url = self.response_urls.base_url = base_url
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self.faults.clear()
        await self.socket.close()
        await self.courier.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # What the bot is given, and what it did

    @property
    def url(self) -> str:
        return f"{self.api.base_url}/api/"

    @property
    def bot_token(self) -> str:
        return self.api.bot_token

    @property
    def app_token(self) -> str:
        return self.api.app_token

    @property
    def scopes(self) -> set[str]:
        return self.api.scopes

    @property
    def faults(self) -> Faults:
        return self.api.faults

    @property
    def calls(self) -> list[Call]:
        return self.api.calls

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.api.calls if call.method == method]

    # Switches

    @property
    def request_url(self) -> str | None:
        return self.courier.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.courier.request_url = url

    @property
    def enforce_rate_limits(self) -> bool:
        return self.api.enforce_rate_limits

    @enforce_rate_limits.setter
    def enforce_rate_limits(self, enforced: bool) -> None:
        self.api.enforce_rate_limits = enforced

    # Waiting

    async def until(self, holds: Condition, timeout_s: float = 10.0) -> None:
        """Return once *holds* is true of the workspace; looked at after every change, never by the clock."""
        await self.changes.until(holds, timeout_s)

    async def until_connected(self, timeout_s: float = 10.0) -> None:
        await self.changes.until(lambda _: self.socket.connections, timeout_s)

    def on_change(self, callback: Listener) -> None:
        self.changes.listen(callback)

    # Slack's own doings

    async def resend(self, delivery: Delivery) -> Delivery:
        """Deliver the same thing again, with the retry's headers or fields."""
        return await self.courier.resend(delivery)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        await self.socket.disconnect(reason)

    async def drop_sockets(self) -> None:
        await self.socket.close()

    async def verify_url(self, challenge: str = "sandbox-challenge") -> Answered:
        """Send the url_verification that Slack sends when a request URL is saved."""
        body = {"type": "url_verification", "token": payloads.VERIFICATION_TOKEN, "challenge": challenge}
        return await self.courier.post(json.dumps(body), "application/json")

    async def ssl_check(self) -> Answered:
        body = f"ssl_check=1&token={payloads.VERIFICATION_TOKEN}"
        return await self.courier.post(body, "application/x-www-form-urlencoded")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        return cut(request) if self.faults.down else await self.socket.serve(request)

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.workspace.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound(text="no such upload")
        file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    async def _respond(self, request: web.Request) -> web.Response:
        if self.faults.down:
            return cut(request)
        try:
            self.response_urls.use(request.match_info["key"], json.loads(await request.text() or "null"))
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        except SlackRefusal as refusal:
            return web.json_response(refusal.answer(), status=refusal.status)
        await self.changes.tell()
        return web.Response(text="ok")
