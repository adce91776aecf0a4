"""Streams of events, made up when they are looked at: the same number always gives the same event."""

import math
import re
from collections.abc import Iterator
from functools import cached_property
from random import Random
from zlib import crc32

from bot.sandbox.daily import by_day
from bot.sandbox.scenario import Scenario, Stream
from bot.sandbox.spl.context import Event, Span, Tally
from bot.sandbox.templates import PLACEHOLDER, Choice, duration_range_s, duration_s, filled

_SPLICED = re.compile(r"[A-Za-z]\{[a-z_]+|\}[A-Za-z{]")
_TIME_WORDS = (
    "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun am pm utc january february march"
)
_EARLIEST_PHASE, _PHASES = 0.25, 0.7  # within its period an event comes neither at once nor at the very end


class Series:
    """One host's share of a stream on one indexer: events number k at origin + k times the period."""

    def __init__(self, stream: Stream, host: str, values: dict[str, Choice], seed: str) -> None:
        self._stream = stream
        self._values: dict[str, Choice] = {**stream.values, **values, "host": host}
        self._seed = seed
        self._turn, self._turns = 0, 1
        self._lag = duration_range_s(stream.lag)
        self.fields = {"index": stream.index, "host": host, "source": stream.source, "sourcetype": stream.sourcetype}

    def on_indexer(self, indexer: str, turn: int, turns: int, base: float) -> "Series":
        """Take the events that fall to one of several indexers in turn."""
        share = Series(self._stream, self.fields["host"], self._values, self._seed)
        share._turn, share._turns = turn, turns
        share.fields = {**self.fields, "splunk_server": indexer}
        share._place(base)
        return share

    def _place(self, base: float) -> None:
        stream = self._stream
        self._since = base + duration_s(stream.since)
        self._until = math.inf if stream.until is None else base + duration_s(stream.until)
        if stream.count is not None:
            self._until = min(self._until, base)
            step = (self._until - self._since) / stream.count
            origin = self._since + step / 2
        else:
            step = duration_s(stream.every or "")
            origin = base - step * (_EARLIEST_PHASE + _PHASES * self._chance(-1))
        self._period = step * self._turns
        self._origin = origin + step * self._turn

    def _chance(self, number: int) -> float:
        return crc32(f"{self._seed}:{number}".encode()) / 2**32

    def _time(self, number: int) -> float:
        return round(self._origin + number * self._period, 3)

    def _lag_of(self, number: int) -> float:
        low, high = self._lag
        return low + (high - low) * self._chance(number)

    def _numbers(self, span: Span) -> range:
        """Find the numbers of the events in a span, leaving the exact index time to the caller."""
        low, high = self._lag
        first = max(span.earliest, self._since)
        end = min(span.latest, self._until)
        last = span.now - high  # what is not yet indexed cannot be found
        if span.indexed_from is not None:
            first = max(first, span.indexed_from - high)
        if span.indexed_before is not None:
            last = min(last, span.indexed_before - low)
        start = max(math.ceil((first - self._origin) / self._period) - 1, -(10**9))
        stop = math.floor((min(end, last) - self._origin) / self._period) + 1
        while start <= stop and self._time(start) < first:
            start += 1
        while stop >= start and (self._time(stop) >= end or self._time(stop) > last):
            stop -= 1
        return range(start, stop + 1)

    def moments(self, span: Span) -> Iterator[tuple[float, int]]:
        exact = span.indexed_from is not None or span.indexed_before is not None
        for number in reversed(self._numbers(span)):
            if not exact or self._indexed_within(number, span):
                yield self._time(number), number

    def _indexed_within(self, number: int, span: Span) -> bool:
        indexed = int(self._time(number) + self._lag_of(number))
        after = span.indexed_from is None or indexed >= span.indexed_from
        return after and (span.indexed_before is None or indexed < span.indexed_before)

    def tally(self, span: Span) -> Tally | None:
        if span.indexed_from is not None or span.indexed_before is not None:
            found = [time for time, _number in self.moments(span)]
            return Tally(len(found), found[-1], found[0]) if found else None
        numbers = self._numbers(span)
        return Tally(len(numbers), self._time(numbers[0]), self._time(numbers[-1])) if numbers else None

    def event(self, number: int) -> Event:
        time = self._time(number)
        overall = number * self._turns + self._turn
        values = {**self._values, "number": overall}
        text = self._stream.text[overall % len(self._stream.text)]
        raw = filled(text, values, time, Random(crc32(f"{self._seed}:{overall}".encode())))
        return Event(time, self.indexed(number), raw)

    def indexed(self, number: int) -> float:
        return self._time(number) + self._lag_of(number)

    @cached_property
    def _vocabulary(self) -> str | None:
        """Every word the texts can hold, in lower case; None when words may form where a text meets a value."""
        if any(_SPLICED.search(text) for text in self._stream.text):
            return None
        texts = [PLACEHOLDER.sub(" ", text) for text in self._stream.text]
        values = [
            str(each) for value in self._values.values() for each in (value if isinstance(value, list) else [value])
        ]
        return "\n".join([*texts, *values, _TIME_WORDS]).lower()

    def may_say(self, word: str) -> bool:
        return self._vocabulary is None or word in self._vocabulary


def series_of(scenario: Scenario, base: float) -> list[Series]:
    """All series of a scenario that began to be pretended at *base*."""
    found: list[Series] = []
    for name, stream in by_day(scenario.events):
        for at, values in enumerate(stream.each):
            for host in stream.hosts:
                whole = Series(stream, host, dict(values), f"{name}/{at}/{host}")
                turns = len(stream.indexers)
                found += [whole.on_indexer(indexer, turn, turns, base) for turn, indexer in enumerate(stream.indexers)]
    return found
