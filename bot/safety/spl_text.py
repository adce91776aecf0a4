"""SPL text before it is read: what is refused for how it is written, and what its comments hide.

The facts, from Splunk's search manual: in double quotes a backslash escapes what follows; three backticks enclose a
comment. Single quotes name a field in eval expressions, and nothing says that they hide a pipe, so both readings are
taken and must agree.
"""

import re
import unicodedata
from typing import NoReturn

from bot.errors import UnsafeSearch

MAX_CHARACTERS = 64 * 1024  # an admin's long search has 8,000; more is no search by hand

# Possessive quantifiers (*+) never give back what they took, so no text makes these slow.
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_COMMENT = r"```(?!`)(?:(?!```).)*+```(?!`)"
_FIELD_NAME = r"'[^']*+'"
ESCAPED_OUTSIDE = r"""\\["'`|\[\]]"""
ARRAY_ITEM = r"\[\d+\]"  # 'items[0].name': no command begins with a digit

_COMMENTS_AND_STRINGS = re.compile(rf'{STRING}|{ESCAPED_OUTSIDE}|{_COMMENT}|["`]', re.DOTALL)
_OTHER_READINGS = tuple(
    re.compile(rf"""{STRING}|{_COMMENT}|{opener}{_FIELD_NAME}|{ARRAY_ITEM}|[|\[\]`]""", re.DOTALL)
    for opener in ("", r"(?<!\w)")  # any single quote opens a name, or only one that does not stand in a word
)
_STRINGS_FIRST = re.compile(rf"""{STRING}|{ARRAY_ITEM}|["|\[\]`]""", re.DOTALL)
_ANY_COMMENT = re.compile("```.*?```", re.DOTALL)
_SYNTAX = frozenset('|[]`"')
_STRINGS = re.compile(STRING, re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPL2 = re.compile(r"@spl\d", re.IGNORECASE)

_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Zl", "Zp"})
_LOOKS_LIKE_SYNTAX = frozenset(
    "\u01c0\u2223\u2225\u23ae\u2502\u2503\u2758\u2759\u275a\uff5c\uffe8\u00a6"  # pipes
    "\uff3b\uff3d\u3010\u3011\u3014\u3015\u301a\u301b\u27e6\u27e7\u2772\u2773\u2045\u2046"  # brackets
    "\u201c\u201d\u201e\u201f\u2033\u2036\u02ba\uff02\u301d\u301e\u301f"  # double quotes
    "\uff07\u201b\u201a\u2032\u2035\uff40\u02cb\u1fef"  # single quotes and backticks
    "\uff3c\u2216\u29f5\u29f9"  # backslashes
)


def refuse(text: str, at: int, what: str, remedy: str) -> NoReturn:
    """Raise UnsafeSearch: what stands where (line:column, both from 1), and what to do."""
    raise UnsafeSearch(f"The search is not sent: {what}, at {place(text, at)}; {remedy}.")


def place(text: str, at: int) -> str:
    """Say line:column of an offset, both from 1."""
    line_start = text.rfind("\n", 0, at) + 1
    return f"{text.count(chr(10), 0, at) + 1}:{at - line_start + 1}"


def refuse_odd_text(spl: str) -> None:
    if not isinstance(spl, str):
        raise UnsafeSearch(f"The search is not sent: it is {type(spl).__name__}, not text; give it as text.")
    if len(spl) > MAX_CHARACTERS:
        raise UnsafeSearch(
            f"The search is not sent: it has {len(spl):,} characters; shorten it to at most {MAX_CHARACTERS:,}.",
        )
    odd = _CONTROL.search(spl)
    at = odd.start() if odd else -1
    if at < 0 and not spl.isascii():
        at = next((at for at, each in enumerate(spl) if each > "\x7f" and unicodedata.category(each) in _INVISIBLE), -1)
    if at >= 0:
        refuse(spl, at, f"the invisible character U+{ord(spl[at]):04X}", "remove it")


def without_comments(spl: str) -> str:
    """Blank each comment by as many spaces (line ends stay), so that offsets keep pointing at the same text."""
    if "```" not in spl:
        return spl
    parts: list[str] = []
    end = 0
    for found in _COMMENTS_AND_STRINGS.finditer(spl):
        piece, at = found[0], found.start()
        if piece[0] != "`":
            continue
        if len(piece) == 1:
            refuse(spl, at, "a macro or a comment that is never closed", "close the comment, paste the macro's text")
        if piece.count('"') % 2:
            refuse(spl, at, "a comment with an odd number of double quotes", "close the quote or remove it")
        around = spl[at - 1 : at] + spl[found.end() : found.end() + 1]
        if len(around) == 2 and not any(each.isspace() or each in '|[](),"' for each in around):
            refuse(spl, at, "a comment within a word", "put a space beside it")
        parts += spl[end:at], re.sub(r"[^\n]", " ", piece)
        end = found.end()
    return "".join((*parts, spl[end:]))


def refuse_two_readings(spl: str, quotes: list[int], separators: set[int]) -> None:
    """Refuse when another reading of quotes and comments would show a pipe or bracket that this one hides.

    The others: single quotes hide pipes too, and comments are cut out before quotes are looked at.
    """
    commented = "```" in spl
    if quotes and (commented or not _all_plain_names(spl, quotes)):
        for reading in _OTHER_READINGS:
            _refuse_unseen(reading, spl, spl, separators)
    if commented:
        _refuse_unseen(_STRINGS_FIRST, _ANY_COMMENT.sub(lambda cut: " " * len(cut[0]), spl), spl, separators)


def _refuse_unseen(reading: re.Pattern[str], text: str, spl: str, separators: set[int]) -> None:
    for found in reading.finditer(text):
        if found[0] in _SYNTAX and found.start() not in separators:
            what = "quotes or comments that can be read in two ways"
            refuse(spl, found.start(), what, "keep quotes, pipes and brackets out of single quotes and comments")


_PLAIN_NAME = re.compile(r"""(?<!\w)'[^'"\\|\[\]`]*+'""")


def _all_plain_names(spl: str, quotes: list[int]) -> bool:
    """Tell whether the single quotes come in pairs around plain names, as they nearly always do."""
    pairs = zip(quotes[::2], quotes[1::2], strict=False)
    return len(quotes) % 2 == 0 and all(
        (name := _PLAIN_NAME.match(spl, start)) is not None and name.end() == end + 1 for start, end in pairs
    )


def refuse_look_alikes(text: str) -> None:
    """Refuse, outside of double quotes, characters that look like syntax or blanks and are neither."""
    code = _without_strings(text)
    for at, each in enumerate(code):
        if each in _LOOKS_LIKE_SYNTAX or (each > "\x7f" and each.isspace()):
            refuse(text, at, f"U+{ord(each):04X}, which looks like syntax and is none", "type the plain character")
        if each in "\u2018\u2019" and not (code[at - 1 : at].isalpha() and code[at + 1 : at + 2].isalpha()):
            refuse(text, at, "a typographic quote", "type a straight one")


def refuse_spl2(text: str) -> None:
    found = _SPL2.search(_without_strings(text))
    if found:
        refuse(text, found.start(), "SPL2", "write it in SPL")


def _without_strings(text: str) -> str:
    """Blank what stands in double quotes; offsets stay."""
    return _STRINGS.sub(lambda found: " " * len(found[0]), text)
