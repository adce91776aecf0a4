"""A message in plain lines, as a person would read it in Slack."""

from typing import Any

import pytest

from bot.sandbox.slack import Message, Version, Workspace
from bot.sandbox.slack.terminal import render, render_blocks, render_thread
from bot.sandbox.slack.workspace import File

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def words(*texts: str, kind: str = "rich_text_section", **also: Any) -> Block:
    return {"type": kind, "elements": [{"type": "text", "text": text} for text in texts], **also}


def cells(*texts: str) -> list[Block]:
    return [{"type": "raw_text", "text": text} for text in texts]


TASK = {"title": "a", "status": "complete", "details": rich(words("ok"))}
BUTTON = {"type": "button", "text": plain("Stop"), "action_id": "stop"}
SELECT = {"type": "static_select", "placeholder": plain("Workflow"), "action_id": "w"}
DRAWN: dict[str, tuple[Block, list[str]]] = {
    "header": ({"type": "header", "text": plain("Report")}, ["Report", "══════"]),
    "section": ({"type": "section", "text": mrkdwn("*a* &lt;b&gt; &amp;amp;")}, ["*a* <b> &amp;"]),
    "links": ({"type": "section", "text": mrkdwn("<https://x|docs> <https://y>")}, ["docs (https://x) https://y"]),
    "special mention": ({"type": "section", "text": mrkdwn("<!channel> <!here>")}, ["@channel @here"]),
    "plain_text parses nothing": ({"type": "section", "text": plain("<!channel> *a*")}, ["<!channel> *a*"]),
    "emoji": ({"type": "section", "text": plain(":white_check_mark: :unknown:")}, ["✅ :unknown:"]),
    "fields": ({"type": "section", "fields": [plain("a"), plain("b")]}, ["a", "b"]),
    "context": (
        {"type": "context", "elements": [plain("a"), {"type": "image", "alt_text": "logo"}]},
        ["a  [image: logo]"],
    ),
    "actions": ({"type": "actions", "elements": [BUTTON, SELECT]}, ["[Stop]  [Workflow ▾]"]),
    "image": ({"type": "image", "alt_text": "a chart", "title": plain("Load")}, ["Load", "[image: a chart]"]),
    "divider": ({"type": "divider"}, ["─" * 60]),
    "table": (
        {"type": "table", "rows": [cells("host", "n"), cells("a", "10")]},
        ["host  n", "a     10"],
    ),
    "rich text parses nothing": (rich(words("<!channel> &lt;", " :x:")), ["<!channel> &lt; :x:"]),
    "code": (rich(words("a\nb", kind="rich_text_preformatted")), ["    a", "    b"]),
    "quote": (rich(words("a\nb", kind="rich_text_quote")), ["│ a", "│ b"]),
    "bullets": (
        rich({"type": "rich_text_list", "style": "bullet", "elements": [words("a\nb"), words("c")], "indent": 1}),
        ["  ◦ a", "    b", "  ◦ c"],
    ),
    "numbers": (
        rich({"type": "rich_text_list", "style": "ordered", "elements": [words("a"), words("b")], "offset": 2}),
        ["3. a", "4. b"],
    ),
    "link in rich text": (
        rich({"type": "rich_text_section", "elements": [{"type": "link", "url": "https://x", "text": "docs"}]}),
        ["docs (https://x)"],
    ),
    "plan": (
        {"type": "plan", "title": "Plan", "tasks": [TASK]},
        ["Plan", "  ✓ a", "      ok"],
    ),
    "container": (
        {"type": "container", "title": plain("t"), "child_blocks": [{"type": "divider"}]},
        ["t", "  " + "─" * 60],
    ),
    "unknown": ({"type": "video"}, ["[video]"]),
}  # fmt: skip


@pytest.mark.parametrize(("block", "lines"), DRAWN.values(), ids=DRAWN)
def test_a_block_is_drawn(block: Block, lines: list[str]) -> None:
    assert render_blocks([block]) == lines


def test_mentions_show_names() -> None:
    workspace = Workspace()
    ana, incidents = workspace.user("ana").id, workspace.channel("incidents").id
    named = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": ana}]}
    blocks = [{"type": "section", "text": mrkdwn(f"<@{ana}> in <#{incidents}> and <@U404>")}, rich(named)]
    assert render_blocks(blocks, workspace) == ["@ana in #incidents and @U404", "@ana"]


def test_without_blocks_the_text_is_shown() -> None:
    message = Message("C1", "1.0", "U1", [Version("a &lt; b", [], 0)], files=[File("F1", "rows.csv", 3)], edited=True)
    assert render(message) == "a < b\n📎 rows.csv (3 bytes)\n(edited)"


def test_a_thread_names_its_authors_and_sets_replies_in() -> None:
    workspace = Workspace()
    root = workspace.post("incidents", "ana", "help")
    workspace.post("incidents", workspace.bot.id, "on it", thread_ts=root.ts)
    hint = workspace.post("incidents", workspace.bot.id, "psst", seen_only_by=workspace.user("ana").id)
    shown = render_thread([*workspace.thread("incidents", root.ts), hint], workspace)
    assert shown == "Ana Ito\nhelp\n\n    Troubleshooter\n    on it\n\nTroubleshooter  (only visible to you)\npsst"
