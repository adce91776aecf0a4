"""A rich_text block in plain lines: nothing in it is parsed, what stands there is what people read; pure."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.workspace import Workspace

BULLETS = "•◦▪"


def render(block: dict[str, Any], workspace: Workspace | None = None) -> list[str]:
    return [line for part in block.get("elements", []) for line in part_lines(part, workspace)]


def part_lines(part: dict[str, Any], workspace: Workspace | None) -> list[str]:
    """Lines of a section, list, quote or preformatted text; a section's last line break is the block's own end."""
    if part["type"] == "rich_text_list":
        return list_lines(part, workspace)
    lines = inline(part, workspace).splitlines()
    if part["type"] == "rich_text_preformatted":
        return [f"    {line}" for line in lines]
    if part["type"] == "rich_text_quote":
        return [f"│ {line}" for line in lines]
    return lines


def list_lines(part: dict[str, Any], workspace: Workspace | None) -> list[str]:
    """Set in by `indent`; ordered lists count on from `offset`, lines of one item hang under its text."""
    depth = int(part.get("indent", 0))
    lines = []
    for number, item in enumerate(part["elements"], start=1 + int(part.get("offset", 0))):
        sign = f"{number}." if part["style"] == "ordered" else BULLETS[depth % len(BULLETS)]
        margin = "  " * depth
        first, *more = inline(item, workspace).splitlines() or [""]
        lines.append(f"{margin}{sign} {first}".rstrip())
        lines += [f"{margin}{' ' * len(sign)} {line}" for line in more]
    return lines


def inline(part: dict[str, Any], workspace: Workspace | None) -> str:
    return "".join(word(each, workspace) for each in part.get("elements", []))


def word(value: dict[str, Any], workspace: Workspace | None) -> str:
    drawn = WORDS.get(value["type"])
    return drawn(value, workspace) if drawn else str(value.get("text") or value.get("value") or "")


WORDS: dict[str, Callable[[dict[str, Any], Workspace | None], str]] = {
    "broadcast": lambda value, _: f"@{value['range']}",
    "channel": lambda value, workspace: f"#{mrkdwn.channel_name(value['channel_id'], workspace)}",
    "date": lambda value, _: str(value.get("fallback") or value["timestamp"]),
    "emoji": lambda value, _: mrkdwn.emoji(f":{value['name']}:"),
    "link": lambda value, _: mrkdwn.link(str(value["url"]), str(value.get("text") or "")),
    "user": lambda value, workspace: f"@{mrkdwn.user_name(value['user_id'], workspace)}",
    "usergroup": lambda value, _: f"@{value['usergroup_id']}",
}
