"""Text with nothing hidden, nothing that reorders what a reader sees, and nothing that a terminal obeys. Pure."""

import re
import unicodedata

_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, format characters, lone surrogates, separators
_KEPT = {"\n", "\t", "\u200c", "\u200d"}  # the joiners hold emoji and Persian words together
_NOT_PLAIN = re.compile(r"[^ -~]")  # only these need a closer look
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # as str.splitlines has them


def is_hidden(character: str) -> bool:
    """Say whether a reader sees nothing of *character*, or something else because of it."""
    return character not in _KEPT and unicodedata.category(character) in _HIDDEN_CATEGORIES


def visible(text: str) -> str:
    r"""Return *text* with each hidden character written out (\u202e), and only \n as its line break.

    Evidence must say what was there: a character that is dropped, or that turns the rest around, does not.
    """
    return _NOT_PLAIN.sub(_written_out, text.replace("\r\n", "\n").replace("\r", "\n"))


def _written_out(found: re.Match[str]) -> str:
    character = found[0]
    if not is_hidden(character):
        return character
    return f"\\u{ord(character):04x}" if ord(character) <= 0xFFFF else f"\\U{ord(character):08x}"


def dropped(text: str) -> str:
    r"""Return *text* without what is hidden in it: a line breaks by \n, and a blank stands for a control character."""
    return _NOT_PLAIN.sub(_left, _BREAKS.sub("\n", text))


def _left(found: re.Match[str]) -> str:
    character = found[0]
    if not is_hidden(character):
        return character
    return " " if unicodedata.category(character) == "Cc" else ""


def on_one_line(text: str) -> str:
    """Return *text* with nothing hidden, on one line."""
    return " ".join(visible(text).split())
