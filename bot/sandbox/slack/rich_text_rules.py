"""What rich_text may look like. Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.rules import Rule, array, boolean, by_type, integer, number, one_of, shape, string

MANY = 10_000  # no count is documented for elements; this only keeps a list a list
FREE_TEXT = string(100_000)  # nor a size for one text
STYLE = shape(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)
STYLED: dict[str, Rule] = {"style": STYLE}
ID = string(255)

INLINE: dict[str, Rule] = {
    "text": shape({"text": FREE_TEXT}, STYLED),
    "link": shape({"url": string(3000)}, {"text": string(100_000, least=0), "unsafe": boolean, **STYLED}),
    "emoji": shape({"name": string(255)}, {"unicode": string(100), "skin_tone": integer(1, 6), **STYLED}),
    "user": shape({"user_id": ID}, STYLED),
    "usergroup": shape({"usergroup_id": ID}, STYLED),
    "channel": shape({"channel_id": ID}, STYLED),
    "team": shape({"team_id": ID}, STYLED),
    "broadcast": shape({"range": one_of("here", "channel", "everyone")}, STYLED),
    "date": shape(
        {"timestamp": number, "format": string(1000)}, {"url": string(3000), "fallback": string(1000), **STYLED}
    ),
    "color": shape({"value": string(20)}, STYLED),
}
INLINES = array(by_type(INLINE), MANY, least=0)
SECTION = shape({"elements": INLINES})
BORDER: dict[str, Rule] = {"border": integer(0, 1)}
LIST = shape(
    {"style": one_of("bullet", "ordered"), "elements": array(by_type({"rich_text_section": SECTION}), MANY)},
    {"indent": integer(0, 8), "offset": integer(0, 100_000), **BORDER},
)
PREFORMATTED = shape({"elements": array(by_type(INLINE, ("text", "link")), MANY)}, {"language": string(100), **BORDER})
QUOTE = shape({"elements": INLINES}, BORDER)
PARTS: dict[str, Rule] = {
    "rich_text_section": SECTION,
    "rich_text_list": LIST,
    "rich_text_preformatted": PREFORMATTED,
    "rich_text_quote": QUOTE,
}
ELEMENTS = array(by_type(PARTS), MANY)
# Standing in a field of another block: `{"type": "rich_text", "elements": […]}`.
RICH_TEXT = by_type({"rich_text": shape({"elements": ELEMENTS}, {"block_id": ID})})


def characters(value: Any) -> int:
    """How many characters a person reads in *value*, whatever it is nested in."""
    return sum(len(each) for each in texts(value))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for name, part in value.items():
            if name != "text" or not isinstance(part, str):
                yield from texts(part)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
