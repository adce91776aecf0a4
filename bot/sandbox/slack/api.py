"""The Web API over HTTP: reads a call, lets it fail as asked, checks token, scope and rate, runs it and answers."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.slack.calls import Call, read_arguments
from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.faults import Fault, Faults, RateLimits
from bot.sandbox.slack.methods import DEFAULT_SCOPES, METHODS, Method
from bot.sandbox.slack.workspace import Workspace

OPEN_SOCKET = "apps.connections.open"


class WebApi:
    """State that outlives a call: tokens, scopes, faults, limits and the list of calls."""

    def __init__(self, workspace: Workspace, changes: Changes, open_socket: Callable[[], str]) -> None:
        self.workspace = workspace
        self.changes = changes
        self.faults = Faults()
        self.limits = RateLimits()
        self.enforce_rate_limits = False
        self.scopes = set(DEFAULT_SCOPES)
        self.bot_token, self.app_token = "xoxb-sandbox-bot", "xapp-sandbox-app"
        self.token_error: str | None = None
        self.calls: list[Call] = []
        self.base_url = ""
        self._open_socket = open_socket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        raw = await raw_arguments(request)
        sent = {name: value for name, value in raw.items() if name != "token"}
        call = Call(method, sent, self.workspace.now(), self.base_url, set(self.scopes))
        self.calls.append(call)
        await self.faults.pass_gate(method)
        fault = self.faults.next(method)
        if fault is not None and not fault.applied:
            return self._fail(request, call, fault)
        response = self._answer(request, call, raw)
        await self.changes.tell()
        return self._fail(request, call, fault) if fault is not None else response

    def _answer(self, request: web.Request, call: Call, raw: dict[str, Any]) -> web.Response:
        try:
            call.args = read_arguments(call.method, call.args)
            answer = self._run(call, bearer(request) or str(raw.get("token") or ""))
        except SlackRefusal as refusal:
            return refused(call, refusal)
        call.outcome = "ok"
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    def _run(self, call: Call, token: str) -> dict[str, Any]:
        if call.method == OPEN_SOCKET:
            self._authorize(token, self.app_token)
            return {"ok": True, "url": self._open_socket()}
        method = METHODS.get(call.method)
        if method is None:
            raise SlackRefusal("unknown_method", req_method=call.method)
        if not method.public:
            self._authorize(token, self.bot_token)
            self._check_scopes(method)
        if self.enforce_rate_limits:
            self.limits.check(call, method.per_minute)
        self.faults.check_blocks(call)
        return method.run(self.workspace, call)

    def _authorize(self, token: str, wanted: str) -> None:
        if not token:
            raise SlackRefusal("not_authed")
        if token not in (self.bot_token, self.app_token):
            raise SlackRefusal("invalid_auth")
        if token != wanted:
            raise SlackRefusal("not_allowed_token_type")
        if self.token_error is not None:
            raise SlackRefusal(self.token_error)

    def _check_scopes(self, method: Method) -> None:
        if method.scopes and not self.scopes.intersection(method.scopes):
            needed, provided = ",".join(method.scopes), ",".join(sorted(self.scopes))
            raise SlackRefusal("missing_scope", needed=needed, provided=provided)

    def _fail(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.refusal is not None:
            return refused(call, fault.refusal)
        if fault.status is not None:
            call.outcome = str(fault.status)
            return web.Response(status=fault.status, text=fault.page, content_type="text/html")
        call.outcome = "dropped"
        return cut(request)


def refused(call: Call, refusal: SlackRefusal) -> web.Response:
    call.outcome = refusal.code
    wait = refusal.retry_after_s
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    return web.json_response(refusal.answer(), status=refusal.status, headers=headers)


def cut(request: web.Request) -> web.Response:
    """Close the connection under the request; the response returned is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def raw_arguments(request: web.Request) -> dict[str, Any]:
    """Arguments from the query, a form and a JSON body alike; Slack takes each, and the SDK uses each."""
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = {}
        return {**raw, **body} if isinstance(body, dict) else raw
    return {**raw, **{name: value for name, value in (await request.post()).items() if isinstance(value, str)}}
