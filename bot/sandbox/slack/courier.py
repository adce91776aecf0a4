"""Brings deliveries to the app: over Socket Mode when it is connected, else signed to its request URL."""

import asyncio
import json
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.delivery import Delivery, signed_headers
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.response_urls import show
from bot.sandbox.slack.socket import SocketMode
from bot.sandbox.slack.workspace import Workspace

ACK_WITHIN_S = 3.0  # Source: docs.slack.dev, events, commands and interactions alike


class NobodyListens(RuntimeError):
    """Neither a socket is connected nor a request URL set."""


class Answered(NamedTuple):
    status: int
    text: str
    wants_no_retry: bool


class Courier:
    """Waits no longer than Slack for an answer; an event's first retry follows at once, later ones on demand."""

    def __init__(self, workspace: Workspace, changes: Changes, socket: SocketMode, signing_secret: str) -> None:
        self.request_url: str | None = None
        self.ack_within_s = ACK_WITHIN_S
        self.signing_secret = signing_secret
        self._workspace = workspace
        self._changes = changes
        self._socket = socket
        self._session: ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Send, and wait for the acknowledgement at most as long as Slack does; unacknowledged is no error."""
        if self._socket.connections:
            await self._over_socket(delivery)
        elif self.request_url is not None:
            await self._over_http(delivery)
            if not delivery.acked and delivery.kind == "events_api" and not delivery.wants_no_retry:
                await self._over_http(delivery)  # Slack's first retry follows at once
        else:
            raise NobodyListens("The app is not connected: start it with Socket Mode, or set slack.request_url.")
        return delivery

    async def resend(self, delivery: Delivery) -> Delivery:
        """Send the same thing once more, as Slack does when it saw no answer."""
        if self._socket.connections:
            delivery.acknowledged.clear()
            await self._over_socket(delivery)
        else:
            await self._over_http(delivery)
        return delivery

    async def post(self, body: str, content_type: str, headers: dict[str, str] | None = None) -> Answered:
        """One signed POST to the request URL."""
        if self.request_url is None:
            raise NobodyListens("Set slack.request_url to the app's URL first.")
        self._session = self._session or ClientSession(timeout=ClientTimeout(total=self.ack_within_s))
        signed = signed_headers(self.signing_secret, int(self._workspace.now()), body)
        sent = {"Content-Type": content_type, **signed, **(headers or {})}
        async with self._session.post(self.request_url, data=body.encode(), headers=sent) as response:
            return Answered(response.status, await response.text(), response.headers.get("x-slack-no-retry") == "1")

    async def _over_socket(self, delivery: Delivery) -> None:
        await self._socket.send(delivery)
        try:
            async with asyncio.timeout(self.ack_within_s):
                await delivery.acknowledged.wait()
        except TimeoutError:
            delivery.retry_reason = "timeout"
            return
        await self._show_answer(delivery, delivery.ack_payload)

    async def _over_http(self, delivery: Delivery) -> None:
        content_type, body = delivery.http()
        retried = {"X-Slack-Retry-Num": str(delivery.attempts), "X-Slack-Retry-Reason": delivery.retry_reason}
        headers = retried if delivery.attempts and delivery.kind == "events_api" else {}
        delivery.attempts += 1
        try:
            answered = await self.post(body, content_type, headers)
        except TimeoutError:
            delivery.retry_reason = "http_timeout"
            return
        except ClientError:
            delivery.retry_reason = "connection_failed"
            return
        delivery.statuses.append(answered.status)
        delivery.wants_no_retry = answered.wants_no_retry
        if answered.status // 100 != 2:
            delivery.retry_reason = "http_error"
            return
        delivery.ack_payload = parsed(answered.text)
        delivery.acknowledged.set()
        await self._show_answer(delivery, delivery.ack_payload)

    async def _show_answer(self, delivery: Delivery, payload: Any) -> None:
        """Show what came with the acknowledgement to the person: private, unless it says in_channel."""
        if delivery.kind != "slash_commands" or not payload:
            return
        body = {"text": payload} if isinstance(payload, str) else payload
        try:
            show(self._workspace, body, delivery.channel, delivery.user)
        except SlackRefusal as refusal:
            delivery.refused_answer = refusal.code
        await self._changes.tell()


def parsed(text: str) -> Any:
    """Read an answer's body: JSON where it is JSON, otherwise the text itself; nothing for an empty one."""
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text
