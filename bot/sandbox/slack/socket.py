"""Socket Mode: up to ten WebSockets to the app, each envelope over one of them, acknowledgements noted."""

import contextlib
import json
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.workspace import Workspace

CONNECTIONS_AT_MOST = 10  # Source: docs.slack.dev/apis/events-api/using-socket-mode
CLOSE_WITHIN_S = 1.0  # how long a client may take to close its side; ours are on this machine


class SocketMode:
    """Envelopes go to the connections in turn; an event without an answer is sent again when a connection comes."""

    def __init__(self, workspace: Workspace, changes: Changes) -> None:
        self.base_url = ""
        self.connections: list[web.WebSocketResponse] = []
        self.opened = 0
        self.waiting: dict[str, Delivery] = {}
        self._workspace = workspace
        self._changes = changes
        self._tickets: set[str] = set()
        self._retired: list[web.WebSocketResponse] = []

    def open_url(self) -> str:
        """Make a fresh URL, good for one connection."""
        ticket = self._workspace.new_id("L")
        self._tickets.add(ticket)
        return f"{self.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}"

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        if request.query.get("ticket") not in self._tickets:
            raise web.HTTPForbidden(text="This link was used before; call apps.connections.open again.")
        self._tickets.discard(request.query["ticket"])
        connection = web.WebSocketResponse(timeout=CLOSE_WITHIN_S)  # it answers pings itself
        await connection.prepare(request)
        if len(self.connections) >= CONNECTIONS_AT_MOST:
            await connection.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await connection.close()
            return connection
        await self._greet(connection)
        try:
            async for received in connection:
                if received.type is WSMsgType.TEXT:
                    await self._read(received.data)
        finally:
            self._forget(connection)
        return connection

    async def send(self, delivery: Delivery) -> None:
        """Hand the envelope to the next connection in turn; with none it waits for one."""
        self.waiting[delivery.envelope_id] = delivery
        if not self.connections:
            return
        connection = self.connections.pop(0)
        self.connections.append(connection)
        await self._push(connection, delivery)

    async def disconnect(self, reason: str) -> None:
        """Tell every connection to go; they get nothing more, and the client opens a new one."""
        leaving, self.connections = self.connections, []
        self._retired += leaving
        for connection in leaving:
            debug = {"host": "sandbox"}
            await connection.send_json({"type": "disconnect", "reason": reason, "debug_info": debug})
        await self._changes.tell()

    async def close(self) -> None:
        """Close all connections without a word, as a lost network does."""
        leaving, self.connections, self._retired = [*self.connections, *self._retired], [], []
        for connection in leaving:
            await connection.close()

    async def _greet(self, connection: web.WebSocketResponse) -> None:
        self.opened += 1
        info = {"connection_info": {"app_id": self._workspace.app_id}, "num_connections": len(self.connections) + 1}
        debug = {"host": "sandbox", "approximate_connection_time": 18060}
        await connection.send_json({"type": "hello", **info, "debug_info": debug})
        self.connections.append(connection)
        for delivery in [each for each in self.waiting.values() if each.kind == "events_api"]:
            await self._push(connection, delivery)
        await self._changes.tell()

    async def _push(self, connection: web.WebSocketResponse, delivery: Delivery) -> None:
        delivery.attempts += 1
        with contextlib.suppress(ConnectionError):  # gone just now: it stays in waiting and goes to the next
            await connection.send_json(delivery.envelope())

    async def _read(self, text: str) -> None:
        try:
            received: Any = json.loads(text)
        except ValueError:
            return
        delivery = self.waiting.pop(str(received.get("envelope_id")), None) if isinstance(received, dict) else None
        if delivery is not None:
            delivery.ack_payload = received.get("payload")
            delivery.acknowledged.set()
            await self._changes.tell()

    def _forget(self, connection: web.WebSocketResponse) -> None:
        for known in (self.connections, self._retired):
            if connection in known:
                known.remove(connection)
