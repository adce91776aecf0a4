"""Text and numbers as a document shows them: nothing hidden, nothing that reorders what a reader sees. Pure."""

import math
import unicodedata
from datetime import UTC, datetime

from bot.domain.window import TimeWindow

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


def stamp(epoch_s: float) -> str:
    """Return a moment as an ISO stamp in UTC; as plain seconds where the calendar does not reach."""
    try:
        at = datetime.fromtimestamp(epoch_s, UTC)
    except (OverflowError, ValueError, OSError):
        return f"epoch {epoch_s:g}"
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z").replace(".000Z", "Z")


def span(window: TimeWindow) -> str:
    """Return a window as two ISO stamps."""
    return f"{stamp(window.earliest)} to {stamp(window.latest)}"


def seconds(duration_s: float) -> str:
    """Say a duration: "0.24 s", "1,834 s"."""
    if not math.isfinite(duration_s):
        return "not known"
    return f"{duration_s:,.2f} s" if abs(duration_s) < 100 else f"{duration_s:,.0f} s"
