"""Pure: the times that a text tells, as a person says them: "since 10:15", "last night", "for 2h", "from 9 to 10".

Our grammar finds the phrase and dateparser reads it, in English only: given a whole text, it takes "we", "may" or "a"
for dates (scrapinghub/dateparser#330, #992). A time that lies ahead, or more than a year back, is not taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine import time_grammar as grammar
from bot.errors import BadTime
from bot.safety.times import resolve

OLDEST = timedelta(days=365)
NO_BEGINNING = timedelta(hours=23)  # an end without a beginning must be later: searches go back a day by themselves
AROUND = timedelta(minutes=30)  # on either side of "around 14:30"
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(days=7)}
_MONTH = timedelta(days=30)
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
_COUNTS = {word: number for number, word in enumerate(_NUMBERS.split(), start=1)} | {"a": 1, "an": 1}
_VAGUE = {"half": 0.5, "couple": 2}
_PARTS = {  # when each begins; a word before those that it contains
    "midnight": "00:00",
    "morning": "06:00",
    "afternoon": "12:00",
    "evening": "18:00",
    "night": "20:00",
    "noon": "12:00",
}
_NAMED_PARTS = {  # the first that has begun
    "this morning": ("today 06:00", "today 00:00"),
    "this afternoon": ("today 12:00", "yesterday 12:00"),
    "this evening": ("today 18:00", "yesterday 18:00"),
    "tonight": ("today 18:00", "yesterday 18:00"),
    "last night": ("yesterday 20:00",),
}


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
    for match in _matches(text, grammar.BEGINNINGS, "earliest"):
        found = match.groupdict()
        if found.get("modifier"):
            at = clock.modifier(found["modifier"])
        elif found.get("unit"):
            at = clock.before(found["count"], found["unit"])
        else:
            at = clock.moment(found["moment"])
        if at and clock.takes(at):
            yield TimeSaid(at - AROUND if found.get("around") else at, match[0].strip(), found.get("modifier"))


def _latest(text: str, clock: "_Clock", earliest: TimeSaid | None) -> Iterator[TimeSaid]:
    for match in _matches(text, grammar.ENDS, "latest"):
        found = match.groupdict()
        if found.get("modifier"):
            at = clock.modifier(found["modifier"])
        else:
            begins = earliest.at if earliest and earliest.said == match[0].strip() else None
            at = clock.moment(found.get("end") or found["moment"], begins)
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
        self._here = datetime.fromtimestamp(now, zone)
        self._zone = zone

    def takes(self, at: datetime) -> bool:
        """Whether *at* is past, and not long past."""
        return self._here - OLDEST <= at < self._here

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
        return datetime.fromtimestamp(self._now, UTC) - step * number

    def moment(self, phrase: str, begins: datetime | None = None) -> datetime | None:
        """Read *phrase*, of the grammar's moments; after *begins*, when it ends what began then."""
        said = phrase.lower()
        if grammar.EPOCH.fullmatch(said):
            return datetime.fromtimestamp(float(said), UTC)
        if grammar.STAMP.fullmatch(said):
            return self._stamp(said)
        if loose := grammar.LOOSE_PARTS.fullmatch(said):
            return self._loose(int(loose["hour"]), int(loose["minute"] or 0), begins, exact=bool(loose["minute"]))
        readings = (self._read(each) for each in _NAMED_PARTS.get(said, (said,)))
        return next((at for at in readings if at and at < self._here), None)

    def _stamp(self, said: str) -> datetime | None:
        try:
            at = datetime.fromisoformat(said.upper())
        except ValueError:
            return None
        return at if at.tzinfo else at.replace(tzinfo=self._zone)

    def _loose(self, hour: int, minute: int, begins: datetime | None, *, exact: bool) -> datetime | None:
        """Read a bare "3" as the last three o'clock there was, of night or day; as the first after *begins*."""
        halves = (0,) if exact or hour == 0 or hour > 12 else (-12, 0, 12)
        today = self._here.replace(minute=minute, second=0, microsecond=0)
        readings = sorted(
            today.replace(hour=hour + half) - timedelta(days=days)
            for days in (0, 1)
            for half in halves
            if 0 <= hour + half < 24
        )
        if begins:
            return next((at for at in readings if at > begins), None)
        return next((at for at in reversed(readings) if at < self._here), None)

    def _read(self, phrase: str) -> datetime | None:
        from dateparser.date import DateDataParser  # noqa: PLC0415 - slow to import: only who tells a time pays

        for part, begins in _PARTS.items():
            phrase = phrase.replace(part, begins)
        base = self._here.astimezone(UTC) if grammar.ZONE.search(phrase) else self._here
        settings = {"RELATIVE_BASE": base.replace(tzinfo=None), "PREFER_DATES_FROM": "past"}
        settings |= {"RETURN_TIME_AS_PERIOD": True, "TIMEZONE": "UTC"}
        found = DateDataParser(languages=["en"], settings=settings).get_date_data(phrase)
        at = found.date_obj
        if at is None:
            return None
        if found.period != "time" and not grammar.HAS_CLOCK.search(phrase):
            at = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return at if at.tzinfo else at.replace(tzinfo=self._zone)


def _count(said: str) -> float:
    vague = next((number for word, number in _VAGUE.items() if word in said), None)
    if vague is not None:
        return vague
    return float(_COUNTS.get(said) or said.replace(",", "."))
