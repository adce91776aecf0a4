"""Taking a search apart: pipes, brackets, words and options, with quotes and comments respected."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.spl.context import Step
from bot.sandbox.spl.errors import SplError, command_error

_COMMENT = re.compile(r"```.*?```", re.DOTALL)
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.DOTALL)
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s,"])+')
_EQUALS = re.compile(r'("(?:[^"\\]|\\.)*")|\s*(?<![<>!=])=\s*')
_OPTION = re.compile(r'([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|[^"]*)')
_FIRST_WORD = re.compile(r"\s*([A-Za-z_]\w*)(.*)", re.DOTALL)
_MACRO = re.compile(r"`([^`(]*)")


@dataclass(frozen=True, slots=True)
class Parsing:
    """What a command's parser may need: the search's clock, and the parsers of what stands in brackets."""

    now: float
    pipeline: Callable[[str], Step]  # a whole search, as in append [search …]
    steps: Callable[[str], Step]  # commands that go on with given rows, as in foreach * [eval …]


CommandParser = Callable[[str, Parsing], Step]


def without_comments(spl: str) -> str:
    spl = _COMMENT.sub(" ", spl)
    macro = next(
        (_MACRO.match(piece) for piece in re.findall(r'"(?:[^"\\]|\\.)*"|`[^`]*`', spl) if piece[0] == "`"), None
    )
    if macro:
        raise SplError(f"Error in 'SearchParser': The search specifies a macro '{macro[1]}' that cannot be found.")
    return spl


def split_outside(written: str, separator: str) -> list[str]:
    """Split at *separator* where it stands outside quotes and brackets of any kind."""
    parts, depth = [""], 0
    for match in _PIECE.finditer(written):
        piece = match[0]
        depth += (piece in {"[", "("}) - (piece in {"]", ")"})
        if piece == separator and depth <= 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def split_pipes(spl: str) -> list[str]:
    """Split a search at its pipes; a pipe inside quotes or a bracketed search is none."""
    parts, depth = [""], 0
    for match in _PIECE.finditer(spl):
        piece = match[0]
        depth += (piece == "[") - (piece == "]")
        if depth < 0:
            break
        if piece == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    if depth != 0:
        raise SplError("Error in 'SearchParser': Mismatched ']'.")
    return parts


def command_and_arguments(segment: str) -> tuple[str, str]:
    match = _FIRST_WORD.fullmatch(segment)
    if match is None:
        raise SplError(f"Error in 'SearchParser': Missing a search command before '{segment.strip()[:1] or '|'}'.")
    return match[1].lower(), match[2].strip()


def bracketed(arguments: str, command: str) -> tuple[str, str]:
    """Part the arguments into what stands before the one bracketed search, and the search in it."""
    start, end = arguments.find("["), arguments.rfind("]")
    if start < 0 or end < start:
        raise command_error(command, "The last argument must be a subsearch.")
    return arguments[:start].strip(), arguments[start + 1 : end].strip()


def unquoted(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        return re.sub(r'\\(["\\])', r"\1", word[1:-1])
    return word


def words(arguments: str) -> list[str]:
    """Words parted by blanks or commas; a quoted text stays whole, quotes included."""
    return _WORD.findall(arguments)


def options_and_words(arguments: str, *names: str) -> tuple[dict[str, str], list[str]]:
    """Part the known name=value options from the other words, which lose their quotes."""
    options: dict[str, str] = {}
    others: list[str] = []
    for word in words(_EQUALS.sub(lambda match: match[1] or "=", arguments)):
        match = _OPTION.fullmatch(word)
        if match and match[1].lower() in names:
            options[match[1].lower()] = unquoted(match[2])
        else:
            others.append(unquoted(word))
    return options, others


def whole_number(written: str, command: str, option: str) -> int:
    if not written.lstrip("-").isdigit():
        raise command_error(command, f"Invalid value '{written}' for the '{option}' option: an integer is expected.")
    return int(written)


def is_true(written: str) -> bool:
    return written.lower() in {"t", "true", "1", "yes"}
