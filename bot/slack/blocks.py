"""The few Block Kit shapes that we use; pure.

Outside text goes into plain_text and rich_text elements only: Slack reads no markup there. Sizes:
docs.slack.dev/reference/block-kit. rich_text has no documented size; ours is bounded by whoever fills it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bot.safety.hidden import dropped
from bot.slack.text import disarmed, line, plain, size

Block = dict[str, Any]
Element = dict[str, Any]

BLOCKS_AT_MOST = 50
HEADER_CHARS = 150
CONTEXT_CHARS = 300  # Slack takes 3,000; more than a few lines of small print nobody reads
SECTION_CHARS = 3000
BUTTON_CHARS = 75
URL_CHARS = 3000
FALLBACK_CHARS = 3900  # chat.update refuses a `text` over 4,000 characters
INSTEAD_CHARS = 12_000  # only ever posted: chat.postMessage cuts at 40,000


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: blocks, and the same in words for notifications and screen readers, which read only `text`."""

    text: str
    blocks: tuple[Block, ...] = ()
    instead: str | None = None  # a fuller text, for when Slack does not take the blocks
    plainer: "Message | None" = None  # the same in blocks that every Slack takes, where these are not known to be

    @property
    def without_blocks(self) -> "Message":
        return Message(self.instead or self.text)

    def under(self, note: Block) -> "Message":
        """Return the message with a note above it."""
        plainer = self.plainer and self.plainer.under(note)
        return replace(self, blocks=(note, *self.blocks[: BLOCKS_AT_MOST - 1]), plainer=plainer)


def message(fallback: str, blocks: Iterable[Block] = (), *, instead: str | None = None) -> Message:
    """Make a message; both texts are outside text and get disarmed here."""
    fuller = None if instead is None else disarmed(instead, INSTEAD_CHARS)
    return Message(disarmed(fallback, FALLBACK_CHARS) or "…", tuple(blocks), fuller)


def sentence(text: str) -> Message:
    """Make a message of one paragraph of outside text."""
    return message(text, [section(text)])


def header(text: str) -> Block:
    return {"type": "header", "text": _plain_text(line(text, HEADER_CHARS))}


def section(text: str, accessory: Element | None = None) -> Block:
    block: Block = {"type": "section", "text": _plain_text(plain(text, SECTION_CHARS))}
    return block | {"accessory": accessory} if accessory else block


def context(*texts: str) -> Block:
    """Make a line of small print; at most ten texts."""
    return {"type": "context", "elements": [_plain_text(line(text, CONTEXT_CHARS)) for text in texts[:10]]}


def button(label: str, action_id: str, value: str, spoken: str = "") -> Element:
    made = {"type": "button", "text": _plain_text(line(label, BUTTON_CHARS)), "action_id": action_id, "value": value}
    return made | {"accessibility_label": line(spoken, BUTTON_CHARS)} if spoken else made


def select(label: str, action_id: str, options: Sequence[tuple[str, str]]) -> Element:
    """Make a list to choose from; at most a hundred pairs of what is shown and its value, of up to 150 characters."""
    offered = [{"text": _plain_text(line(shown, BUTTON_CHARS)), "value": value} for shown, value in options]
    placeholder = _plain_text(line(label, BUTTON_CHARS))
    return {"type": "static_select", "action_id": action_id, "placeholder": placeholder, "options": offered}


def actions(*elements: Element) -> Block:
    """Make a row of buttons; at most 25."""
    return {"type": "actions", "elements": list(elements)}


def rich(*parts: Element) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def paragraph(*elements: Element) -> Element:
    return {"type": "rich_text_section", "elements": list(elements)}


def numbered(items: Sequence[Sequence[Element]]) -> Element:
    return {"type": "rich_text_list", "style": "ordered", "elements": [paragraph(*item) for item in items]}


def bullets(items: Sequence[Sequence[Element]]) -> Element:
    return {"type": "rich_text_list", "style": "bullet", "elements": [paragraph(*item) for item in items]}


def words(text: str, *, bold: bool = False, italic: bool = False) -> Element:
    """Make a piece of rich text; an empty one becomes a space, which Slack takes where it refuses nothing at all."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    made = {"type": "text", "text": dropped(text) or " "}
    return made | {"style": style} if style else made


def preformatted(text: str) -> Element:
    return {"type": "rich_text_preformatted", "elements": [words(text)]}


def person(user_id: str) -> Element:
    return {"type": "user", "user_id": user_id}


def link(url: str | None, label: str) -> Element:
    """Make a link where *url* is one that Slack takes, else only its label."""
    if url is None or not _is_web(url):
        return words(label)
    return {"type": "link", "url": url, "text": dropped(label) or "link"}


def chars_in(blocks: Iterable[Block]) -> int:
    """Count the characters of all texts of *blocks*, as `size` does."""
    return sum(map(_chars, blocks))


def _chars(part: Any) -> int:
    if isinstance(part, dict):
        own = size(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(map(_chars, part.values()))
    return sum(map(_chars, part)) if isinstance(part, list) else 0


def _is_web(url: str) -> bool:
    if len(url) > URL_CHARS or not url.isascii() or not url.isprintable() or any(char in ' <>|"' for char in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _plain_text(text: str) -> Element:
    return {"type": "plain_text", "text": text or " ", "emoji": False}
