"""Slack's errors, translated once: what happened, whether it passes, and what the person should do.

Error codes: docs.slack.dev/reference/methods, under "Errors" of chat.postMessage, chat.update and chat.postEphemeral.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import SlackError

_PASSING = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout", "ratelimited"})
_UNKNOWN_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format"})
_ABOUT_BLOCKS = _UNKNOWN_BLOCKS | {"msg_blocks_too_long", "block_mismatch"}
TOKEN_ERRORS = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
RETRY_AFTER_AT_MOST_S = 300.0  # a longer wait than any that Slack documents is not worth holding a report for

_INVITE = (
    "I am not in this channel. Type /invite @{bot} there, then ask again; between two people, ask in a channel instead."
)
_ADVICE = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,  # how Slack says it of a private channel
    "is_archived": "This channel is archived. Unarchive it, or ask in another one.",
    "restricted_action": "The workspace's rules keep me from posting here. Ask an admin, or ask in another channel.",
    "missing_scope": "The Slack app lacks a permission ({needed}). An admin must grant it and reinstall the app.",
    "thread_not_found": "The thread is gone. Ask again to start a new one.",
    **dict.fromkeys(
        ("expired_trigger_id", "trigger_expired", "invalid_trigger_id", "exchanged_trigger_id", "trigger_exchanged"),
        "That took too long: Slack lets me open a window only within three seconds of your press. Press it again.",
    ),
    "message_not_found": "The message is gone; somebody deleted it.",
    **dict.fromkeys(
        TOKEN_ERRORS,
        "Slack does not take the bot's token ({code}). Reinstall the app and set SLACK_BOT_TOKEN to its new token.",
    ),
}


class SlackFault(SlackError):
    """A call that Slack did not take. `code` is Slack's word for it, "" when Slack did not say one."""

    def __init__(
        self, sentence: str, code: str = "", *, passes: bool = False, maybe_done: bool = False, wait_s: float = 0
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.passes = passes  # the same call may work later
        self.maybe_done = maybe_done  # Slack may have done it, and only its answer got lost
        self.wait_s = wait_s  # how long Slack asked us to wait

    @property
    def mends(self) -> bool:
        """Whether it may work later without anybody asking again: by itself, or once an admin has renewed the token."""
        return self.passes or self.code in TOKEN_ERRORS

    @property
    def is_about_blocks(self) -> bool:
        return self.code in _ABOUT_BLOCKS

    @property
    def is_of_unknown_blocks(self) -> bool:
        """Whether Slack would refuse the same blocks in any other message too."""
        return self.code in _UNKNOWN_BLOCKS


class Redirected(ClientError):
    """An answer that would send us elsewhere; to *elsewhere*, where that can be said."""

    def __init__(self, elsewhere: str | None) -> None:
        super().__init__(elsewhere)
        self.elsewhere = elsewhere


VENDOR_ERRORS = (SlackClientError, ClientError, TimeoutError)


def translate(error: Exception, bot_name: str = "bot") -> SlackFault:
    """Translate one of VENDOR_ERRORS; to be raised `from` it."""
    if isinstance(error, SlackApiError):
        status, headers, body = _answer(error)
        return refusal(status, headers, body, bot_name)
    if isinstance(error, Redirected):
        where = f"to {error.elsewhere}" if error.elsewhere else "elsewhere"
        return SlackFault(
            f"What answers in Slack's place redirects {where}, which is not followed; check SLACK_API_URL and the "
            "proxy.",
            passes=True,
        )
    if isinstance(error, ClientConnectorError):
        return SlackFault("Slack cannot be reached; check the network, the proxy and SLACK_API_URL.", passes=True)
    return SlackFault("Slack did not answer.", passes=True, maybe_done=True)


def refusal(status: int, headers: Mapping[str, str], body: Any, bot_name: str = "bot") -> SlackFault:
    """Say what Slack's answer to a call means; *body* is JSON already read, or text."""
    answer = body if isinstance(body, dict) else _read_json(body)
    code = re.sub(r"[^a-z0-9_]", "", str(answer.get("error") or ""))[:60]
    if status == 429 or code == "ratelimited":
        wait_s = min(_seconds(headers), RETRY_AFTER_AT_MOST_S)
        return SlackFault("Slack asks to slow down.", "ratelimited", passes=True, wait_s=wait_s)
    if status >= 500 or code in _PASSING:
        return SlackFault(f"Slack has trouble ({code or status}).", code, passes=True, maybe_done=True)
    if not code:
        return SlackFault(
            f"Something that is not Slack answered (HTTP {status}); check SLACK_API_URL and the proxy.", passes=True
        )
    needed = re.sub(r"[^a-z:.,]", "", str(answer.get("needed") or "unknown"))[:100]
    family = "restricted_action" if code.startswith("restricted_action") else code
    advice = _ADVICE.get(family, "Slack did not take it ({code}). Ask again, or ask in another channel.")
    return SlackFault(advice.format(bot=bot_name, needed=needed, code=code), code)


def _answer(error: SlackApiError) -> tuple[int, Mapping[str, str], Any]:
    """Take apart what slack_sdk carries: its own response, or a bare aiohttp one for a body that is no JSON."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    return int(status or 0), getattr(response, "headers", {}) or {}, getattr(response, "data", None)


def _read_json(body: Any) -> dict[str, Any]:
    if not isinstance(body, str):
        return {}
    try:
        read = json.loads(body)
    except ValueError:
        return {"error": body} if re.fullmatch(r"[a-z_]{3,60}", body.strip()) else {}
    return read if isinstance(read, dict) else {}


def _seconds(headers: Mapping[str, str]) -> float:
    named = {name.lower(): value for name, value in headers.items()}
    try:
        return max(1.0, float(named.get("retry-after", "1")))
    except ValueError:
        return 1.0
