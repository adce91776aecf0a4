"""The sandbox Splunk: splunkd's REST interface over loopback HTTP, answering every search from a scenario.

It serves v1 and v2 job endpoints, /services and /servicesNS, XML and JSON, with splunkd's own status codes and texts,
as measured on splunkd 10.4 by mockdr/mockdr and documented in Splunk's REST reference.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox.deployment import ScenarioDeployment, plain_path
from bot.sandbox.scenario import Scenario
from bot.sandbox.splunk_access import Access
from bot.sandbox.splunk_entries import endpoint_reply
from bot.sandbox.splunk_jobs import Dispatched, Faults
from bot.sandbox.splunk_reply import Call, Refused, Reply, said
from bot.sandbox.splunk_search import SearchEndpoints

_PATIENCE_S = 10.0  # for until(): who waits longer waits for nothing
_PROXY_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Corporate proxy</h1></body></html>"


class SandboxSplunk:
    """One pretended splunkd: `async with SandboxSplunk(scenario) as splunk: splunk.url`."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        now: float | Callable[[], float] | None = None,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.scenario = scenario
        self.faults = Faults.of(scenario.faults)
        self.requests: list[tuple[str, str]] = []  # method and path of every call
        self.url = ""
        self._clock = _clock(now)
        self._tls, self._port = tls, port
        self._changed = asyncio.Condition()
        self._access = Access(scenario.account)
        deployment = ScenarioDeployment(scenario, self._clock(), self.faults)
        self._search = SearchEndpoints(deployment, self.faults, self._clock, self._announce)
        self._runner: web.AppRunner | None = None

    @property
    def searches(self) -> list[Dispatched]:
        """Every search that was dispatched, with its time range."""
        return self._search.searches

    @property
    def running(self) -> list[str]:
        """The sids of jobs at work."""
        return self._search.board.running()

    @property
    def cancelled(self) -> list[str]:
        """The sids of jobs that a client stopped."""
        return self._search.board.cancelled

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=self._tls)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [job.task for job in self._search.board.jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is so of searches, running or cancelled; TimeoutError when it never is."""
        async with asyncio.timeout(_PATIENCE_S), self._changed:
            await self._changed.wait_for(holds)

    async def _announce(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.method, request.path))
        if self.faults.latency_s:
            await asyncio.sleep(self.faults.latency_s)
        if self.faults.down:
            _break_off(request)
        if self.faults.html:
            return web.Response(text=_PROXY_PAGE, content_type="text/html")
        reply = await self._reply(await _call(request, self.url, self._clock()))
        return web.Response(
            status=reply.status, text=reply.body or None, content_type=reply.content_type, headers=reply.headers
        )

    async def _reply(self, call: Call) -> Reply:
        try:
            if call.plain == "auth/login":
                return self._access.login(call)
            self._access.check(call, expired=self.faults.unauthorized)
            return await self._routed(call)
        except Refused as refusal:
            return said(call, refusal.status, [refusal.message], refusal.headers)

    async def _routed(self, call: Call) -> Reply:
        match call.plain.split("/"):
            case ["search", "jobs", *rest] | ["search", "v2", "jobs", *rest]:
                return await self._search.answer(call, rest)
            case ["search", "parser"] | ["search", "v2", "parser"]:
                return self._search.parser(call)
            case _:
                return endpoint_reply(call, self._search.deployment)


def _clock(now: float | Callable[[], float] | None) -> Callable[[], float]:
    if callable(now):
        return now
    return time.time if now is None else lambda: now


async def _call(request: web.Request, origin: str, now: float) -> Call:
    form = parse_qsl(await request.text(), keep_blank_values=True)  # splunk-sdk's login names no content type
    parameters = {**dict(request.query), **dict(form)}
    return Call(
        method=request.method,
        path=request.path,
        plain=plain_path(request.path),
        parameters=parameters,
        authorization=request.headers.get("Authorization", ""),
        cookie_session=request.cookies.get("splunkd_8089", ""),
        origin=origin,
        now=now,
    )


def _break_off(request: web.Request) -> None:
    """Close the connection without a word, as a splunkd that died."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError
