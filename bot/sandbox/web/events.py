"""What one person sees, as flat JSON by key, and what changed of it since the last look; pure."""

from typing import Any

from bot.sandbox.scenario import scenario_names
from bot.sandbox.slack.mrkdwn import EMOJI
from bot.sandbox.slack.workspace import Message, User, Workspace
from bot.sandbox.web.faults import faults_now
from bot.sandbox.web.stage import Stage

Seen = dict[str, Any]


def seen_by(stage: Stage, person: User) -> Seen:
    """Return everything the page shows to *person*: each key is drawn by itself, and drawn again when it changes."""
    workspace = stage.slack.workspace
    seen: Seen = {
        "world": _world(stage),
        "you": person.id,
        "emoji": EMOJI,
        "scenarios": scenario_names(),
        "view": workspace.views[-1] if workspace.views else None,
    }
    for user in workspace.users.values():
        seen[f"person:{user.id}"] = {"id": user.id, "name": user.name, "real_name": user.real_name, "bot": user.is_bot}
    for channel in workspace.channels.values():
        if person.id in channel.members:
            seen[f"channel:{channel.id}"] = {"id": channel.id, "name": channel.name, "kind": channel.kind}
    for message in workspace.messages:
        if _shown_to(workspace, message, person):
            seen[f"message:{message.ts}"] = _message(message)
    for (channel_id, ts), status in workspace.thread_status.items():
        seen[f"status:{ts}"] = {"channel": channel_id, "thread": ts, "text": status}
    return seen


def difference(before: Seen, now: Seen) -> Seen | None:
    """Return what must be drawn (`set`) and taken away (`gone`); None when all is as it was."""
    changed = {key: value for key, value in now.items() if key not in before or before[key] != value}
    gone = sorted(before.keys() - now.keys())
    return {"set": changed, "gone": gone} if changed or gone else None


def _world(stage: Stage) -> Seen:
    return {
        "number": stage.world_number,
        "scenario": stage.scenario.name,
        "about": stage.scenario.about,
        "problem": stage.scenario.problem,
        "command": stage.command,
        "state": stage.state,
        "faults": faults_now(stage),
    }


def _shown_to(workspace: Workspace, message: Message, person: User) -> bool:
    if message.deleted or message.seen_only_by not in {None, person.id}:
        return False
    return person.id in workspace.channels[message.channel].members


def _message(message: Message) -> Seen:
    return {
        "ts": message.ts,
        "channel": message.channel,
        "thread": message.thread_ts if message.thread_ts != message.ts else None,
        "by": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": [{"id": file.id, "name": file.title or file.name, "size": file.size} for file in message.files],
        "reactions": {name: len(people) for name, people in message.reactions.items()},
        "edited": message.edited,
        "private": message.is_ephemeral,
    }
