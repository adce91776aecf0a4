"""What must hold for every message that we send, whatever stands in it."""

from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

from bot.sandbox.slack import problems
from bot.slack.blocks import Message
from bot.slack.text import size

LIVE = {"mrkdwn", "markdown", "broadcast", "usergroup", "channel", "user"}
MESSAGE_CHARS = 16_000


def check(message: Message, *, people: int = 0) -> None:
    """Assert that Slack takes *message* and that nothing in it is live but *people* mentions of our own."""
    blocks = list(message.blocks)
    assert problems(blocks) == []
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()  # slack_sdk's own opinion: it raises
    live = [each for each in nodes(blocks) if each.get("type") in LIVE]
    assert [each["type"] for each in live] == ["user"] * people
    assert all(each["url"].startswith(("https://", "http://")) for each in nodes(blocks) if each.get("type") == "link")
    assert sum(size(each["text"]) for each in nodes(blocks) if isinstance(each.get("text"), str)) <= MESSAGE_CHARS
    assert 0 < size(message.text) <= 4000
    inert(message.text)
    if message.instead is not None:
        assert size(message.instead) <= 12_000
        inert(message.instead)


def inert(text: str) -> None:
    """Assert that Slack's parser finds nothing to act on in *text*."""
    assert not set(text) & set("<>*~`")
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
