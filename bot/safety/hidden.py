"""Text with nothing hidden, nothing that reorders what a reader sees, and nothing that a terminal obeys. Pure."""

import unicodedata

_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, format characters, lone surrogates, separators
_KEPT = {"\n", "\t", "\u200c", "\u200d"}  # the joiners hold emoji and Persian words together


def visible(text: str) -> str:
    r"""Return *text* with each hidden character written out (\u202e), and only \n as its line break.

    Evidence must say what was there: a character that is dropped, or that turns the rest around, does not.
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text.replace("\r\n", "\n").replace("\r", "\n")))


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _HIDDEN_CATEGORIES:
        return character
    return f"\\u{ord(character):04x}" if ord(character) <= 0xFFFF else f"\\U{ord(character):08x}"


def on_one_line(text: str) -> str:
    """Return *text* with nothing hidden, on one line."""
    return " ".join(visible(text).split())
