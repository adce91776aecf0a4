"""Splunk's time modifiers, epochs and ISO stamps, read into epoch seconds by us.

Splunk answers 201 to an `earliest_time` that it cannot read, drops it in silence and searches all time (measured on
10.2.1, n8n-io/n8n#10447), so no time goes to Splunk unread. The syntax is that of "Time modifiers" in Splunk's search
reference: `[+|-]<n><unit>`, `@<unit>`, and chains of both. Snaps are taken in UTC.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta

from bot.domain.window import TimeWindow
from bot.errors import BadTime

MAX_EPOCH = 4_102_444_800.0  # 2100-01-01; a larger number is most often in milliseconds
_MAX_CHARACTERS = 64
_READABLE = "write now, a relative time such as -24h or -1d@d, an epoch in seconds, or 2026-01-31T09:30:00Z"

_SPELLINGS = {
    "s": "s sec secs second seconds",
    "m": "m min mins minute minutes",
    "h": "h hr hrs hour hours",
    "d": "d day days",
    "w": "w week weeks",
    "mon": "mon month months",
    "q": "q qtr qtrs quarter quarters",
    "y": "y yr yrs year years",
}
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MONTHS = {"mon": 1, "q": 3, "y": 12}

_RELATIVE = re.compile(r"(?:now(?:\(\))?)?(?:[+-]\d{0,6}[a-z]+|@[a-z]+[0-7]?)*", re.ASCII)
_STEP = re.compile(r"([+-])(\d*)([a-z]+)|@([a-z]+)([0-7]?)", re.ASCII)
_EPOCH = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d):?(\d\d))?)?",
    re.ASCII,
)
_SPLUNK_STAMP = "%m/%d/%Y:%H:%M:%S"  # the format that earliest= and latest= in a search take by default


def resolve(text: str, now: float) -> float:
    """Read *text* as epoch seconds, counting relative times from *now*; raises BadTime for what cannot be read."""
    stripped = text.strip()
    if not stripped or len(stripped) > _MAX_CHARACTERS:
        raise BadTime(f"{_shown(text)} is no time; {_READABLE}.")
    if stripped.lower().startswith("rt"):
        raise BadTime(f"{_shown(text)} asks for real time, which is never searched; {_READABLE}.")
    try:
        moment = _read(stripped, now)
    except (ValueError, OverflowError) as error:
        raise BadTime(f"{_shown(text)} cannot be read as a time; {_READABLE}.") from error
    if not 0 <= moment <= MAX_EPOCH:
        raise BadTime(f"{_shown(text)} lies outside of 1970 to 2100 (epochs are in seconds); {_READABLE}.")
    return moment


def window(earliest: str, latest: str, now: float) -> TimeWindow:
    """Read both bounds against the same *now*; raises BadTime when either cannot be read or nothing lies between."""
    start, end = resolve(earliest, now), resolve(latest, now)
    if start >= end:
        raise BadTime(f"Nothing lies between {_shown(earliest)} and {_shown(latest)}; put the earlier time first.")
    return TimeWindow(earliest=start, latest=end, as_of=now)


def _shown(text: str) -> str:
    return repr(text[:_MAX_CHARACTERS])


def _read(text: str, now: float) -> float:
    if _EPOCH.fullmatch(text):
        return float(text)
    iso = _ISO.fullmatch(text)
    if iso:
        return _from_iso(iso)
    if _RELATIVE.fullmatch(text):
        return _from_relative(text, now)
    return datetime.strptime(text, _SPLUNK_STAMP).replace(tzinfo=UTC).timestamp()


def _from_iso(found: re.Match[str]) -> float:
    year, month, day, hour, minute, second, fraction, _, sign, off_hours, off_minutes = found.groups()
    moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    offset_s = 0
    if sign:
        if int(off_hours) > 14 or int(off_minutes) > 59:
            raise ValueError("no such offset")
        offset_s = (int(off_hours) * 3600 + int(off_minutes) * 60) * (1 if sign == "+" else -1)
    return moment.timestamp() - offset_s + float(f"0.{fraction or 0}")


def _from_relative(text: str, now: float) -> float:
    moment = datetime.fromtimestamp(now, UTC)
    for sign, amount, unit, snap, weekday in _STEP.findall(text):
        if snap:
            moment = _snapped(moment, _unit(snap), weekday)
        else:
            moment = _moved(moment, int(amount or 1) * (1 if sign == "+" else -1), _unit(unit))
    return moment.timestamp()


def _unit(spelling: str) -> str:
    if spelling not in _UNITS:
        raise ValueError("no such unit")
    return _UNITS[spelling]


def _moved(moment: datetime, amount: int, unit: str) -> datetime:
    if unit in _SECONDS:
        return moment + timedelta(seconds=amount * _SECONDS[unit])
    months = moment.year * 12 + moment.month - 1 + amount * _MONTHS[unit]
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise ValueError("no such year")
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def _snapped(moment: datetime, unit: str, weekday: str) -> datetime:
    """Snap back to the start of *unit*; @w and @w0 (and @w7) are Sunday, @w1 is Monday."""
    if weekday and unit != "w":
        raise ValueError("only weeks have numbered days")
    start = moment.replace(microsecond=0)
    if unit == "s":
        return start
    start = start.replace(second=0)
    if unit == "m":
        return start
    start = start.replace(minute=0)
    if unit == "h":
        return start
    start = start.replace(hour=0)
    if unit == "w":
        return start - timedelta(days=(start.isoweekday() - int(weekday or 0)) % 7)
    if unit == "d":
        return start
    month = {"mon": start.month, "q": (start.month - 1) // 3 * 3 + 1, "y": 1}[unit]
    return start.replace(month=month, day=1)
