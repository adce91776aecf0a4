"""The bodies of commands, events and interactions, as Slack sends them; pure."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.calls import message_json
from bot.sandbox.slack.conversations import channel_json
from bot.sandbox.slack.workspace import Channel, Message, Unknown, User, Workspace

Body = dict[str, Any]
VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 - deprecated by Slack, still in every payload
CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im"}


def typed(workspace: Workspace, text: str, *, with_names: bool = False) -> str:
    """Turn what a person typed into what Slack sends on: & < > escaped, known @names and #channels as ids.

    A command with should_escape carries the name too (`<@U1|ana>`), an event does not (`<@U1>`).
    """

    def linked(found: re.Match[str]) -> str:
        sign, name = found.groups()
        try:
            known = workspace.user(name.lower()) if sign == "@" else workspace.channel(name.lower())
        except Unknown:
            return found.group()
        return f"<{sign}{known.id}|{known.name}>" if with_names or sign == "#" else f"<{sign}{known.id}>"

    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"(?<![\w/])([@#])([a-z0-9][\w.-]*)", linked, escaped, flags=re.IGNORECASE)


def command(workspace: Workspace, name: str, text: str, user: User, channel: Channel, response_url: str) -> Body:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "team_domain": workspace.team_domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind == "im" else channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": typed(workspace, text, with_names=True).strip(),
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workspace.new_trigger(),
    }


def channel_name(channel: Channel) -> str:
    """Name the channel as commands do: Slack hides what a private one is called."""
    return "privategroup" if channel.kind == "private" else channel.name


def event_callback(workspace: Workspace, event: Body) -> Body:
    """Wrap *event* as the Events API does, with an event_id of its own."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "api_app_id": workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.now()),
        "authorizations": [{"team_id": workspace.team_id, "user_id": workspace.bot.id, "is_bot": True}],
        "is_ext_shared_channel": False,
    }


def message_event(workspace: Workspace, message: Message, kind: str) -> Body:
    """Make an app_mention or a message event; only the latter says what kind of channel it is."""
    channel = workspace.channel(message.channel)
    event = {
        "type": kind,
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": workspace.team_id,
        "channel": channel.id,
        "event_ts": message.ts,
    }
    if kind == "message":
        event["channel_type"] = CHANNEL_TYPES[channel.kind]
    if message.thread_ts:
        event["thread_ts"] = message.thread_ts
    if message.bot_id:
        event["bot_id"] = message.bot_id
    return event


def interaction(workspace: Workspace, kind: str, user: User) -> Body:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.team_id},
        "api_app_id": workspace.app_id,
        "token": VERIFICATION_TOKEN,
        "trigger_id": workspace.new_trigger(),
        "team": {"id": workspace.team_id, "domain": workspace.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def press(workspace: Workspace, message: Message, user: User, action: Body, response_url: str) -> Body:
    """Make a block_actions payload: who pressed what on which message."""
    container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    channel = channel_json(workspace, workspace.channel(message.channel))
    return interaction(workspace, "block_actions", user) | {
        "container": {**container, "is_ephemeral": message.is_ephemeral},
        "channel": {"id": message.channel, "name": channel.get("name", "directmessage")},
        "message": message_json(workspace, message),
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action | {"action_ts": workspace.new_ts()}],
    }


def find_action(blocks: list[Body], action_id: str, selected: str | None = None) -> Body:
    """Describe the action as block_actions does, found by *action_id* anywhere in *blocks*."""
    for block_id, element in interactive(blocks):
        if element.get("action_id") == action_id:
            action = {"action_id": action_id, "block_id": block_id, "type": element.get("type")}
            action |= {key: element[key] for key in ("text", "value", "style") if key in element}
            return action | chosen(element, selected)
    raise Unknown(f"Nobody can press {action_id!r}: the message shows no such action.")


def interactive(blocks: Any, block_id: str = "") -> Iterator[tuple[str, Body]]:
    """Every element that carries an action_id, with the id of the block it stands in."""
    for value in blocks if isinstance(blocks, list) else blocks.values():
        if isinstance(value, dict):
            here = value.get("block_id", block_id)
            if "action_id" in value:
                yield here, value
            yield from interactive(value, here)
        elif isinstance(value, list):
            yield from interactive(value, block_id)


def chosen(element: Body, selected: str | None) -> Body:
    """Say what was picked: an option by its value, or one of the two feedback buttons ("positive", "negative")."""
    if selected is None:
        return {}
    if element.get("type") == "feedback_buttons":
        button = element[f"{selected}_button"]
        return {"text": button["text"], "value": button["value"]}
    groups = [group["options"] for group in element.get("option_groups", [])]
    for option in [*element.get("options", []), *(option for options in groups for option in options)]:
        if option.get("value") == selected:
            return {"selected_option": option}
    raise Unknown(f"Nobody can choose {selected!r}: {element['action_id']!r} offers no such option.")


def shortcut(workspace: Workspace, callback_id: str, user: User, message: Message | None, response_url: str) -> Body:
    """Make a global shortcut's payload, or with a message the one of a shortcut on it."""
    if message is None:
        body = interaction(workspace, "shortcut", user)
        return body | {"callback_id": callback_id, "action_ts": workspace.new_ts()}
    channel = workspace.channel(message.channel)
    return interaction(workspace, "message_action", user) | {
        "callback_id": callback_id,
        "action_ts": workspace.new_ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name},
        "message": message_json(workspace, message),
        "response_url": response_url,
    }


def view_submission(workspace: Workspace, view: Body, user: User, values: Body) -> Body:
    shown = {**view, "state": {"values": values}}
    return interaction(workspace, "view_submission", user) | {"view": shown, "response_urls": []}
