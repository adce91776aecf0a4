"""Small pieces of plain English that the report's parts share, pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot.domain.window import TimeWindow
from bot.safety.hidden import dropped

_DASH = "\u2013"  # an en dash, as typography writes a range


def one_line(text: str, limit: int | None = None) -> str:
    """Return *text* on one line, without what is hidden in it, cut to at most *limit* characters."""
    line = " ".join(dropped(text).split())
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def sentence(text: str) -> str:
    """Return *text* as a sentence: on one line, with its end marked."""
    line = one_line(text)
    return line if line.endswith((".", "!", "?", "…")) else line + "."


def clause(text: str) -> str:
    """Return *text* as part of a sentence: on one line, with no full stop of its own."""
    return one_line(text).rstrip(".")


def listed(names: Sequence[str], most: int = 3) -> str:
    """Name the first *most* of *names*: "A, B and 4 more"."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else ""


def counted(number: int, noun: str) -> str:
    """Say "1 check", "8 checks", "12,034 events"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def like_it(text: str, more: int) -> str:
    """Return *text* with how many others say the same of something else: "fwd01 is silent (and 4 more like it)"."""
    return f"{text} (and {more} more like it)" if more else text


def cited(text: str, evidence: Sequence[str]) -> str:
    """Return *text* with its ledger ids: "queue blocked [E3, E5]"."""
    return f"{text} [{', '.join(evidence)}]" if evidence else text


def distinct(items: Iterable[str]) -> tuple[str, ...]:
    """Return *items* once each, in their first order, without blank ones."""
    return tuple(dict.fromkeys(item for item in items if item.strip()))


def span(window: TimeWindow) -> str:
    """Say a window in UTC: its first day and both times, the second date only where it differs."""
    (first_day, start), (last_day, end) = _stamp(window.earliest), _stamp(window.latest)
    if first_day == last_day:
        return f"{first_day} {start}{_DASH}{end} UTC".strip()
    return f"{first_day} {start} {_DASH} {last_day} {end} UTC"


def _stamp(epoch_s: float) -> tuple[str, str]:
    try:
        at = datetime.fromtimestamp(epoch_s, UTC)
    except (OverflowError, ValueError, OSError):  # beyond the calendar's years
        return "", f"epoch {epoch_s:.0f}"
    return f"{at:%Y-%m-%d}", f"{at:%H:%M}"
