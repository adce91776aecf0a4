"""Pure: what a text says of names and times that could not be taken from it, so that nothing is dropped in silence.

What was understood is struck out first; then whatever still looks like "index=…", a clock, a date or "since …" is
quoted. A number that only counts things ("since 3 hosts died") is none of it.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from bot.domain.run import Understood
from bot.engine.time_grammar import FOLLOWS, SINCE_A_MOMENT

MOST = 5  # quoted: a pasted log holds hundreds
_STRUCK = ";"  # ends a clause: no pattern reaches across it
_ENDS = r"(?=\s*(?:$|[,;!?)\n]|\.(?:\s|$)))"
_DIGITS = r"~?\d[\w:./+-]*(?:\s\d[\w:./+-]*)?(?:\s[ap]m\b)?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


_KINDS = r"index|idx|ix|source[ _]?type|st|host|source"
_NAMES = (
    _pattern(
        rf"(?<!\bnot\s)(?<![\w.])(?P<kind>{_KINDS})\s{{0,3}}(?P<value>(?:!=|=)\s{{0,3}}"
        r"(?:\"[^\"\n]{1,80}\"|'[^'\n]{1,80}'|`[^`\n]{1,80}`|\([^)\n]{1,80}\)|[^\s,;]{1,80})|in\s?\([^)\n]{1,80}\))"
    ),
    _pattern(
        r"\b(?P<kind>indexes|indices|sourcetypes)\s(?P<value>[\w.:*-]{1,80}(?:,\s?[\w.:*-]{1,80})*\s?(?:,|and|&)\s?[\w.:*-]{1,80})"
    ),
)
_SINCE = r"(?:since|sinc|sinse|sicne|seit|depuis|desde|until|till|til)\s(?:about\s|around\s|the\s|las?\s)?"
_UNITS = r"(?:m|h|d|w|y|mins?|minutes?|hrs?|hours?|days?|wks?|weeks?|months?|years?)\b"
_TIMES = (
    SINCE_A_MOMENT,
    _pattern(rf"\b{_SINCE}(?=~?\d[\d,]*[:./-]\d|\d{{3}}|~?\d+\w*{FOLLOWS}|\d+(?:st|nd|rd|th)\b){_DIGITS}"),
    _pattern(rf"\b(?:for|last|past)\s(?:the\s)?(?:last\s|past\s)?\d{{1,6}}\s?{_UNITS}|\b\d{{1,6}}\s?{_UNITS}\sago\b"),
    _pattern(
        r"(?<![\w.:/-])(?:\d{4}-\d\d?-\d\d?|\d\d?/\d\d?/\d{2,4}|\d\d?\.\d\d?\.\d{2,4})(?:[t\s]\d\d?:\d\d\S{0,20})?"
    ),
    _pattern(r"(?<![\w.:/-])\d\d?:\d\d(?::\d\d)?(?:\s?[ap]m)?(?![\w:-])"),
    _pattern(r"\b(?:earliest|latest)\s?=\s?(?!now\b)[^\s,;]{1,40}"),
)
_SINCE_AN_EVENT = _pattern(  # whenever that was
    rf"\b(?:since|until)(?:\s[a-z]{{2,20}}){{1,3}}{_ENDS}|\bsince\s(?:the|our|last|this)\s[a-z]{{2,20}}{FOLLOWS}"
    rf"|\bsince\sa\swhile\b|\b(?:seit|depuis|desde)(?:\s[a-z\d]{{1,20}}){{1,3}}{_ENDS}"
)
_KIND_OF = {"idx": "index", "ix": "index", "st": "sourcetype", "indexes": "index", "indices": "index"}


def unread(text: str, understood: Collection[Understood]) -> tuple[str, ...]:
    """Quote what *text* says beside what was *understood* of it: the first few, with the reason where one helps."""
    rest = text
    for one in understood:
        rest = rest.replace(one.said, _STRUCK, 1)
    found = [*_names(rest, {one.name: one.value for one in understood}), *_times(rest, understood)]
    return tuple(dict.fromkeys(said for _, said in sorted(found)))[:MOST]


def _names(rest: str, taken: dict[str, str]) -> Iterator[tuple[int, str]]:
    for pattern in _NAMES:
        for match in pattern.finditer(rest):
            kind = _kind(match["kind"].lower())
            value = match["value"].lstrip("!= ").strip("\"'`").rstrip(".:")
            said = match[0].rstrip(".:")
            if value.lower() == taken.get(kind, "").lower():
                continue
            if "*" in value:
                said += " (a pattern, not one name)"
            elif kind in taken:
                said += f" (one {kind} a run: {taken[kind]})"
            yield match.start(), said


def _kind(typed: str) -> str:
    return _KIND_OF.get(typed) or ("sourcetype" if typed.startswith("source") and "type" in typed else typed)


def _times(rest: str, understood: Iterable[Understood]) -> Iterator[tuple[int, str]]:
    for pattern in _TIMES:
        for match in pattern.finditer(rest):
            yield match.start(), match[0].strip().rstrip(".:")
            rest = rest[: match.start()] + _STRUCK * len(match[0]) + rest[match.end() :]
    if not any(one.name in {"earliest", "latest"} for one in understood):
        yield from ((match.start(), match[0]) for match in _SINCE_AN_EVENT.finditer(rest))
