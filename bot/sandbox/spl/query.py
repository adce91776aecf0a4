"""The search expression: terms, phrases, comparisons and boolean logic, parsed into one condition.

In a search expression NOT binds first, then OR, then AND, and two terms side by side mean AND.
"""

import re
from dataclasses import dataclass, field

from bot.sandbox.spl.conditions import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Everything,
    IndexIs,
    Not,
    Phrase,
)
from bot.sandbox.spl.errors import SplError

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<op>!=|<=|>=|==|=|<|>)|(?P<mark>[(),])|(?P<word>(?:[^\s()",=<>!]|!(?!=))+))""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r'\\(["\\])')
_TIMES = {
    "earliest": "earliest",
    "latest": "latest",
    "_index_earliest": "indexed_from",
    "_index_latest": "indexed_before",
    "index_earliest": "indexed_from",
    "index_latest": "indexed_before",
}


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search expression: its condition, the times written in it, and whether it names an index."""

    condition: Condition
    times: dict[str, str]
    names_index: bool


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_query(written: str) -> Query:
    parser = _Parser(_tokens(written), {})
    condition = parser.conjunction() if parser.more() else Everything()
    if parser.more():
        raise SplError("Error in 'search' command: Unable to parse the search: unbalanced parentheses.")
    return Query(condition, parser.times, parser.names_index)


def _tokens(written: str) -> list[_Token]:
    tokens, position, end = [], 0, len(written.rstrip())
    while position < end:
        match = _TOKEN.match(written, position)
        if match is None or match.lastgroup is None:
            raise SplError("Error in 'search' command: Unable to parse the search: unbalanced quotes.")
        tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


@dataclass(slots=True)
class _Parser:
    tokens: list[_Token]
    times: dict[str, str]
    at: int = 0
    names_index: bool = field(default=False)

    def more(self) -> bool:
        return self.at < len(self.tokens)

    def _peek(self, ahead: int = 0) -> _Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else _Token("end", "")

    def _take(self, kind: str, text: str) -> bool:
        token = self._peek()
        taken = token.kind == kind and token.text == text
        self.at += taken
        return taken

    def conjunction(self) -> Condition:
        parts = [self._disjunction()]
        while self.more() and self._peek() != _Token("mark", ")"):
            self._take("word", "AND")
            parts.append(self._disjunction())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _disjunction(self) -> Condition:
        parts = [self._negation()]
        while self._take("word", "OR"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _negation(self) -> Condition:
        if self._take("word", "NOT"):
            return Not(self._negation())
        return self._primary()

    def _primary(self) -> Condition:
        if self._take("mark", "("):
            inner = self.conjunction() if self._peek() != _Token("mark", ")") else Everything()
            if not self._take("mark", ")"):
                raise SplError("Error in 'search' command: Unable to parse the search: unbalanced parentheses.")
            return inner
        token = self._peek()
        if token.kind not in {"word", "text"} or token.text in {"AND", "OR"}:
            raise SplError(f"Error in 'search' command: Unable to parse the search: misplaced '{token.text}'.")
        self.at += 1
        if self._peek().kind == "op":
            return self._comparison(_plain(token))
        if self._peek().text.upper() == "IN" and self._peek(1).text == "(":
            self.at += 1
            return self._membership(_plain(token))
        return self._term(token)

    def _comparison(self, name: str) -> Condition:
        operator = self._peek().text.replace("==", "=")
        self.at += 1
        value = self._peek()
        if value.kind not in {"word", "text"}:
            raise SplError(
                f"Error in 'search' command: Unable to parse the search: Comparator '{operator}' is missing a term."
            )
        self.at += 1
        if name in _TIMES and operator == "=":
            self.times[_TIMES[name]] = _plain(value)
            return Everything()
        return self._compared(name, operator, _plain(value))

    def _compared(self, name: str, operator: str, value: str) -> Condition:
        if name == "index" and operator in {"=", "!="}:
            self.names_index = True
            return IndexIs(value) if operator == "=" else Not(IndexIs(value))
        return Comparison(name, operator, value)

    def _membership(self, name: str) -> Condition:
        values = self._list()
        return AnyOf(tuple(self._compared(name, "=", value) for value in values))

    def _list(self) -> list[str]:
        self._take("mark", "(")
        values: list[str] = []
        while not self._take("mark", ")"):
            token = self._peek()
            if token.kind == "end":
                raise SplError("Error in 'search' command: Unable to parse the search: unbalanced parentheses.")
            self.at += 1
            if token.text != ",":
                values.append(_plain(token))
        return values

    def _term(self, token: _Token) -> Condition:
        if token.text.upper() in {"TERM", "CASE"} and self._peek() == _Token("mark", "("):
            return Phrase(self._list()[0], exact_case=token.text.upper() == "CASE")
        phrase = _plain(token)
        return Everything() if token.kind == "word" and phrase == "*" else Phrase(phrase)


def _plain(token: _Token) -> str:
    return _ESCAPE.sub(r"\1", token.text[1:-1]) if token.kind == "text" else token.text
