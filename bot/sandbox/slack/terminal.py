"""A message as a person sees it, in plain lines for a terminal; pure."""

from collections.abc import Callable, Iterable
from typing import Any

from bot.sandbox.slack import mrkdwn, rich_text
from bot.sandbox.slack.workspace import Message, Workspace

Block = dict[str, Any]
Lines = list[str]
DIVIDER = "─" * 60
TASK_SIGNS = {"pending": "○", "in_progress": "◐", "complete": "✓", "error": "✗"}


def render(message: Message, workspace: Workspace | None = None) -> str:
    """Draw the message's body: its blocks, or its text where it has none; then attachments and files."""
    lines = render_blocks(message.blocks, workspace) or mrkdwn.read(message.text, workspace).splitlines()
    for attachment in message.attachments:
        inside = render_blocks(attachment.get("blocks") or [], workspace)
        said = (
            inside
            or mrkdwn.read(str(attachment.get("text") or attachment.get("fallback") or ""), workspace).splitlines()
        )
        lines += [f"│ {line}" for line in said]
    lines += [f"📎 {file.title or file.name} ({file.size} bytes)" for file in message.files]
    return "\n".join([*lines, "(edited)"] if message.edited else lines)


def render_thread(messages: Iterable[Message], workspace: Workspace) -> str:
    """Draw a root and its replies, each under its author's name, replies set in."""
    shown = []
    for message in messages:
        margin = "    " if message.thread_ts not in (None, message.ts) else ""
        private = "  (only visible to you)" if message.is_ephemeral else ""
        lines = [f"{workspace.user(message.user).real_name}{private}", *render(message, workspace).splitlines()]
        shown.append("\n".join(f"{margin}{line}".rstrip() for line in lines))
    return "\n\n".join(shown)


def render_blocks(blocks: list[Block], workspace: Workspace | None = None) -> Lines:
    return [line for block in blocks for line in render_block(block, workspace)]


def render_block(block: Block, workspace: Workspace | None) -> Lines:
    draw = DRAWN.get(str(block.get("type")))
    return draw(block, workspace) if draw else [f"[{block.get('type')}]"]


def text_of(value: Any, workspace: Workspace | None) -> str:
    """Read a text object, or a bare string where Slack takes one; plain_text holds no mentions or links."""
    if not isinstance(value, dict):
        return mrkdwn.unescape(mrkdwn.emoji(str(value or "")))
    if value.get("type") == "mrkdwn":
        return mrkdwn.read(str(value.get("text", "")), workspace)
    text = str(value.get("text", ""))
    return mrkdwn.unescape(text if value.get("emoji") is False else mrkdwn.emoji(text))


def section(block: Block, workspace: Workspace | None) -> Lines:
    lines = text_of(block["text"], workspace).splitlines() if "text" in block else []
    for field in block.get("fields", []):
        lines += text_of(field, workspace).splitlines()
    if "accessory" in block:
        lines.append(element(block["accessory"], workspace))
    return lines


def header(block: Block, workspace: Workspace | None) -> Lines:
    text = text_of(block["text"], workspace)
    return [text, "═" * min(len(text), len(DIVIDER))]


def elements(block: Block, workspace: Workspace | None) -> Lines:
    return ["  ".join(element(each, workspace) for each in block["elements"])]


def element(value: Block, workspace: Workspace | None) -> str:
    """One thing in a row: a text, an image by its alt_text, a control in square brackets."""
    kind = str(value.get("type"))
    if kind in ("mrkdwn", "plain_text"):
        return text_of(value, workspace)
    if kind == "image":
        return f"[image: {value.get('alt_text', '')}]"
    if kind == "overflow":
        return "[⋯]"
    if kind == "feedback_buttons":
        both = (value["positive_button"], value["negative_button"])
        return "  ".join(f"[{text_of(button['text'], workspace)}]" for button in both)
    if "text" in value:
        return f"[{text_of(value['text'], workspace)}]"
    options = [text_of(option["text"], workspace) for option in value.get("options", [])]
    label = text_of(value["placeholder"], workspace) if "placeholder" in value else " | ".join(options)
    return f"[{label or kind} ▾]"


def image(block: Block, workspace: Workspace | None) -> Lines:
    title = [text_of(block["title"], workspace)] if "title" in block else []
    return [*title, element(block, workspace)]


def table(block: Block, workspace: Workspace | None) -> Lines:
    """Columns as wide as their widest cell; a cell's line breaks become spaces."""
    caption = [text_of(block["caption"], workspace)] if "caption" in block else []
    rows = [[" ".join(cell(each, workspace).split()) for each in row] for row in block["rows"]]
    width = max((len(row) for row in rows), default=0)
    widths = [max((len(row[column]) for row in rows if column < len(row)), default=0) for column in range(width)]
    return caption + ["  ".join(text.ljust(widths[i]) for i, text in enumerate(row)).rstrip() for row in rows]


def cell(value: Block, workspace: Workspace | None) -> str:
    if value.get("type") == "rich_text":
        return "\n".join(rich_text.render(value, workspace))
    return str(value.get("text", value.get("value", "")))


def task(value: Block, workspace: Workspace | None) -> Lines:
    lines = [f"{TASK_SIGNS.get(str(value.get('status')), '○')} {text_of(value['title'], workspace)}"]
    for name in ("details", "output"):
        if name in value:
            lines += [f"    {line}" for line in rich_text.render(value[name], workspace)]
    return lines + [f"    {mrkdwn.link(source['url'], source['text'])}" for source in value.get("sources", [])]


def plan(block: Block, workspace: Workspace | None) -> Lines:
    lines = [text_of(block["title"], workspace)]
    return lines + [f"  {line}" for each in block.get("tasks", []) for line in task(each, workspace)]


def card(block: Block, workspace: Workspace | None) -> Lines:
    lines = [text_of(block[part], workspace) for part in ("title", "subtitle", "body") if part in block]
    actions = {"elements": block.get("actions", [])}
    return [f"│ {line}" for line in lines + (elements(actions, workspace) if actions["elements"] else [])]


def container(block: Block, workspace: Workspace | None) -> Lines:
    title = [text_of(block[part], workspace) for part in ("title", "subtitle") if part in block]
    if "rich_text_title" in block:
        title = rich_text.render(block["rich_text_title"], workspace) + title
    return title + [f"  {line}" for line in render_blocks(block["child_blocks"], workspace)]


def form_input(block: Block, workspace: Workspace | None) -> Lines:
    return [f"{text_of(block['label'], workspace)}: {element(block['element'], workspace)}"]


DRAWN: dict[str, Callable[[Block, Workspace | None], Lines]] = {
    "section": section,
    "header": header,
    "divider": lambda _block, _workspace: [DIVIDER],
    "context": elements,
    "actions": elements,
    "context_actions": elements,
    "image": image,
    "rich_text": rich_text.render,
    "markdown": lambda block, _workspace: str(block["text"]).splitlines(),
    "table": table,
    "data_table": table,
    "plan": plan,
    "task_card": task,
    "card": card,
    "container": container,
    "input": form_input,
}
