"""SPL text read into its commands, subsearches included; what is not understood is refused.

The facts, from Splunk's search manual: a pipe splits commands unless it stands in double quotes; brackets hold a
subsearch at any place, which begins with a command; one backtick encloses a macro.
"""

import re
from typing import NamedTuple

from bot.safety.commands import COMMON_FIELDS
from bot.safety.spl_text import (
    ARRAY_ITEM,
    ESCAPED_OUTSIDE,
    STRING,
    refuse,
    refuse_look_alikes,
    refuse_odd_text,
    refuse_spl2,
    refuse_two_readings,
    without_comments,
)

MAX_DEPTH = 16  # subsearches within subsearches

_TOKENS = re.compile(rf"""{STRING}|{ESCAPED_OUTSIDE}|{ARRAY_ITEM}|[|\[\]"`']""", re.DOTALL)
_COMMAND = re.compile(r"""\s*+([a-z_][a-z0-9_]*+)(?=[\s(\["'|\]+\-=*,]|\Z)""", re.IGNORECASE | re.ASCII)
_FIRST_TERM = re.compile(r"\s*+([a-z_]\w*+)\s*+(?:=|!=|::|IN\b)", re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"\s*+([^\s|\[\]]{0,40})")


class Command(NamedTuple):
    """One command of a search. Offsets point into the text as it was given."""

    name: str  # lower-cased; "search" where it is implied
    at: int
    arguments_at: int
    end: int
    depth: int  # 0 in the search itself, 1 in its subsearches, …
    parent: str  # the command whose brackets hold it; "" at depth 0
    begins: bool  # the first of its pipeline
    implied: bool  # a search that begins with its terms
    brackets: tuple[tuple[int, int], ...]  # the subsearches among its arguments


class Search(NamedTuple):
    """A search as read: its text with comments blanked (offsets stay), and its commands in the order they end."""

    text: str
    commands: tuple[Command, ...]

    def arguments(self, command: Command) -> str:
        """Give the command's own arguments; each subsearch among them is left as `[ ]`."""
        parts: list[str] = []
        at = command.arguments_at
        for start, end in command.brackets:
            parts += self.text[at:start], "[ ]"
            at = end
        return "".join((*parts, self.text[at : command.end]))


def read(spl: str) -> Search:
    """Read *spl* into its commands; raises UnsafeSearch for text that could be understood in more than one way."""
    refuse_odd_text(spl)
    text = without_comments(spl)
    pipeline = _Pipelines(text)
    quotes: list[int] = []
    separators: set[int] = set()
    for found in _TOKENS.finditer(text):
        piece, at = found[0], found.start()
        if piece == "|":
            separators.add(at)
            pipeline.next_command(at)
        elif piece == "[":
            separators.add(at)
            pipeline.open_subsearch(at)
        elif piece == "]":
            separators.add(at)
            pipeline.close_subsearch(at)
        elif piece == "'":
            quotes.append(at)
        else:
            _refuse_unreadable(text, piece, at)
    commands = pipeline.finish()
    if quotes or "```" in spl:
        refuse_two_readings(spl, quotes, separators)
    if not text.isascii():
        refuse_look_alikes(text)
    if "@" in text:
        refuse_spl2(text)
    return Search(text, commands)


def _refuse_unreadable(text: str, piece: str, at: int) -> None:
    if piece == '"':
        refuse(text, at, "a double quote that is never closed", "close it")
    if piece == "`":
        refuse(text, at, "a macro, which cannot be seen through", "paste what it expands to in its place")
    if piece[0] == "\\":
        refuse(text, at, f"{piece} outside of quotes, which can be read in two ways", "put it in double quotes")


class _Open(NamedTuple):
    """A command whose end is not reached yet."""

    name: str
    at: int
    arguments_at: int
    begins: bool
    implied: bool
    brackets: list[tuple[int, int]]
    opened_at: int  # where the bracket that holds its pipeline opens


class _Pipelines:
    """The pipelines that are open at one point of the text: the search, and the subsearches down to here."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._done: list[Command] = []
        self._open: list[_Open] = [self._begin(0, opened_at=-1)]

    def next_command(self, at: int) -> None:
        current = self._open[-1]
        self._end(current, at)
        leading = current.begins and not current.name
        self._open[-1] = self._name(at + 1, begins=leading, opened_at=current.opened_at)

    def open_subsearch(self, at: int) -> None:
        if len(self._open) > MAX_DEPTH:
            refuse(self._text, at, f"a subsearch more than {MAX_DEPTH} deep", "split the search")
        if not self._open[-1].name:
            refuse(self._text, at, "a subsearch where a command should stand", "name the command before it")
        self._open.append(self._begin(at + 1, opened_at=at))

    def close_subsearch(self, at: int) -> None:
        if len(self._open) == 1:
            refuse(self._text, at, "a closing bracket without an opening one", "remove it or quote it")
        current = self._open[-1]
        if not current.name:
            refuse(self._text, current.opened_at, "an empty subsearch", "remove it or quote the brackets")
        self._end(current, at)
        self._open.pop()
        self._open[-1].brackets.append((current.opened_at, at + 1))

    def finish(self) -> tuple[Command, ...]:
        current = self._open[-1]
        if len(self._open) > 1:
            refuse(self._text, current.opened_at, "a bracket that is never closed", "close it or quote it")
        if not current.name:
            refuse(self._text, 0, "an empty search", "write one")
        self._end(current, len(self._text))
        return tuple(self._done)

    def _begin(self, at: int, *, opened_at: int) -> _Open:
        """Begin a pipeline: a command, the terms of an implied search, or nothing when a pipe comes first."""
        rest = _WORD.match(self._text, at)
        term_at = rest.start(1) if rest else at
        if self._text[term_at : term_at + 1] in {"", "|", "]"}:
            return _Open("", term_at, term_at, begins=True, implied=False, brackets=[], opened_at=opened_at)
        if opened_at < 0:
            command = _COMMAND.match(self._text, at)
            implied = command is None or command[1].lower() != "search"
        else:
            term = _FIRST_TERM.match(self._text, at)
            implied = term is not None and term[1].lower() in COMMON_FIELDS
        if implied:
            return _Open("search", term_at, term_at, begins=True, implied=True, brackets=[], opened_at=opened_at)
        return self._name(at, begins=True, opened_at=opened_at)

    def _name(self, at: int, *, begins: bool, opened_at: int) -> _Open:
        command = _COMMAND.match(self._text, at)
        if command is None:
            word = _WORD.match(self._text, at)
            name = word[1] if word else ""
            what = f"{name!r} where a command should stand" if name else "nothing where a command should stand"
            refuse(self._text, word.start(1) if word else at, what, "write a command there, or quote the text before")
        return _Open(command[1].lower(), command.start(1), command.end(), begins, False, [], opened_at)

    def _end(self, current: _Open, at: int) -> None:
        if not current.name:
            return
        name, start, arguments_at, begins, implied, brackets, _ = current
        depth = len(self._open) - 1
        parent = self._open[-2].name if depth else ""
        self._done.append(
            Command(name, start, arguments_at, at, depth, parent, begins, implied, tuple(brackets)),
        )
