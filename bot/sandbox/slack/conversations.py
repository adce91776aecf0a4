"""The conversations.* methods: what a channel is, who is in it and what was said there."""

from typing import Any

from bot.sandbox.slack.calls import Call, joined_channel, known_message, message_json, visible_channel
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.workspace import Channel, Message, Unknown, Workspace

Answer = dict[str, Any]


def channel_json(workspace: Workspace, channel: Channel) -> Answer:
    is_im = channel.kind == "im"
    shown: Answer = {
        "id": channel.id,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": is_im,
        "is_private": channel.kind != "public",
        "is_archived": channel.is_archived,
        "is_member": workspace.bot.id in channel.members,
        "context_team_id": workspace.team_id,
    }
    if is_im:
        return shown | {"user": next(iter(channel.members - {workspace.bot.id}), workspace.bot.id)}
    return shown | {"name": channel.name, "name_normalized": channel.name, "num_members": len(channel.members)}


def page(call: Call, items: list[Any], default: int) -> tuple[list[Any], Answer]:
    """One page of *items* and where the next begins; the cursor is opaque to clients."""
    start = int(call.text("cursor", "at:0").removeprefix("at:") or 0)
    end = start + max(1, min(call.number("limit", default), 1000))
    cursor = f"at:{end}" if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": cursor}, "has_more": bool(cursor)}


def info(workspace: Workspace, call: Call) -> Answer:
    return {"ok": True, "channel": channel_json(workspace, visible_channel(workspace, call.required("channel")))}


def list_channels(workspace: Workspace, call: Call) -> Answer:
    kinds = {{"public_channel": "public", "private_channel": "private"}.get(t, t) for t in types(call)}
    seen = [c for c in workspace.channels.values() if c.kind in kinds]
    seen = [c for c in seen if c.kind == "public" or workspace.bot.id in c.members]
    if call.flag("exclude_archived"):
        seen = [c for c in seen if not c.is_archived]
    some, more = page(call, [channel_json(workspace, c) for c in seen], 100)
    return {"ok": True, "channels": some, **more}


def types(call: Call) -> list[str]:
    return call.text("types", "public_channel").split(",")


def within(call: Call, message: Message) -> bool:
    """Between `oldest` and `latest`; the bounds themselves only when `inclusive`."""
    oldest, latest, at = float(call.text("oldest") or 0), float(call.text("latest") or "inf"), float(message.ts)
    return oldest <= at <= latest if call.flag("inclusive") else oldest < at < latest


def history(workspace: Workspace, call: Call) -> Answer:
    """List what stands in the channel itself, newest first; replies are in conversations.replies."""
    channel = joined_channel(workspace, call.required("channel"))
    found = [m for m in reversed(workspace.posts(channel.id)) if within(call, m)]
    return {"ok": True, **messages_page(workspace, call, found, default=100)}


def replies(workspace: Workspace, call: Call) -> Answer:
    """List a thread, root first; the root comes whatever the bounds say."""
    channel = joined_channel(workspace, call.required("channel"))
    root = known_message(workspace, channel.id, call.required("ts"), otherwise="thread_not_found")
    thread = workspace.thread(channel.id, root.thread_ts or root.ts)
    found = [m for m in thread if m is thread[0] or within(call, m)]
    return {"ok": True, **messages_page(workspace, call, found, default=1000)}


def messages_page(workspace: Workspace, call: Call, found: list[Message], default: int) -> Answer:
    some, more = page(call, found, default)
    with_metadata = call.flag("include_all_metadata")
    return {"messages": [message_json(workspace, m, with_metadata=with_metadata) for m in some], **more}


def join(workspace: Workspace, call: Call) -> Answer:
    channel = visible_channel(workspace, call.required("channel"))
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if channel.kind != "public":
        raise SlackRefusal("method_not_supported_for_channel_type")
    warned = {"warning": "already_in_channel"} if workspace.bot.id in channel.members else {}
    channel.members.add(workspace.bot.id)
    return {"ok": True, "channel": channel_json(workspace, channel), **warned}


def members(workspace: Workspace, call: Call) -> Answer:
    channel = visible_channel(workspace, call.required("channel"))
    some, more = page(call, sorted(channel.members), 100)
    return {"ok": True, "members": some, **more}


def open_conversation(workspace: Workspace, call: Call) -> Answer:
    """Open a direct message with one person; groups of several are left out."""
    if call.text("channel"):
        return info(workspace, call)
    people = [name for name in call.text("users").split(",") if name]
    if len(people) != 1:
        raise SlackRefusal("not_enough_users" if not people else "too_many_users")
    try:
        channel = workspace.direct_message(people[0])
    except Unknown as error:
        raise SlackRefusal("user_not_found") from error
    return {"ok": True, "channel": channel_json(workspace, channel)}
