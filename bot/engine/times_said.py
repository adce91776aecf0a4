"""Pure: the times that a text tells, as a person says them: "since 10:15", "last night", "for 2h", "from 9 to 10".

Our grammar finds the phrases, in English; a date parser given a whole text takes "we", "may" or "a" for dates
(scrapinghub/dateparser#330, #992). A time that lies ahead, or more than a year back, is not taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine import time_grammar as grammar
from bot.engine.moments import moment
from bot.errors import BadTime
from bot.safety.times import resolve

OLDEST = timedelta(days=365)
NO_BEGINNING = timedelta(hours=23)  # an end without a beginning must be later: searches go back a day by themselves
AROUND = timedelta(minutes=30)  # on either side of "around 14:30"
_DAY = timedelta(days=1)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": _DAY, "w": 7 * _DAY}
_MONTH = timedelta(days=30)
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
_COUNTS = {word: number for number, word in enumerate(_NUMBERS.split(), start=1)} | {"a": 1, "an": 1}
_VAGUE = {"half": 0.5, "couple": 2, "few": 3}


@dataclass(frozen=True, slots=True)
class TimeSaid:
    """A moment, the words that told it, and what Splunk gets when that was typed as Splunk takes it."""

    at: datetime
    said: str
    modifier: str | None = None


@dataclass(frozen=True, slots=True)
class TimesSaid:
    """Where the trouble begins and ends, as far as the text says."""

    earliest: TimeSaid | None = None
    latest: TimeSaid | None = None


def times_said(text: str, now: float, zone: ZoneInfo) -> TimesSaid:
    """Find the first time of each kind that *text* tells. *now* is in epoch seconds; *zone* is the person's."""
    clock = _Clock(now, zone)
    earliest = next(_earliest(text, clock), None)
    begins = earliest.at if earliest else datetime.fromtimestamp(now, UTC) - NO_BEGINNING
    latest = next((each for each in _latest(text, clock, earliest) if each.at > begins), None)
    return TimesSaid(earliest, latest)


def _earliest(text: str, clock: "_Clock") -> Iterator[TimeSaid]:
    refused: list[tuple[int, int]] = []  # "10:15 today" may lie ahead: then its "today" is none either
    for match in _matches(text, grammar.BEGINNINGS, "earliest"):
        found = match.groupdict()
        if found.get("modifier"):
            at = clock.modifier(found["modifier"])
        elif found.get("unit"):
            at = clock.before(found["count"], found["unit"])
        elif found.get("end"):
            at = clock.beginning(found["moment"], found["end"], found["day"])
        else:
            at = clock.last(found.get("moment") or found["bare"])
        if at is None or not clock.takes(at):
            refused.append(match.span())
        elif not any(start <= match.start() and match.end() <= end for start, end in refused):
            yield TimeSaid(at - AROUND if found.get("around") else at, match[0].strip(), found.get("modifier"))


def _latest(text: str, clock: "_Clock", earliest: TimeSaid | None) -> Iterator[TimeSaid]:
    for match in _matches(text, grammar.ENDS, "latest"):
        found = match.groupdict()
        if found.get("modifier"):
            at = clock.modifier(found["modifier"])
        elif found.get("end"):
            at = clock.end(found["end"], earliest.at if earliest else None)
        else:
            at = clock.last(found["moment"])
        if at and clock.takes(at):
            ends = at + AROUND if found.get("around") else at
            if clock.takes(ends):
                yield TimeSaid(ends, match[0].strip(), found.get("modifier"))


def _matches(text: str, patterns: Iterable[re.Pattern[str]], bound: str) -> Iterator[re.Match[str]]:
    """Yield what the patterns find, after what is typed as Splunk takes it for that *bound*."""
    yield from (match for match in grammar.MODIFIER.finditer(text) if match["bound"].lower() == bound)
    for pattern in patterns:
        yield from pattern.finditer(text)


class _Clock:
    """Now, in the person's zone: what every time is read against."""

    def __init__(self, now: float, zone: ZoneInfo) -> None:
        self._now = now
        self._at = datetime.fromtimestamp(now, UTC)
        self._here = self._at.astimezone(zone)

    def takes(self, at: datetime) -> bool:
        """Whether *at* is past, and not long past."""
        return self._at - OLDEST <= at < self._at

    def modifier(self, text: str) -> datetime | None:
        """Read a time as Splunk takes it: "-4h@h"."""
        try:
            return datetime.fromtimestamp(resolve(text, self._now), UTC)
        except BadTime:
            return None

    def before(self, count: str | None, unit: str) -> datetime:
        """Go back by so many of *unit*, in hours that pass and not on the clock's face."""
        number = _count(count.lower()) if count else 1.0
        step = _MONTH if unit.lower().startswith("mo") else _UNITS[unit[0].lower()]
        return self._at - step * number

    def last(self, phrase: str) -> datetime | None:
        """Read *phrase* as the last such moment that there was."""
        said = moment(phrase, self._here)
        return said.before(self._at) if said else None

    def beginning(self, phrase: str, end: str, day: str | None) -> datetime | None:
        """Read where a range begins: its *end* may say of which day, or of which half of it, both are."""
        begins, ends = (moment(f"{each} {day}" if day else each, self._here) for each in (phrase, end))
        if begins is None:
            return None
        if ends and ((ends.has_day and not begins.has_day) or (begins.is_loose and not ends.is_loose)):
            end_at = ends.before(self._at)
            near = begins if begins.has_day or not end_at else moment(phrase, self._here, self._days_to(end_at))
            found = near.nearest(end_at) if near and end_at else None
            if found or not begins.has_day:
                return found
        return begins.before(self._at)

    def _days_to(self, end: datetime) -> tuple[date, date]:
        day = end.astimezone(self._here.tzinfo).date()
        return day - _DAY, day

    def end(self, phrase: str, begins: datetime | None) -> datetime | None:
        """Read where a time ends: on a day of its own, or at the first such moment after what *begins* it."""
        if begins is None:
            return self.last(phrase)
        day = begins.astimezone(self._here.tzinfo).date()
        said = moment(phrase, self._here, (day, day + _DAY))
        return said.after(begins) if said else None


def _count(said: str) -> float:
    vague = next((number for word, number in _VAGUE.items() if word in said), None)
    if vague is not None:
        return vague
    return float(_COUNTS.get(said) or said.replace(",", "."))
