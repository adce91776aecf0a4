"""Text to and from Slack, pure: reading what a person typed, bounding and disarming what we show.

Source of the markup: docs.slack.dev/messaging/formatting-message-text.
"""

import re
from bisect import bisect_right

from bot.safety.hidden import dropped
from bot.summary.words import one_line

_JOINER = "\u2060"  # invisible, of no width: keeps "@" and "here" apart for Slack's parser, together for the eye
_LOOKALIKES = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_EMOJI_CODE = re.compile(r":(?=[a-z0-9_+'-]{0,80}[a-z][a-z0-9_+'-]{0,80}:)")
_QUOTE_MARK = re.compile(r"^([ \t]*)>", re.MULTILINE)
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MORE_CHARS = 24  # room for "… 1234567 more"
_LONGEST_WORD = 24  # a longer one is cut in its midst: nothing is to be lost for its sake

_REFERENCE = re.compile(r"<([^<>\n]{1,3000})>")
_FORMATTED = re.compile(
    r"(?<!\S)([*_~])(?=[^\W_])([^\n]{0,99}?[^\s*_~])\1(?!\S)"
)  # *bold* between spaces, but no *.log
_QUOTES = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),  # what phones make of "
        **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
        **dict.fromkeys("\u00a0\u202f", " "),
    }
)


def size(text: str) -> int:
    """Return the length in UTF-16 units: never less than Slack counts, whichever way it counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str, limit: int, *, already_left_out: int = 0) -> str:
    """Return *text* for an element without markup, cut to *limit* with "… N more" characters named.

    *limit* must leave room for that note (24); characters that were left out before are counted too.
    """
    text = dropped(text).strip()
    if size(text) <= limit and not already_left_out:
        return text
    kept = _whole_words(text, len(_head(text, limit - _MORE_CHARS)))
    return f"{kept}… {len(text) - len(kept) + already_left_out} more"


def _whole_words(text: str, most: int) -> str:
    """Return the first *most* characters at most, up to the end of a word."""
    kept = text[:most].rstrip()
    if text[len(kept) : len(kept) + 1].strip():
        words = kept.rpartition(" ")[0].rstrip()
        return words if words and len(kept) - len(words) <= _LONGEST_WORD else kept
    return kept


def line(text: str, limit: int) -> str:
    """Return *text* on one line, cut as `plain` cuts."""
    return plain(one_line(text), limit)


def disarmed(text: str, limit: int) -> str:
    """Return *text* for a place where Slack reads markup (a message's top-level `text`), so that it reads as it is.

    Entities are escaped; mentions, channels, links and formatting are broken up without changing how they look.
    """
    text = dropped(text).strip()
    if size(text) <= limit and size(inert := _inert(text)) <= limit:
        return inert
    room = limit - _MORE_CHARS
    fitting = bisect_right(range(room), room, key=lambda units: size(_inert(_head(text, units)))) - 1
    kept = _head(text, fitting)
    return f"{_inert(kept)}… {len(text) - len(kept)} more"


def _inert(text: str) -> str:
    text = _EDGE_UNDERSCORE.sub("\u02cd", text.translate(_LOOKALIKES))
    for sign in ("@", "#"):
        text = text.replace(sign, sign + _JOINER)
    text = _EMOJI_CODE.sub(f":{_JOINER}", _QUOTE_MARK.sub(rf"\1{_JOINER}>", text))
    text = text.replace("://", f":{_JOINER}//").replace("mailto:", f"mailto{_JOINER}:")
    return text.translate(_ENTITIES)


def _head(text: str, units: int) -> str:
    """Return the longest start of *text* within so many UTF-16 units."""
    return text.encode("utf-16-le")[: 2 * max(0, units)].decode("utf-16-le", errors="ignore")


def typed(text: str, bot_user_id: str = "") -> str:
    """Return what a person meant by the *text* that Slack sent: without our own mention, references by name.

    A link reads as it was typed: Slack turns web01.example.com into <http://web01.example.com|web01.example.com>. Of
    formatting the words are left: in *index=web* an index is named.
    """
    if bot_user_id:
        text = re.sub(rf"<@{re.escape(bot_user_id)}(?:\|[^>]*)?>", " ", text)
    text = _REFERENCE.sub(lambda found: _read_reference(found[1]), text)
    text = _FORMATTED.sub(r"\2", text.replace("```", " "))
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return dropped(text.translate(_QUOTES)).strip()


def _read_reference(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("!date"):
        return label
    if target[:1] in {"@", "#", "!"}:
        sign = "#" if target.startswith("#") else "@"
        return sign + (label.removeprefix(sign) or target[1:])
    target = target.removeprefix("mailto:")
    if not label or label in target:
        return label or target
    return f"{label} ({target})"
