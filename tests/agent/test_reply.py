"""Replies as weak endpoints write them."""

import pytest

from bot.agent.reading import Reading
from bot.agent.reply import read_reply
from tests.agent.briefs import GOOD


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Sure! Here it is: {GOOD} I hope this helps {{}}.",
        f'<think>maybe {{"interpretation": "no idea"}}</think>{GOOD}',
        GOOD.replace("}", ', "extra": {"a": 1}}'),
    ],
)
def test_the_answer_is_found_in_what_stands_around_it(text: str) -> None:
    assert read_reply(text, Reading).interpretation == "The disk is full."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" \n", "empty"),
        ("I cannot say.", "no JSON object"),
        ('{"interpretation": ""}', "interpretation: String should have at least 1 character"),
        ('{"interpretation": "x", "confidence": "sure"}', "confidence"),
        ('{"a":' * 30_000, "no JSON object"),
        ("x" * 200_001, "far too long"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_reply(text, Reading)
