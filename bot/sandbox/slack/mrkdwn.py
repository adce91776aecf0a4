"""Slack's text markup as a person reads it: entities, mentions, links and emoji resolved; pure.

Source: docs.slack.dev/messaging/formatting-message-text.
"""

import re

from bot.sandbox.slack.workspace import Unknown, Workspace

EMOJI = {
    "arrow_right": "➡", "bar_chart": "📊", "bell": "🔔", "blue_circle": "🔵", "bulb": "💡", "calendar": "📅",
    "clipboard": "📋", "eyes": "👀", "fast_forward": "⏩", "fire": "🔥", "grey_question": "❔",
    "hammer_and_wrench": "🛠", "heavy_check_mark": "✔", "hourglass": "⌛", "hourglass_flowing_sand": "⏳",
    "information_source": "ℹ",  # noqa: RUF001 - Slack's own sign
    "large_blue_circle": "🔵", "large_green_circle": "🟢", "large_orange_circle": "🟠",
    "large_yellow_circle": "🟡", "link": "🔗", "lock": "🔒", "mag": "🔍", "memo": "📝", "no_entry": "⛔",
    "octagonal_sign": "🛑", "question": "❓", "red_circle": "🔴", "robot_face": "🤖", "rotating_light": "🚨",
    "stopwatch": "⏱", "thumbsdown": "👎", "thumbsup": "👍", "warning": "⚠", "wave": "👋", "white_check_mark": "✅",
    "white_circle": "⚪", "wrench": "🔧", "x": "❌", "zap": "⚡",
}  # fmt: skip


def read(text: str, workspace: Workspace | None = None) -> str:
    """Resolve a mrkdwn text; asterisks and backticks stay, for plain lines have no bold."""
    resolved = re.sub(r"<([^<>\n]+)>", lambda found: reference(found.group(1), workspace), text)
    return unescape(emoji(resolved))


def reference(inside: str, workspace: Workspace | None = None) -> str:
    """Resolve what stands between < and >: a person, a channel, a special mention, a date or a link."""
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"@{label or user_name(target[1:], workspace)}"
    if target.startswith("#"):
        return f"#{label or channel_name(target[1:], workspace)}"
    if target.startswith("!"):
        return label if target.startswith("!date^") else f"@{(label or target[1:]).removeprefix('@')}"
    return link(target.removeprefix("mailto:"), label)


def link(url: str, label: str = "") -> str:
    return f"{label} ({url})" if label and label != url else url


def user_name(user_id: str, workspace: Workspace | None) -> str:
    try:
        return workspace.user(user_id).name if workspace else user_id
    except Unknown:
        return user_id


def channel_name(channel_id: str, workspace: Workspace | None) -> str:
    try:
        return workspace.channel(channel_id).name if workspace else channel_id
    except Unknown:
        return channel_id


def emoji(text: str) -> str:
    return re.sub(r":([a-z0-9_+-]+):", lambda found: EMOJI.get(found.group(1), found.group()), text)


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
