"""A splunkd of a few lines over a real socket, for answers that no sandbox would give."""

import asyncio
import json
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Call:
    """A request as it came in."""

    what: str
    path: str
    fields: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)


def reply(body: Any = b"", status: int = 200, content_type: str = "application/json", **headers: str) -> Reply:
    """Answer with *body*: bytes or text as they are, anything else as JSON."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()

    async def answer(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=raw, status=status, content_type=content_type, headers=named)

    return answer


def refusal(status: int, text: str, kind: str = "ERROR", **headers: str) -> Reply:
    """Answer as splunkd refuses."""
    return reply({"messages": [{"type": kind, "text": text}]}, status, **headers)


def job(**content: Any) -> Reply:
    """Answer with the state of a search; done, unless *content* says otherwise."""
    done = {
        "dispatchState": "DONE",
        "isDone": True,
        "isFailed": False,
        "resultCount": 0,
        "scanCount": 0,
        "messages": [],
    }
    return reply({"entry": [{"name": "x", "content": {**done, **content}}]})


def running() -> Reply:
    return job(dispatchState="RUNNING", isDone=False)


async def cut_connection(request: web.Request) -> web.StreamResponse:
    """Break off in the middle of an answer."""
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"entry": [')
    if request.transport is not None:
        request.transport.abort()
    return response


@dataclass
class Held:
    """A reply that waits until it is released; `asked` is set when the request is there."""

    then: Reply
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.set()
        await self.release.wait()
        return await self.then(request)


class ScriptedSplunk:
    """`async with ScriptedSplunk() as splunk`; `splunk.script("state", running(), job())`: the last reply repeats."""

    def __init__(self, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self._tls = tls
        self._wished_port = port
        self._script: dict[str, list[Reply]] = {}
        self._heard: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.calls: list[Call] = []
        self.rows: Sequence[Mapping[str, Any]] = ()
        self.script("login", reply({"sessionKey": "made-up-key"}))
        self.script("begin", self._begin)
        self.script("state", self._state)
        self.script("results", self._results)
        self.script("control", reply({"messages": [{"type": "INFO", "text": "Search job cancelled."}]}))

    def script(self, what: str, *replies: Reply) -> None:
        self._script[what] = list(replies)

    def asked(self, what: str) -> list[Call]:
        return [call for call in self.calls if call.what == what]

    async def heard(self, what: str) -> None:
        """Wait until *what* was asked."""
        await self._heard[what].wait()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._wished_port, ssl_context=self._tls)
        await site.start()
        self.port: int = self._runner.addresses[0][1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        fields = {key: str(value) for key, value in {**request.query, **await request.post()}.items()}
        what = _what(request)
        self.calls.append(Call(what, request.path, fields, dict(request.headers)))
        self._heard[what].set()
        replies = self._script.get(what, [refusal(404, "Not Found")])
        answer = replies.pop(0) if len(replies) > 1 else replies[0]
        return await answer(request)

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        sid = str((await request.post())["id"])
        return await reply({"sid": sid}, 201)(request)

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return await job(resultCount=len(self.rows))(request)

    async def _results(self, request: web.Request) -> web.StreamResponse:
        begin, count = int(request.query["offset"]), int(request.query["count"])
        page = self.rows[begin : begin + count] if count else self.rows[begin:]
        return await reply({"preview": False, "messages": [], "fields": [], "results": page})(request)


def _what(request: web.Request) -> str:
    path = request.path
    if path.endswith(("/search/v2/jobs", "/search/jobs")):
        return "begin"
    last = path.rsplit("/", 1)[-1]
    return last if last in {"results", "control", "login", "info", "current-context", "roles"} else "state"
