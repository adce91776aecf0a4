"""Block Kit's sizes and shapes, as Slack refuses them; pure. Source: docs.slack.dev/reference/block-kit."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.sandbox.slack.element_rules import ACCESSORY, ACTIONS, BUTTON, CONTEXT_ACTIONS, IMAGE, INPUTS, URL
from bot.sandbox.slack.rich_text_rules import ELEMENTS, RICH_TEXT, characters
from bot.sandbox.slack.rules import (
    Rule,
    all_of,
    anything,
    array,
    boolean,
    by_type,
    integer,
    number,
    one_of,
    plain,
    problem,
    shape,
    string,
    text,
    unique,
)

BLOCKS_AT_MOST = {"message": 50, "modal": 100, "home": 100}
MARKDOWN_CHARS_A_MESSAGE = 12_000
TABLE_CHARS_A_MESSAGE = 10_000
DATA_TABLE_CHARS_A_MESSAGE = 20_000
TABLES_A_MESSAGE = 1  # stood in the documentation until it moved; kept, for a bot that keeps to it is safe either way
TASKS_A_PLAN = 50
TASK_CHARS = 256  # documented for streamed tasks; assumed for posted ones
MODAL_ONLY, MESSAGE_ONLY = {"alert"}, {"context_actions", "markdown", "plan", "task_card"}
NOT_IN_MODALS = {"container", "table", "data_table", "data_visualization"}


def block(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    return shape(required, {"block_id": string(255), **(optional or {})})


def section_has_content(value: Any, at: str) -> Iterator[str]:
    if "text" not in value and "fields" not in value:
        yield problem("missing required field: text or fields", at)


def has_picture(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value):
        yield problem("must provide exactly one of image_url and slack_file", at)


def at_most_characters(most: int, rule: Rule) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        yield from rule(value, at)
        if characters(value) > most:
            yield problem(f"must be less than {most + 1} characters", at)

    return check


CELL = by_type(
    {
        "raw_text": shape({"text": string(100_000)}),
        "raw_number": shape({"value": number}, {"text": string(1000)}),
        "rich_text": shape({"elements": ELEMENTS}),
    }
)
COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean, "width": anything})
SOURCE = by_type({"url": shape({"url": URL, "text": string(TASK_CHARS)})})
TASK_TEXT = at_most_characters(TASK_CHARS, RICH_TEXT)
TASK_FIELDS: dict[str, Rule] = {
    "details": TASK_TEXT,
    "output": TASK_TEXT,
    "sources": array(SOURCE, 50, least=0),
    "icon": anything,
    "hide_title": boolean,
    "block_id": string(255),
}
TASK_NEEDS: dict[str, Rule] = {"task_id": string(255), "title": string(TASK_CHARS)}
TASK_STATUS = one_of("pending", "in_progress", "complete", "error")
STANDALONE_TASK = shape({**TASK_NEEDS}, {**TASK_FIELDS, "status": TASK_STATUS})


def task_without_type(value: Any, at: str) -> Iterator[str]:
    """Judge a plan's task: a task_card without its `type`."""
    if isinstance(value, dict) and "type" in value:
        yield problem("invalid additional property: type", at)
    yield from STANDALONE_TASK(value, at)


PICTURE = all_of(IMAGE, has_picture)
CONTEXT_PART = by_type({"image": PICTURE, "plain_text": text(3000), "mrkdwn": text(3000)})
BLOCKS: dict[str, Rule] = {
    "section": all_of(
        block(
            {}, {"text": text(3000), "fields": array(text(2000), 10), "accessory": ACCESSORY, "expand": boolean}
        ),
        section_has_content,
    ),
    "header": block({"text": plain(150)}),
    "divider": block({}),
    "context": block({"elements": array(CONTEXT_PART, 10)}),
    "actions": block({"elements": all_of(array(ACTIONS, 25), unique("action_id"))}),
    "context_actions": block({"elements": all_of(array(CONTEXT_ACTIONS, 5), unique("action_id"))}),
    "image": all_of(
        block({"alt_text": string(2000)}, {"image_url": URL, "slack_file": anything, "title": plain(2000)}), has_picture
    ),
    "input": block(
        {"label": plain(2000), "element": INPUTS},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": block({"elements": ELEMENTS}),
    "markdown": block({"text": string(MARKDOWN_CHARS_A_MESSAGE)}),
    "table": block({"rows": array(array(CELL, 20), 100)}, {"column_settings": array(COLUMN, 20)}),
    "data_table": block(
        {"caption": string(2000), "rows": array(array(CELL, 20), 201, least=2)},
        {"page_size": integer(1, 100), "column_settings": array(COLUMN, 20), "row_header_column_index": integer(0, 19)},
    ),
    "data_visualization": block({"title": string(50), "chart": anything}),
    "plan": block(
        {"title": string(TASK_CHARS)},
        {"tasks": all_of(array(task_without_type, TASKS_A_PLAN, least=0), unique("task_id"))},
    ),
    "task_card": block(TASK_NEEDS, {**TASK_FIELDS, "status": TASK_STATUS}),
    "card": block(
        {},
        {
            "hero_image": PICTURE,
            "icon": PICTURE,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": array(by_type({"button": BUTTON}), 25),
        },
    ),
    "alert": block({"text": text(3000)}, {"level": anything}),
    "file": block({"external_id": string(255), "source": one_of("remote")}),
    "video": block(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": URL, "video_url": URL},
        {"author_name": string(50), "description": plain(200), "provider_icon_url": URL, "provider_name": string(50),
         "title_url": URL},
    ),
}  # fmt: skip
INSIDE_CONTAINER = (
    "actions",
    "context",
    "divider",
    "file",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
)
BLOCKS["container"] = block(
    {"child_blocks": array(by_type(BLOCKS, INSIDE_CONTAINER), 10)},
    {
        "title": plain(150),
        "rich_text_title": at_most_characters(150, RICH_TEXT),
        "subtitle": plain(150),
        "width": anything,
        "icon": anything,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
)


def problems(blocks: Any, surface: str = "message", at: str = "/blocks") -> list[str]:
    """Everything Slack would refuse about *blocks* on a surface ("message", "modal", "home"), with JSON pointers."""
    found = list(array(by_type(BLOCKS), BLOCKS_AT_MOST[surface], least=0)(blocks, at))
    if not isinstance(blocks, list):
        return found
    placed = list(every_block(blocks, at))
    found += [problem(f"unsupported type: {b['type']}", f"{where}/type") for b, where in placed if not fits(b, surface)]
    found += duplicate_ids(placed)
    found += sums(placed, at)
    return found


def every_block(blocks: Any, at: str) -> Iterator[tuple[dict[str, Any], str]]:
    """All blocks with their places, those inside containers too."""
    for index, each in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(each, dict) and isinstance(each.get("type"), str):
            yield each, f"{at}/{index}"
            yield from every_block(each.get("child_blocks"), f"{at}/{index}/child_blocks")


def fits(each: dict[str, Any], surface: str) -> bool:
    kind = each["type"]
    if surface == "modal":
        return kind not in MESSAGE_ONLY | NOT_IN_MODALS
    return kind not in (MODAL_ONLY if surface == "message" else MODAL_ONLY | MESSAGE_ONLY)


def duplicate_ids(placed: list[tuple[dict[str, Any], str]]) -> Iterator[str]:
    seen: set[str] = set()
    for each, where in placed:
        block_id = each.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                yield problem(f"block_id {block_id!r} already exists", f"{where}/block_id")
            seen.add(block_id)


def sums(placed: list[tuple[dict[str, Any], str]], at: str) -> Iterator[str]:
    """Limits that hold for a whole message rather than for one block."""
    limits: list[tuple[str, int, Callable[[dict[str, Any]], int]]] = [
        ("markdown", MARKDOWN_CHARS_A_MESSAGE, characters),
        ("table", TABLE_CHARS_A_MESSAGE, characters),
        ("data_table", DATA_TABLE_CHARS_A_MESSAGE, characters),
    ]
    for kind, most, measure in limits:
        if sum(measure(each) for each, _ in placed if each["type"] == kind) > most:
            yield problem(f"{kind} blocks must be less than {most + 1} characters together", at)
    tables = [where for each, where in placed if each["type"] == "table"]
    yield from (problem("only_one_table_allowed", where) for where in tables[TABLES_A_MESSAGE:])


VIEW = shape(
    {"blocks": anything},
    {
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "callback_id": string(255, least=0),
        "private_metadata": string(3000, least=0),
        "external_id": string(255, least=0),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)


def view_problems(view: dict[str, Any]) -> list[str]:
    """Do the same for a modal or a Home tab. Source: docs.slack.dev/reference/views."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [problem("unsupported type", "/view/type")]
    found = list(VIEW(view, "/view")) + problems(view.get("blocks"), surface=kind, at="/view/blocks")
    if kind == "modal" and "title" not in view:
        found.append(problem("missing required field: title", "/view"))
    has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in view.get("blocks") or [])
    if has_input and "submit" not in view and kind == "modal":
        found.append(problem("a view with input blocks needs submit", "/view"))
    return found
