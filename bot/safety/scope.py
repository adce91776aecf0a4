"""Where a search reads from: the indexes that its terms hold it to, and the times that stand in it."""

import re
from typing import NamedTuple

from bot.safety.commands import TEMPLATE_COMMANDS
from bot.safety.spl_lexer import Command, Search
from bot.safety.spl_text import STRING

_MAX_PARENTHESES = 40

# Commands that begin a pipeline by reading raw events, or summaries (index files, metadata) at far less cost.
RAW = frozenset({"search", "searchtxn", "datamodel", "pivot", "from"})
SUMMARY = frozenset(
    {"tstats", "mstats", "mcatalog", "mpreview", "msearch", "metadata", "metasearch", "eventcount", "dbinspect"}
)

MODIFIERS = frozenset({"earliest", "latest", "_index_earliest", "_index_latest"})
_PERIODS = "(?:minutes|hours|days|months)"
_LEGACY = rf"(?:start|end)timeu?|(?:start|end)?{_PERIODS}ago|searchtimespan{_PERIODS}"
_MODIFIER = re.compile(
    rf"""(?<![\w.])"?((?:_index_)?(?:earliest|latest)|{_LEGACY})"?\s*+"""
    rf"""(!?[=<>]{{1,2}}|::|IN\b)\s*+({STRING}|[^\s()|,]*+)""",
    re.IGNORECASE | re.DOTALL,
)
_TIME_FIELD = re.compile(r"""(?<![\w.$])(?:_index_)?(?:earliest|latest)(?!\w|\s*\()""", re.IGNORECASE)
_TEXT_FIELD = re.compile(r"(?<![\w.])(?:search|query)(?![\w.])", re.IGNORECASE)
_TERM = re.compile(
    rf"""\(|\)|\bOR\b|\bAND\b|\bNOT\b"""
    rf"""|(?<![\w.])index\s*+(?P<operator>=|::|!=|<=|>=|<|>)\s*+(?P<one>{STRING}|[^\s()|,]++)"""
    rf"""|(?<![\w.])index\s++IN\s*+\((?P<many>[^()]*+)\)"""
    rf"""|{STRING}|[^\s()"]++|\"""",
    re.IGNORECASE | re.DOTALL,
)


class TimeTerm(NamedTuple):
    """A time that stands in the search itself, which overrides the window's bound."""

    name: str
    operator: str
    value: str
    at: int


def reads(command: Command) -> bool:
    """Tell whether the command brings rows in from indexes."""
    return (
        command.begins and command.parent not in TEMPLATE_COMMANDS and (command.name in RAW or command.name in SUMMARY)
    )


def times(search: Search, command: Command) -> list[TimeTerm]:
    """Find the time modifiers among the terms of *command*."""
    return [
        TimeTerm(found[1].lower(), found[2], found[3].strip('"'), command.at)
        for found in _MODIFIER.finditer(search.arguments(command))
    ]


def sets_time(search: Search, command: Command) -> bool:
    """Tell whether *command*, inside a subsearch, makes a field that the outer search would take for its time."""
    inside = command.parent in RAW or command.parent in SUMMARY
    is_term = command.name in RAW or command.name in SUMMARY
    return inside and not is_term and _TIME_FIELD.search(search.arguments(command)) is not None


def takes_text(search: Search, command: Command) -> bool:
    """Tell whether a subsearch of *command* could put bare text among its terms, and with it any index.

    `return $field` does, and so do fields that are named search or query (Splunk's search reference, format).
    """
    inside = [each for each in search.commands if command.at < each.at < command.end and each.depth > command.depth]
    return any(
        _TEXT_FIELD.search(search.arguments(each)) or (each.name == "return" and "$" in search.arguments(each))
        for each in inside
        if each.name not in RAW
    )


def indexes(search: Search, command: Command) -> frozenset[str] | None:
    """Give the index patterns that the terms hold *command* to; None when they leave it free (no index, OR, NOT)."""
    arguments = search.arguments(command)
    if command.name in {"tstats", "mstats"}:
        where = re.search(r"\bwhere\b(.*?)(?:\b(?:by|groupby)\b|\Z)", arguments, re.IGNORECASE | re.DOTALL)
        if not where:
            return None
        arguments = where[1]
    return _Terms(arguments).held()


class _Terms:
    """Search terms, read as Splunk does: parentheses first, then NOT, then OR, then (implied) AND."""

    def __init__(self, text: str) -> None:
        self._tokens = [*_TERM.finditer(text)]
        self._at = 0

    def held(self) -> frozenset[str] | None:
        return self._every(0)

    def _next(self) -> str:
        return self._tokens[self._at][0].upper() if self._at < len(self._tokens) else ""

    def _every(self, depth: int) -> frozenset[str] | None:
        found: frozenset[str] | None = None
        while self._next() and not (self._next() == ")" and depth):
            held = self._any(depth)
            if held is not None:
                found = held if found is None else min(found, held, key=lambda each: ("*" in each, len(each)))
        return found

    def _any(self, depth: int) -> frozenset[str] | None:
        held = self._one(depth)
        while self._next() == "OR":
            self._at += 1
            other = self._one(depth)
            held = None if held is None or other is None else held | other
        return held

    def _one(self, depth: int) -> frozenset[str] | None:
        negated = False
        while self._next() in {"NOT", "AND"}:
            negated = negated or self._next() == "NOT"
            self._at += 1
        if not self._next() or (self._next() == ")" and depth):
            return None
        term = self._tokens[self._at]
        self._at += 1
        held = self._in_parentheses(depth) if term[0] == "(" else _named(term)
        return None if negated else held

    def _in_parentheses(self, depth: int) -> frozenset[str] | None:
        if depth >= _MAX_PARENTHESES:
            self._at = len(self._tokens)
            return None
        held = self._every(depth + 1)
        self._at += 1
        return held


def _named(term: re.Match[str]) -> frozenset[str] | None:
    if term["many"] is not None:
        return frozenset(each.strip(' "').lower() for each in term["many"].replace(",", " ").split()) or None
    if term["one"] is None or term["operator"] not in {"=", "::"}:
        return None
    return frozenset({term["one"].strip('"').lower()})
