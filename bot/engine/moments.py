"""Pure: one moment as a person says it, "yesterday 22:00", "9 this morning", "10:15 UTC+2" → when that was.

A phrase names a day, or leaves it open; and a face of the clock, or as a bare "3" two of them. That gives a few
moments, and which of them is meant depends on what it must lie before or after. dateparser reads dates with
a month's name, and no more: given a clock time too, it loses the first of a month when it steps back a day.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from bot.engine import time_grammar as grammar

_DAY = timedelta(days=1)
_MOST_MINUTES = 14 * 60  # that any place is off from UTC
_MILLISECONDS = 13  # digits of an epoch time that counts them
_WORDS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_PARTS = {"morning": 6, "afternoon": 12, "evening": 18, "night": 20}  # the hours that they begin
_NAMED_PARTS = {  # by first letters: where it begins, the first that has; the hours that it may mean, by day from today
    "this morning": (((0, 6), (0, 0)), ((0, range(12)),)),
    "this afternoon": (((0, 12), (-1, 12)), ((0, range(12, 19)), (-1, range(12, 19)))),
    "this evening": (((0, 18), (-1, 18)), ((0, range(16, 24)), (-1, range(16, 24)))),
    "tonight": (((0, 18), (-1, 18)), ((0, range(16, 24)), (-1, range(16, 24)), (0, range(6)))),
    "last night": (((-1, 20),), ((-1, range(17, 24)), (0, range(6)))),
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(rf"(?P<last>last )?(?P<name>{'|'.join(_WEEKDAYS)})[a-z]*")
_CLOCK = re.compile(r"(?P<hour>\d\d?)(?:[:h](?P<minute>\d\d)(?::(?P<second>\d\d))?)?\s?(?P<half>[ap]m)?")
_ZONE = re.compile(r"(?P<name>[a-z]*)\s?(?:(?P<sign>[+-])\s?(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?)?")
_NUMBERED = re.compile(r"(\d{1,4})[-/.](\d\d?)[-/.](\d{4})?(\d\d?)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a phrase may mean; whether it says which day, and leaves open which half of it."""

    choices: tuple[datetime, ...]  # in time
    has_day: bool
    is_loose: bool

    def before(self, limit: datetime) -> datetime | None:
        """Return the last it may mean before *limit*; of a named day, whose halves both may be meant, the first."""
        best = min if self.is_loose and self.has_day else max
        return best((at for at in self.choices if at < limit), default=None)

    def nearest(self, end: datetime) -> datetime | None:
        """Return the last it may mean before *end*, which says what the halves of the day leave open."""
        return max((at for at in self.choices if at < end), default=None)

    def after(self, start: datetime) -> datetime | None:
        """Return the first it may mean after *start*."""
        return min((at for at in self.choices if at > start), default=None)


def moment(phrase: str, here: datetime, around: Iterable[date] = ()) -> Moment | None:
    """Read *phrase*, one of the grammar's moments, as said *here*: now on the person's clock.

    Without a day of its own it may be on any of the days *around*; by default today or yesterday.
    """
    said = " ".join(phrase.lower().split())
    if grammar.EPOCH.fullmatch(said):
        seconds = float(said) / (1000 if len(said) == _MILLISECONDS and "." not in said else 1)
        return Moment((datetime.fromtimestamp(seconds, UTC),), has_day=True, is_loose=False)
    if stamp := grammar.STAMP.fullmatch(said):
        return _stamp(stamp, here)
    zone: tzinfo | None = here.tzinfo
    exact = grammar.EXACT.search(_without_dates(said))
    if exact and exact["zone"]:
        zone = _zone(exact["zone"].strip())
    if zone is None:
        return None
    return _on_its_days(said, exact, here.astimezone(zone), tuple(around))


def _on_its_days(said: str, exact: re.Match[str] | None, here: datetime, around: tuple[date, ...]) -> Moment | None:
    named = grammar.NAMED_PART.search(said)
    day = None if named else grammar.DAY.search(said)
    rest = said.replace((named or day or [""])[0], " ", 1)
    part = grammar.PART.search(rest)
    loose = None if exact else grammar.LOOSE_PARTS.search(rest)
    faces = _exact_faces(exact["clock"]) if exact else _loose_faces(loose) if loose else ()
    if named:
        found = _of_a_named_part(named[0], faces, here)
    else:
        days = _days(day[0], here, has_clock=bool(faces)) if day else around or (here.date(), here.date() - _DAY)
        faces = faces or (time(_PARTS[part[0]]) if part else time(),)
        found = (_at(each, face, here) for each in days for face in faces)
    choices = tuple(sorted(at for at in found if at))
    return Moment(choices, bool(named or day), is_loose=len(faces) > 1 and not named) if choices else None


def _of_a_named_part(name: str, faces: tuple[time, ...], here: datetime) -> Iterator[datetime | None]:
    spelled = "last night" if name.endswith(("night", "nite")) and not name.startswith("toni") else name
    begins, spans = _NAMED_PARTS["tonight" if spelled == "tonite" else spelled]
    if not faces:
        begun = (_at(here.date() + off * _DAY, time(hour), here) for off, hour in begins)
        yield next((at for at in begun if at and at < here.astimezone(UTC)), None)
    for off, hours in spans:
        yield from (_at(here.date() + off * _DAY, face, here) for face in faces if face.hour in hours)


def _at(day: date, face: time, here: datetime) -> datetime | None:
    """Return the moment in UTC, so that moments compare by what passes and not by the clock's face."""
    try:
        return datetime.combine(day, face, here.tzinfo).astimezone(UTC)
    except OverflowError:
        return None


def _exact_faces(said: str) -> tuple[time, ...]:
    clock = _CLOCK.fullmatch(_WORDS.get(said, said))
    if clock is None:
        return ()
    hour = int(clock["hour"])
    if clock["half"] and hour <= 12:
        hour = hour % 12 + (12 if clock["half"] == "pm" else 0)
    return (time(hour, int(clock["minute"] or 0), int(clock["second"] or 0)),)


def _loose_faces(said: re.Match[str]) -> tuple[time, ...]:
    """Read a bare "3" as three at night and in the afternoon; "10.15" and "0215" say it all."""
    hour, minute = int(said["hour"]), int(said["minute"] or 0)
    hours = {hour} if said["minute"] or hour == 0 or hour > 12 else {hour % 12, hour % 12 + 12}
    return tuple(time(each, minute) for each in sorted(hours) if each < 24 and minute < 60)


def _days(said: str, here: datetime, *, has_clock: bool) -> tuple[date, ...]:
    today = here.date()
    if said == "today":
        return (today,)
    if said.startswith("y"):
        return (today - _DAY,)
    if numbered := _NUMBERED.fullmatch(said):
        return tuple(_numbered(numbered, today))
    if weekday := _WEEKDAY.fullmatch(said):
        ago = (today.weekday() - _WEEKDAYS.index(weekday["name"])) % 7
        # "Monday 10:15", said on a Monday, is today when that is past; "last Monday" and "Monday" alone are a week ago.
        may_be_today = ago == 0 and has_clock and not weekday["last"]
        return (today, today - 7 * _DAY) if may_be_today else (today - (ago or 7) * _DAY,)
    from dateparser.date import DateDataParser  # noqa: PLC0415 - slow to import: only who names a month pays

    settings = {"RELATIVE_BASE": here.replace(tzinfo=None), "PREFER_DATES_FROM": "past"}
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(said).date_obj
    return (found.date(),) if found else ()


def _numbered(said: re.Match[str], today: date) -> Iterator[date]:
    """Read 2026-11-24, 24.11.2026 or 11/24/2026; which number is the month is for the past year to tell, or nobody."""
    first, second, year, last = said[1], int(said[2]), said[3], said[4]
    if len(first) == 4:
        orders = {(int(first), second, int(last or 0))}
    elif "." in said[0]:
        years = [int(year)] if year else [today.year, today.year - 1]
        orders = {(each, second, int(first)) for each in years}
    else:
        orders = {(int(year or 0), second, int(first)), (int(year or 0), int(first), second)}
    days = {day for order in orders if (day := _date(*order)) and day <= today and today - day < 366 * _DAY}
    if len(days) == 1:
        yield from days


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _stamp(said: re.Match[str], here: datetime) -> Moment | None:
    try:
        at = datetime.fromisoformat(said["stamp"].replace(",", ".").upper())
        zone = _zone(said["zone"].strip()) if said["zone"] else here.tzinfo
        return Moment((at.replace(tzinfo=zone).astimezone(UTC),), has_day=True, is_loose=False) if zone else None
    except (ValueError, OverflowError):
        return None


def _zone(said: str) -> tzinfo | None:
    """Read "utc", "pt", "+02:00" and "utc+2"; None for what several places call their own or no clock shows."""
    zone = _ZONE.fullmatch(said)
    if zone is None:
        return None
    if zone["name"] in grammar.ZONE_PLACES:
        return ZoneInfo(grammar.ZONE_PLACES[zone["name"]]) if zone["sign"] is None else None
    hours = grammar.ZONE_HOURS.get(zone["name"] or "utc")
    minutes = 60 * int(zone["hours"] or 0) + int(zone["minutes"] or 0)
    if hours is None or minutes > _MOST_MINUTES:
        return None
    return timezone(timedelta(hours=hours, minutes=-minutes if zone["sign"] == "-" else minutes))


def _without_dates(said: str) -> str:
    """Blank out days, so that no part of "2026-11-24" is read as a clock's."""
    return grammar.DAY.sub(lambda day: " " * len(day[0]), said)
