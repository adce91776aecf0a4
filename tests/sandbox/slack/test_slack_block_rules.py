"""Each of Block Kit's limits: accepted at the limit, refused one past it, with a pointer to the spot."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.slack.block_rules import BLOCKS, problems, view_problems

Block = dict[str, Any]
DIVIDER: Block = {"type": "divider"}
EMOJI: Block = {"type": "emoji", "name": "x"}


def plain(size: int) -> Block:
    return {"type": "plain_text", "text": "x" * size}


def mrkdwn(size: int) -> Block:
    return {"type": "mrkdwn", "text": "x" * size}


def rich(size: int) -> Block:
    return {"type": "rich_text", "elements": [rich_section({"type": "text", "text": "x" * size})]}


def select(*options: Block, **also: Any) -> Block:
    return actions({"type": "static_select", "action_id": "s", "options": list(options), **also})


def rich_section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def button(number: int = 0, **also: Any) -> Block:
    return {"type": "button", "text": plain(1), "action_id": f"a{number}", **also}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def option(label: int = 1, value: int = 1) -> Block:
    return {"text": plain(label), "value": "v" * value}


def task(number: int = 0, **also: Any) -> Block:
    return {"task_id": f"t{number}", "title": "x", "status": "pending", **also}


def table(rows: int = 1, columns: int = 1, size: int = 1) -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * size}] * columns] * rows}


def data_table(rows: int = 2, size: int = 1, **also: Any) -> Block:
    return table(rows, 1, size) | {"type": "data_table", "caption": "c"} | also


def container(*children: Block, **also: Any) -> Block:
    return {"type": "container", "title": plain(1), "child_blocks": list(children), **also}


LIMITS: list[tuple[str, int, Callable[[int], list[Block]]]] = [
    ("blocks of a message", 50, lambda n: [DIVIDER] * n),
    ("block_id", 255, lambda n: [{"type": "divider", "block_id": "x" * n}]),
    ("section text", 3000, lambda n: [{"type": "section", "text": mrkdwn(n)}]),
    ("section fields", 10, lambda n: [{"type": "section", "fields": [mrkdwn(1)] * n}]),
    ("section field text", 2000, lambda n: [{"type": "section", "fields": [plain(n)]}]),
    ("header", 150, lambda n: [{"type": "header", "text": plain(n)}]),
    ("context elements", 10, lambda n: [{"type": "context", "elements": [mrkdwn(1)] * n}]),
    ("actions elements", 25, lambda n: [actions(*(button(i) for i in range(n)))]),
    ("button text", 75, lambda n: [actions(button(text=plain(n)))]),
    ("button value", 2000, lambda n: [actions(button(value="x" * n))]),
    ("button url", 3000, lambda n: [actions(button(url="x" * n))]),
    ("button action_id", 255, lambda n: [actions(button(action_id="x" * n))]),
    ("overflow options", 5, lambda n: [actions({"type": "overflow", "action_id": "o", "options": [option()] * n})]),
    ("select options", 100, lambda n: [select(*[option()] * n)]),
    ("option text", 75, lambda n: [select(option(n))]),
    ("option value", 150, lambda n: [select(option(1, n))]),
    ("radio options", 10, lambda n: [actions({"type": "radio_buttons", "action_id": "r", "options": [option()] * n})]),
    ("placeholder", 150, lambda n: [actions({"type": "users_select", "action_id": "u", "placeholder": plain(n)})]),
    ("image alt_text", 2000, lambda n: [{"type": "image", "image_url": "https://x", "alt_text": "x" * n}]),
    ("image title", 2000, lambda n: [{"type": "image", "image_url": "u", "alt_text": "x", "title": plain(n)}]),
    ("input label", 2000, lambda n: [{"type": "input", "label": plain(n), "element": {"type": "plain_text_input"}}]),
    ("table rows", 100, lambda n: [table(rows=n)]),
    ("table columns", 20, lambda n: [table(columns=n)]),
    ("table characters", 10_000, lambda n: [table(size=n)]),
    ("tables of a message", 1, lambda n: [table()] * n),
    ("data_table rows", 201, lambda n: [data_table(rows=n)]),
    ("data_table page_size", 100, lambda n: [data_table(page_size=n)]),
    ("data_table characters", 10_000, lambda n: [data_table(size=n)]),
    ("plan tasks", 50, lambda n: [{"type": "plan", "title": "p", "tasks": [task(i) for i in range(n)]}]),
    ("task title", 256, lambda n: [{"type": "plan", "title": "p", "tasks": [task(title="x" * n)]}]),
    ("task details", 256, lambda n: [{"type": "task_card", **task(details=rich(n))}]),
    ("container children", 10, lambda n: [container(*[DIVIDER] * n)]),
    ("container title", 150, lambda n: [container(DIVIDER, title=plain(n))]),
    ("markdown characters of a message", 6000, lambda n: [{"type": "markdown", "text": "x" * n}] * 2),
    ("context_actions", 5, lambda n: [{"type": "context_actions", "elements": [icon(i) for i in range(n)]}]),
    ("card body", 200, lambda n: [{"type": "card", "body": mrkdwn(n)}]),
    ("list indent", 8, lambda n: [rich_list(indent=n)]),
]  # fmt: skip


def icon(number: int) -> Block:
    return {"type": "icon_button", "icon": "trash", "text": plain(1), "action_id": f"i{number}"}


def rich_list(**also: Any) -> Block:
    items = [rich_section({"type": "text", "text": "x"})]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items, **also}]}


@pytest.mark.parametrize(("most", "blocks"), [each[1:] for each in LIMITS], ids=[each[0] for each in LIMITS])
def test_a_limit_is_the_last_size_accepted(most: int, blocks: Callable[[int], list[Block]]) -> None:
    assert problems(blocks(most)) == []
    assert problems(blocks(most + 1)) != []


SHAPES: dict[str, tuple[list[Any], str]] = {
    "unknown type": ([{"type": "paragraph"}], "/blocks/0/type"),
    "no type": ([{"text": plain(1)}], "/blocks/0"),
    "type is an object": ([{"type": {}}], "/blocks/0/type"),
    "image is a text": ([{"type": "card", "icon": "x"}], "/blocks/0/icon"),
    "no object": (["hello"], "/blocks/0"),
    "unknown field": ([{"type": "divider", "colour": "red"}], "/blocks/0"),
    "mrkdwn header": ([{"type": "header", "text": mrkdwn(1)}], "/blocks/0/text/type"),
    "empty text": ([{"type": "section", "text": plain(0)}], "/blocks/0/text/text"),
    "empty section": ([{"type": "section"}], "/blocks/0"),
    "verbatim in plain_text": ([{"type": "section", "text": plain(1) | {"verbatim": True}}], "/blocks/0/text"),
    "emoji in mrkdwn": ([{"type": "section", "text": mrkdwn(1) | {"emoji": True}}], "/blocks/0/text"),
    "empty actions": ([actions()], "/blocks/0/elements"),
    "style of a button": ([actions(button(style="green"))], "/blocks/0/elements/0/style"),
    "two same action_ids": ([actions(button(1), button(1))], "/blocks/0/elements/1/action_id"),
    "two same block_ids": ([{**DIVIDER, "block_id": "b"}] * 2, "/blocks/1/block_id"),
    "same block_id in a container": (
        [{**DIVIDER, "block_id": "b"}, container({**DIVIDER, "block_id": "b"})],
        "/blocks/1/child_blocks/0/block_id",
    ),
    "plan in a container": ([container({"type": "plan", "title": "p"})], "/blocks/0/child_blocks/0/type"),
    "alert in a message": ([{"type": "alert", "text": mrkdwn(1)}], "/blocks/0/type"),
    "typed task in a plan": (
        [{"type": "plan", "title": "p", "tasks": [task(type="task_card")]}],
        "/blocks/0/tasks/0",
    ),
    "two same tasks": ([{"type": "plan", "title": "p", "tasks": [task(), task()]}], "/blocks/0/tasks/1/task_id"),
    "cancelled task": ([{"type": "task_card", **task(status="cancelled")}], "/blocks/0/status"),
    "one row of data": ([data_table(rows=1)], "/blocks/0/rows"),
    "image without a source": ([{"type": "image", "alt_text": "x"}], "/blocks/0"),
    "text outside a section": (
        [{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}],
        "/blocks/0/elements/0/type",
    ),
    "empty rich text": ([rich(0)], "/blocks/0/elements/0/elements/0/text"),
    "unknown style": (
        [{"type": "rich_text", "elements": [rich_section({"type": "text", "text": "x", "style": {"loud": True}})]}],
        "/blocks/0/elements/0/elements/0/style",
    ),
    "emoji in preformatted": (
        [{"type": "rich_text", "elements": [{**rich_section(EMOJI), "type": "rich_text_preformatted"}]}],
        "/blocks/0/elements/0/elements/0/type",
    ),
    "style of a list": ([rich_list(style="dash")], "/blocks/0/elements/0/style"),
}  # fmt: skip


@pytest.mark.parametrize(("blocks", "pointer"), SHAPES.values(), ids=SHAPES)
def test_a_wrong_shape_is_pointed_at(blocks: list[Any], pointer: str) -> None:
    found = problems(blocks)
    assert [each.rsplit(" [json-pointer:", 1)[1] for each in found] == [f"{pointer}]"]


def test_a_size_is_told_in_slacks_words() -> None:
    [found] = problems([{"type": "section", "text": plain(3001)}])
    assert found == "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"


def test_blocks_that_are_no_list_are_one_problem() -> None:
    assert problems({"type": "divider"}) == ["must provide an array [json-pointer:/blocks]"]


FIELDS = ("text", "elements", "rows", "tasks", "title", "child_blocks", "accessory", "block_id", "icon", "details")
ANY_TYPE = st.sampled_from([*BLOCKS, "plain_text", "mrkdwn", "button", "image", "rich_text_section", "rich_text_list"])


def typed_objects(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from([*FIELDS, "type"]), inside, max_size=4).flatmap(
        lambda fields: ANY_TYPE.map(lambda kind: {"type": kind, **fields})
    )


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
JSON = st.recursive(LEAVES, lambda inside: st.lists(inside, max_size=3) | typed_objects(inside), max_leaves=12)


@settings(deadline=None)  # a busy machine is no failure
@given(blocks=JSON)
def test_any_json_is_judged_without_a_crash(blocks: Any) -> None:
    assert all(each.endswith("]") for each in problems(blocks))


def test_everything_at_once_is_accepted() -> None:
    """What a good message may hold; one of each that the bot could use."""
    preformatted = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}], "border": 0}
    quote = {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://x", "text": "x"}]}
    words = rich_section(
        {"type": "user", "user_id": "U1"},
        {"type": "broadcast", "range": "here"},
        {"type": "emoji", "name": "x"},
        {"type": "text", "text": "bold", "style": {"bold": True, "code": True}},
    )
    feedback = {
        "type": "feedback_buttons",
        "action_id": "f",
        "positive_button": {"text": plain(4), "value": "good"},
        "negative_button": {"text": plain(3), "value": "bad"},
    }
    blocks = [
        {"type": "rich_text", "elements": [words, preformatted, quote]},
        {"type": "context_actions", "elements": [feedback]},
        {"type": "section", "text": mrkdwn(1) | {"verbatim": True}, "accessory": button()},
        {"type": "plan", "title": "Plan", "tasks": [task(sources=[{"type": "url", "url": "https://x", "text": "x"}])]},
        container({"type": "header", "text": plain(1)}, table(), is_collapsible=True),
        {"type": "context", "elements": [{"type": "image", "image_url": "https://x", "alt_text": "x"}]},
    ]
    assert problems(blocks) == []


@pytest.mark.parametrize(
    ("surface", "kind", "fits"),
    [("home", "markdown", False), ("modal", "table", False), ("home", "table", True), ("message", "markdown", True)],
)
def test_some_blocks_stand_only_on_some_surfaces(surface: str, kind: str, fits: bool) -> None:  # noqa: FBT001 - a table
    block = table() if kind == "table" else {"type": "markdown", "text": "x"}
    assert (problems([block], surface=surface) == []) is fits


def test_a_home_tab_takes_a_hundred_blocks() -> None:
    assert problems([DIVIDER] * 100, surface="home") == []
    assert problems([DIVIDER] * 101, surface="home") != []


def test_a_modal_with_a_form_needs_a_title_and_a_submit_button() -> None:
    form = {"type": "input", "label": plain(1), "element": {"type": "plain_text_input", "action_id": "a"}}
    modal = {"type": "modal", "title": plain(24), "submit": plain(24), "blocks": [form]}
    assert view_problems(modal) == []
    assert view_problems({**modal, "title": plain(25)}) != []
    assert view_problems({key: value for key, value in modal.items() if key != "title"}) != []
    assert view_problems({key: value for key, value in modal.items() if key != "submit"}) != []
