"""SPL text read into its commands, subsearches included; what can be read in two ways is refused.

The facts behind it, from Splunk's search manual: a pipe splits commands unless it stands in double quotes; in double
quotes a backslash escapes what follows; brackets hold a subsearch at any place; three backticks enclose a comment, one
backtick a macro. Single quotes name a field in eval expressions, and nothing says that they hide a pipe, so both
readings are taken and must agree.
"""

import re
import unicodedata
from typing import NamedTuple, NoReturn

from bot.errors import UnsafeSearch
from bot.safety.commands import COMMON_FIELDS

MAX_CHARACTERS = 64 * 1024  # an admin's long search has 8,000; more is no search by hand
MAX_DEPTH = 16  # subsearches within subsearches

# Possessive quantifiers (*+) never give back what they took, so no text makes these slow.
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_COMMENT = r"```(?!`)(?:(?!```).)*+```(?!`)"
_FIELD_NAME = r"'[^'\\]*+(?:\\.[^'\\]*+)*+'"
_ESCAPED_OUTSIDE = r'\\["`|\[\]]'
_ARRAY_ITEM = r"\[\d+\]"  # 'items[0].name': no command begins with a digit

_TOKENS = re.compile(rf"""{STRING}|{_ESCAPED_OUTSIDE}|{_ARRAY_ITEM}|[|\[\]"`']""", re.DOTALL)
_COMMENTS_AND_STRINGS = re.compile(rf'{STRING}|{_ESCAPED_OUTSIDE}|{_COMMENT}|["`]', re.DOTALL)
_OTHER_READINGS = tuple(
    re.compile(rf"""{STRING}|{_COMMENT}|{opener}{_FIELD_NAME}|{_ARRAY_ITEM}|[|\[\]`]""", re.DOTALL)
    for opener in ("", r"(?<!\w)")  # any single quote opens a name, or only one that does not stand in a word
)
_STRINGS = re.compile(STRING, re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_COMMAND = re.compile(r"""\s*+([a-z_][a-z0-9_]*+)(?=[\s(\["'|\]+\-=*,]|\Z)""", re.IGNORECASE | re.ASCII)
_FIRST_TERM = re.compile(r"\s*+([a-z_]\w*+)\s*+(?:=|!=|::|IN\b)", re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"\s*+([^\s|\[\]]{0,40})")
_SPL2 = re.compile(r"@spl\d", re.IGNORECASE)

_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Zl", "Zp"})
_LOOKS_LIKE_SYNTAX = frozenset(
    "\u01c0\u2223\u2225\u23ae\u2502\u2503\u2758\u2759\u275a\uff5c\uffe8\u00a6"  # pipes
    "\uff3b\uff3d\u3010\u3011\u3014\u3015\u301a\u301b\u27e6\u27e7\u2772\u2773\u2045\u2046"  # brackets
    "\u201c\u201d\u201e\u201f\u2033\u2036\u02ba\uff02\u301d\u301e\u301f"  # double quotes
    "\uff07\u201b\u201a\u2032\u2035\uff40\u02cb\u1fef"  # single quotes and backticks
    "\uff3c\u2216\u29f5\u29f9"  # backslashes
)


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
    _refuse_odd_text(spl)
    text = _without_comments(spl)
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
    if quotes:
        _refuse_two_readings(spl, quotes, separators)
    if not text.isascii():
        _refuse_look_alikes(text)
    if "@" in text:
        _refuse_spl2(text)
    return Search(text, commands)


def _refuse_unreadable(text: str, piece: str, at: int) -> None:
    if piece == '"':
        refuse(text, at, "a double quote that is never closed", "close it")
    if piece == "`":
        refuse(text, at, "a macro, which cannot be seen through", "paste what it expands to in its place")
    if piece[0] == "\\":
        refuse(text, at, f"{piece} outside of quotes, which can be read in two ways", "put it in double quotes")


def refuse(text: str, at: int, what: str, remedy: str) -> NoReturn:
    """Raise UnsafeSearch: what stands where (line:column, both from 1), and what to do."""
    raise UnsafeSearch(f"The search is not sent: {what}, at {place(text, at)}; {remedy}.")


def place(text: str, at: int) -> str:
    """Say line:column of an offset, both from 1."""
    line_start = text.rfind("\n", 0, at) + 1
    return f"{text.count(chr(10), 0, at) + 1}:{at - line_start + 1}"


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


def _refuse_odd_text(spl: str) -> None:
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


def _without_comments(spl: str) -> str:
    """Blank each comment by as many spaces (line ends stay), so that offsets keep pointing at the same text."""
    if "```" not in spl:
        return spl
    parts: list[str] = []
    end = 0
    for found in _COMMENTS_AND_STRINGS.finditer(spl):
        piece, at = found[0], found.start()
        if piece[0] == '"' and "```" in piece:
            refuse(spl, at, "three backticks within quotes, which could begin a comment", "remove them")
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


def _refuse_two_readings(spl: str, quotes: list[int], separators: set[int]) -> None:
    """Refuse when single quotes, read as quotes, would show a pipe or bracket that double quotes or comments hide."""
    if "```" not in spl and _all_plain_names(spl, quotes):
        return
    for reading in _OTHER_READINGS:
        for found in reading.finditer(spl):
            if found[0] in {"|", "[", "]", "`"} and found.start() not in separators:
                what = "single and double quotes that can be read in two ways"
                refuse(spl, quotes[0], what, "keep quotes, pipes and brackets out of single quotes")


_PLAIN_NAME = re.compile(r"""(?<!\w)'[^'"\\|\[\]`]*+'""")


def _all_plain_names(spl: str, quotes: list[int]) -> bool:
    """Tell whether the single quotes come in pairs around plain names, as they nearly always do."""
    pairs = zip(quotes[::2], quotes[1::2], strict=False)
    return len(quotes) % 2 == 0 and all(
        (name := _PLAIN_NAME.match(spl, start)) is not None and name.end() == end + 1 for start, end in pairs
    )


def _refuse_look_alikes(text: str) -> None:
    """Refuse, outside of double quotes, characters that look like syntax or blanks and are neither."""
    code = _without_strings(text)
    for at, each in enumerate(code):
        if each in _LOOKS_LIKE_SYNTAX or (each > "\x7f" and each.isspace()):
            refuse(text, at, f"U+{ord(each):04X}, which looks like syntax and is none", "type the plain character")
        if each in "\u2018\u2019" and not (code[at - 1 : at].isalpha() and code[at + 1 : at + 2].isalpha()):
            refuse(text, at, "a typographic quote", "type a straight one")


def _refuse_spl2(text: str) -> None:
    found = _SPL2.search(_without_strings(text))
    if found:
        refuse(text, found.start(), "SPL2", "write it in SPL")


def _without_strings(text: str) -> str:
    """Blank what stands in double quotes; offsets stay."""
    return _STRINGS.sub(lambda found: " " * len(found[0]), text)
