"""The page over HTTP, for this machine only: its files, a stream of what changes, and the deeds."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.slack.workspace import Unknown
from bot.sandbox.web.deeds import DEEDS, NotDone
from bot.sandbox.web.events import Seen, difference, seen_by
from bot.sandbox.web.stage import Stage

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATIC = Path(__file__).parent / "static"
HOST = "127.0.0.1"
HOSTS = frozenset({HOST, "localhost"})
SHUT_DOWN_WITHIN_S = 1.0  # nothing here is worth more at the end
HEARTBEAT_S = 15.0  # a stream that is silent for longer may be dead without anybody noticing
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class WebPage:
    """`async with WebPage(stage) as page: page.address`; the stage performs elsewhere."""

    def __init__(self, stage: Stage, port: int = 0) -> None:
        self.address = ""
        self._stage = stage
        self._port = port
        self._closing = False
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[only_this_page], client_max_size=1024**2)
        app.router.add_get("/", self._index)
        app.router.add_get("/events", self._events)
        app.router.add_get("/files/{file}", self._file)
        app.router.add_post("/do/{deed}", self._do)
        app.router.add_static("/static", STATIC)
        app.on_shutdown.append(self._end_streams)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUT_DOWN_WITHIN_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        self.address = f"http://{HOST}:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events: all that the person sees first, then whatever changes. Source: html.spec.whatwg.org."""
        name = request.query.get("as", "ana")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.headers.extend(HEADERS)
        await response.prepare(request)
        seen: Seen = {}
        with self._stage.bell.heard() as rung, contextlib.suppress(ConnectionError):  # the person closed the page
            while not self._closing:
                rung.clear()
                now = self._now(name)
                changed = difference(seen, now)
                if changed is not None:
                    changed |= {} if seen else {"all": True}
                    seen = json.loads(json.dumps(now))  # a copy: blocks of an open view are edited in place
                    await response.write(f"data: {json.dumps(changed)}\n\n".encode())
                await _wait(rung, response)
        return response

    def _now(self, name: str) -> Seen:
        try:
            return seen_by(self._stage, self._stage.slack.workspace.user(name))
        except Unknown:
            return seen_by(self._stage, self._stage.slack.workspace.user("ana"))

    async def _do(self, request: web.Request) -> web.StreamResponse:
        deed = DEEDS.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound(text="There is no such deed.")
        try:
            told: Any = json.loads(await request.text())
            said = await deed(self._stage, told)
        except ValueError:
            return web.json_response({"ok": False, "said": "That was no JSON."}, status=400)
        except NotDone as error:
            return web.json_response({"ok": False, "said": str(error)})
        self._stage.bell.ring()
        return web.json_response({"ok": True, "said": said})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file that the bot attached, to be saved and never shown as a page of this address."""
        file = self._stage.slack.workspace.files.get(request.match_info["file"])
        if file is None or file.content is None:
            raise web.HTTPNotFound(text="There is no such file.")
        return web.Response(
            body=file.content, content_type="application/octet-stream", headers={"Content-Disposition": "attachment"}
        )

    async def _end_streams(self, _app: web.Application) -> None:
        self._closing = True
        self._stage.bell.ring()


@web.middleware
async def only_this_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other sites: a name of theirs that leads here, and their pages' POSTs. Then add the page's own rules."""
    origin = request.headers.get("Origin")
    if urlsplit(f"//{request.host}").hostname not in HOSTS or (origin and urlsplit(origin).netloc != request.host):
        raise web.HTTPForbidden(text="This page is for this machine only.")
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send JSON.")
    response = await handler(request)
    if not response.prepared:
        response.headers.extend(HEADERS)
    return response


async def _wait(rung: asyncio.Event, response: web.StreamResponse) -> None:
    """Wait for a change; after a while without one say that we are still there."""
    try:
        async with asyncio.timeout(HEARTBEAT_S):
            await rung.wait()
    except TimeoutError:
        await response.write(b":\n\n")
