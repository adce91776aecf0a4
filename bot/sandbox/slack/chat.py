"""The chat.* methods: posting, editing and deleting, with Slack's limits and refusals."""

import re
from typing import Any

from bot.sandbox.slack.block_rules import problems
from bot.sandbox.slack.calls import Call, joined_channel, known_message, message_json, visible_channel
from bot.sandbox.slack.errors import SlackRefusal, invalid_arguments, invalid_blocks
from bot.sandbox.slack.workspace import Blocks, Channel, Message, Unknown, Workspace

POST_TRUNCATED_AT_CHARS = 40_000  # Source: docs.slack.dev chat.postMessage, "Truncating content"
UPDATE_AT_MOST_CHARS = 4_000  # Source: docs.slack.dev chat.update, msg_too_long
OPTIONS = ("unfurl_links", "unfurl_media", "parse", "link_names", "mrkdwn", "reply_broadcast", "username", "icon_emoji")


def checked_blocks(value: Any, surface: str = "message") -> Blocks:
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise SlackRefusal("invalid_blocks_format")
    if found := problems(value, surface=surface):
        raise invalid_blocks(found)
    return value


def checked_metadata(value: Any) -> dict[str, Any] | None:
    if value in (None, ""):
        return None
    well_formed = isinstance(value, dict) and isinstance(value.get("event_type"), str)
    if value != {} and not (well_formed and isinstance(value.get("event_payload"), dict)):
        raise SlackRefusal("invalid_metadata_format")
    return value or None


def writable_channel(workspace: Workspace, name: str, scopes: set[str]) -> Channel:
    """Where the bot may post: channels it is in, and with chat:write.public any public one."""
    channel = visible_channel(workspace, name)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if workspace.bot.id not in channel.members and "chat:write.public" not in scopes:
        raise SlackRefusal("not_in_channel")
    return channel


def content(call: Call) -> tuple[str, Blocks, list[dict[str, Any]]]:
    text, blocks = call.text("text"), checked_blocks(call.args.get("blocks"))
    attachments = call.args.get("attachments") or []
    if not isinstance(attachments, list):
        raise SlackRefusal("invalid_attachments")
    if len(attachments) > 100:
        raise SlackRefusal("too_many_attachments")
    if not (text or blocks or attachments):
        raise SlackRefusal("no_text")
    return text, blocks, attachments


def thread_root(workspace: Workspace, channel: Channel, call: Call) -> str | None:
    """Find the thread a post goes to; a reply's own ts is understood as its root's."""
    ts = call.text("thread_ts")
    if not ts:
        return None
    if not re.fullmatch(r"\d+\.\d{6}", ts):
        raise SlackRefusal("invalid_thread_ts")
    root = known_message(workspace, channel.id, ts, otherwise="thread_not_found")
    return root.thread_ts or root.ts


def post_message(workspace: Workspace, call: Call) -> dict[str, Any]:
    channel = writable_channel(workspace, call.required("channel"), call.scopes)
    text, blocks, attachments = content(call)
    message = workspace.post(
        channel.id,
        workspace.bot.id,
        text[:POST_TRUNCATED_AT_CHARS],
        blocks=blocks,
        bot_id=workspace.bot_id,
        thread_ts=thread_root(workspace, channel, call),
        metadata=checked_metadata(call.args.get("metadata")),
        attachments=attachments,
        options={name: call.args[name] for name in OPTIONS if name in call.args},
    )
    shown = message_json(workspace, message, with_metadata=True)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shown}


def own_message(workspace: Workspace, call: Call, refusal: str) -> Message:
    channel = visible_channel(workspace, call.required("channel"))
    message = known_message(workspace, channel.id, call.required("ts"))
    if message.bot_id != workspace.bot_id:
        raise SlackRefusal(refusal)
    if channel.is_archived:
        raise SlackRefusal("is_inactive")
    return message


def update(workspace: Workspace, call: Call) -> dict[str, Any]:
    """Edit in place: text alone removes the blocks, metadata left out is kept, blocks show no "edited" mark."""
    message = own_message(workspace, call, "cant_update_message")
    if len(call.text("text")) > UPDATE_AT_MOST_CHARS:
        raise SlackRefusal("msg_too_long")
    text, blocks, attachments = content(call)
    if blocks and has_rich_text(message.blocks) and not has_rich_text(blocks):
        raise SlackRefusal("block_mismatch")
    workspace.edit(message, text, blocks)
    if "metadata" in call.args:
        message.metadata = checked_metadata(call.args["metadata"])
    if "attachments" in call.args:
        message.attachments = attachments
    message.edited = message.edited or not blocks
    shown = message_json(workspace, message, with_metadata=True)
    return {"ok": True, "channel": message.channel, "ts": message.ts, "text": text, "message": shown}


def has_rich_text(blocks: Blocks) -> bool:
    return any(block.get("type") == "rich_text" for block in blocks)


def post_ephemeral(workspace: Workspace, call: Call) -> dict[str, Any]:
    """Post for one person's eyes; it can never be edited, and its ts finds nothing."""
    channel = joined_channel(workspace, call.required("channel"))
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    try:
        person = workspace.user(call.required("user"))
    except Unknown as error:
        raise SlackRefusal("user_not_found") from error
    if person.id not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    text, blocks, attachments = content(call)
    message = workspace.post(
        channel.id,
        workspace.bot.id,
        text,
        blocks=blocks,
        bot_id=workspace.bot_id,
        seen_only_by=person.id,
        thread_ts=call.text("thread_ts") or None,
        attachments=attachments,
    )
    return {"ok": True, "message_ts": message.ts}


def delete(workspace: Workspace, call: Call) -> dict[str, Any]:
    message = own_message(workspace, call, "cant_delete_message")
    message.deleted = True
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, call: Call) -> dict[str, Any]:
    channel = visible_channel(workspace, call.required("channel"))
    message = known_message(workspace, channel.id, call.required("message_ts"))
    link = f"https://{workspace.team_domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def validate_blocks(_workspace: Workspace, call: Call) -> dict[str, Any]:
    """blocks.validate: public, no token; exactly one of blocks, message or view. Source: docs.slack.dev."""
    given = [name for name in ("blocks", "message", "view") if call.args.get(name) is not None]
    if len(given) != 1:
        raise invalid_arguments("must provide exactly one of `blocks`, `view`, or `message`")
    [name] = given
    value = call.args[name]
    blocks = value if name == "blocks" else value.get("blocks", []) if isinstance(value, dict) else value
    surface = "message" if name != "view" else str(value.get("type", "modal")) if isinstance(value, dict) else "modal"
    found = problems(blocks, surface=surface, at="" if name == "blocks" else "/blocks")
    if found:
        split = [problem.removesuffix("]").rsplit(" [json-pointer:", 1) for problem in found]
        errors = [{"code": "failed_constraint", "message": text, "pointer": pointer} for text, pointer in split]
        raise SlackRefusal(f"invalid_{name}", errors=errors)
    return {"ok": True}
