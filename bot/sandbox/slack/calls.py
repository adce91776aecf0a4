"""One Web API call: its arguments read from JSON, form and query alike, and the workspace it acts on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.errors import SlackRefusal, invalid_arguments
from bot.sandbox.slack.workspace import Channel, Message, Unknown, Workspace

# Arguments that carry structure: as a form or a query they arrive as JSON text.
STRUCTURED = frozenset({"blocks", "attachments", "metadata", "view", "files", "message"})
NO = frozenset({"", "0", "false", "False", "None"})


@dataclass(slots=True)
class Call:
    """A call as it came (*at* in epoch seconds, to the base *url*), and afterwards what became of it.

    `outcome` is "ok", Slack's error code, an HTTP status as text, or "dropped" when no answer was sent.
    """

    method: str
    args: dict[str, Any]
    at: float
    url: str = ""
    scopes: set[str] = field(default_factory=set)
    outcome: str = "open"

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        value = self.args.get(name)
        return bool(value) and str(value) not in NO

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.args.get(name) or default)
        except ValueError as error:
            raise invalid_arguments(f"{name} must be a number") from error


def read_arguments(method: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Parse the JSON text of structured arguments; `blocks` that are not JSON are refused in Slack's words."""
    args = dict(raw)
    for name in STRUCTURED & args.keys():
        if isinstance(args[name], str):
            try:
                args[name] = json.loads(args[name]) if args[name] else None
            except ValueError as error:
                code = "invalid_blocks_format" if name == "blocks" and method != "blocks.validate" else None
                raise SlackRefusal(code) if code else invalid_arguments(f"{name} is no JSON") from error
    return args


def visible_channel(workspace: Workspace, name: str) -> Channel:
    """Find a channel as the bot sees it: a private one it is not in does not exist."""
    try:
        if name.startswith("U") and name in workspace.users:
            return workspace.direct_message(name)
        channel = workspace.channel(name)
    except Unknown as error:
        raise SlackRefusal("channel_not_found") from error
    if channel.kind != "public" and workspace.bot.id not in channel.members:
        raise SlackRefusal("channel_not_found")
    return channel


def joined_channel(workspace: Workspace, name: str) -> Channel:
    channel = visible_channel(workspace, name)
    if workspace.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def known_message(workspace: Workspace, channel: str, ts: str, otherwise: str = "message_not_found") -> Message:
    try:
        return workspace.message(channel, ts)
    except Unknown as error:
        raise SlackRefusal(otherwise) from error


def message_json(workspace: Workspace, message: Message, *, with_metadata: bool = False) -> dict[str, Any]:
    """Show a message as conversations.* and chat.* return it."""
    shown: dict[str, Any] = {
        "type": "message", "user": message.user, "ts": message.ts, "text": message.text, "team": workspace.team_id,
    }  # fmt: skip
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.attachments:
        shown["attachments"] = message.attachments
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": workspace.app_id}
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if replies := workspace.thread(message.channel, message.ts)[1:]:
        shown |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": f"{message.history[-1].at:.6f}"}
    if message.files:
        shown["files"] = [{"id": file.id, "name": file.name, "title": file.title} for file in message.files]
    if message.reactions:
        shown["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in message.reactions.items()]
    if with_metadata and message.metadata:
        shown["metadata"] = message.metadata
    return shown
