"""What must hold for every message that we send, whatever stands in it."""

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

from bot.sandbox.slack import problems
from bot.sandbox.slack.block_rules import view_problems
from bot.slack.blocks import Message, chars_in
from bot.slack.text import size

LIVE = {"mrkdwn", "markdown", "broadcast", "usergroup", "channel", "user"}
MESSAGE_CHARS = 16_000
VIEW_BYTES = 250_000  # docs.slack.dev/surfaces/modals

TURNS_ABOUT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # what a reader sees


def check(message: Message, *, people: int = 0) -> None:
    """Assert that Slack takes *message* and that nothing in it is live but *people* mentions of our own."""
    still(list(message.blocks), people=people)
    assert chars_in(message.blocks) <= MESSAGE_CHARS
    assert 0 < size(message.text) <= 4000
    inert(message.text)
    if message.instead is not None:
        assert size(message.instead) <= 12_000
        inert(message.instead)
    if message.plainer is not None:
        check(message.plainer, people=people)


def check_view(view: dict[str, Any]) -> None:
    """Assert that Slack opens *view*, and that nothing in it is live."""
    assert view_problems(view) == []
    assert len(json.dumps(view)) <= VIEW_BYTES
    still(view["blocks"], surface="modal")


def still(blocks: list[dict[str, Any]], *, people: int = 0, surface: str = "message") -> None:
    """Assert that Slack takes *blocks*, and that nothing in them is live but *people* mentions of our own."""
    assert problems(blocks, surface) == []
    told = json.dumps(blocks, ensure_ascii=False)
    told.encode()  # a lone surrogate raises
    assert not TURNS_ABOUT & set(told)
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()  # slack_sdk's own opinion: it raises
    live = [each for each in nodes(blocks) if each.get("type") in LIVE]
    assert [each["type"] for each in live] == ["user"] * people
    assert all(each["url"].startswith(("https://", "http://")) for each in nodes(blocks) if each.get("type") == "link")


def inert(text: str) -> None:
    """Assert that Slack's parser finds nothing to act on in *text*."""
    assert not set(text) & (set("<>*~`") | TURNS_ABOUT)
    assert "://" not in text
    assert "mailto:" not in text
    for sign in "@#":
        assert all(part.startswith("\u2060") for part in text.split(sign)[1:])
    text.encode()


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from nodes(part)
