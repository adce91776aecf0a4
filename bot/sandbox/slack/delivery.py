"""What Slack sends to the app: one delivery, how often it was tried, and how the app took it."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

Kind = Literal["events_api", "slash_commands", "interactive"]
RetryReason = Literal["http_error", "http_timeout", "connection_failed", "timeout"]


@dataclass(slots=True)
class Delivery:
    """A command, an event or an interaction on its way; *origin* is the message a button was pressed on."""

    kind: Kind
    body: dict[str, Any]
    envelope_id: str
    user: str = ""
    channel: str = ""
    response_url: str | None = None
    trigger_id: str | None = None
    attempts: int = 0
    statuses: list[int] = field(default_factory=list)
    ack_payload: Any = None
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    retry_reason: RetryReason = "timeout"
    wants_no_retry: bool = False
    refused_answer: str | None = None  # Slack's code, when the acknowledgement's own message could not be shown

    @property
    def acked(self) -> bool:
        return self.acknowledged.is_set()

    @property
    def status(self) -> int | None:
        """The HTTP status of the last try; None over Socket Mode."""
        return self.statuses[-1] if self.statuses else None

    def envelope(self) -> dict[str, Any]:
        """As Socket Mode wraps it. Source: docs.slack.dev/apis/events-api/using-socket-mode."""
        retried = {}
        if self.kind == "events_api":
            reason = self.retry_reason if self.attempts > 1 else ""
            retried = {"retry_attempt": self.attempts - 1, "retry_reason": reason}
        return {
            "envelope_id": self.envelope_id,
            "type": self.kind,
            "payload": self.body,
            "accepts_response_payload": self.kind != "events_api",
            **retried,
        }

    def http(self) -> tuple[str, str]:
        """Content type and body, as Slack posts it to a request URL."""
        if self.kind == "events_api":
            return "application/json", json.dumps(self.body)
        form = self.body if self.kind == "slash_commands" else {"payload": json.dumps(self.body)}
        return "application/x-www-form-urlencoded", urlencode(form)


def signed_headers(secret: str, timestamp: int, body: str) -> dict[str, str]:
    """Give the headers a request URL checks. Source: docs.slack.dev/authentication/verifying-requests-from-slack."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}
