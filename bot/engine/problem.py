"""Pure: a person's text → what it names. What is not in the text is not invented."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.run import Parameters, Problem
from bot.safety.masking import mask

MAX_CHARACTERS = 4000  # of a problem's text: more is cut, and said so

_NAMES = {"index": "index", "idx": "index", "sourcetype": "sourcetype", "host": "host", "source": "source"}
_NAMED = re.compile(
    r"\b(?P<name>index|idx|sourcetype|host|source)\s{0,3}[=:]\s{0,3}(?:\"(?P<quoted>[^\"\n]{1,256})\"|(?P<bare>[^\s,;\"'()]{1,256}))",
    re.IGNORECASE,
)
_SAFE = re.compile(r"[A-Za-z0-9_.:/@+-]+")
_UNIT = r"(?:m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|mon|months?|s|secs?|seconds?)\b"
_CLOCK = re.compile(
    r"\bsince\s{1,3}(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))?\s?(?P<half>am|pm)?\b(?![-/\d:])(?!\s?"
    + _UNIT
    + ")",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\bsince\s{1,3}(?P<stamp>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?)",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"\b(?:for|since|last|past)\s{1,3}(?:the\s{1,3})?(?:(?:last|past)\s{1,3})?(?P<count>\d{1,4})\s?(?P<unit>m|min|mins|minutes?|h|hrs?|hours?|d|days?)\b",
    re.IGNORECASE,
)


def read(text: str, now: float, time_zone: str = "UTC") -> Problem:
    """Mask and bound *text*, and take from it the index, sourcetype, host, source and time that it names.

    *now* is in epoch seconds; *time_zone* (an IANA name; UTC when unknown) is the person's, for "since 10:15".
    """
    shown = " ".join(mask(text[: 4 * MAX_CHARACTERS]).split())
    if len(shown) > MAX_CHARACTERS:
        shown = f"{shown[:MAX_CHARACTERS]}… {len(text) - MAX_CHARACTERS} more characters were left out"
    named: dict[str, str] = {}
    for match in _NAMED.finditer(shown):
        value = (match["quoted"] or match["bare"]).rstrip(".,:?!")
        if _SAFE.fullmatch(value):
            named.setdefault(_NAMES[match["name"].lower()], value)
    earliest = _earliest(shown, now, time_zone)
    return Problem(text=shown, parameters=Parameters(**named, earliest=earliest))


def _earliest(text: str, now: float, time_zone: str) -> str | None:
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], datetime | None]], ...] = (
        (_STAMP, _from_stamp),
        (_CLOCK, _from_clock),
        (_LAST, _from_span),
    )
    here = datetime.fromtimestamp(now, _zone(time_zone))
    for pattern, reader in readers:
        match = pattern.search(text)
        try:
            start = reader(match, here) if match else None
            if start is not None and start < here:
                return start.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        except OverflowError:  # a year at the end of the calendar
            continue
    return None


def _from_stamp(match: re.Match[str], here: datetime) -> datetime | None:
    try:
        stamp = datetime.fromisoformat(match["stamp"])
    except ValueError:
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=here.tzinfo)


def _from_clock(match: re.Match[str], here: datetime) -> datetime | None:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    start = here.replace(hour=hour, minute=int(match["minute"] or 0), second=0, microsecond=0)
    return start if start < here else start - timedelta(days=1)


def _from_span(match: re.Match[str], here: datetime) -> datetime:
    unit = {"m": "minutes", "h": "hours", "d": "days"}[match["unit"][0].lower()]
    return here - timedelta(**{unit: int(match["count"])})


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
