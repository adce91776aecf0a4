"""A deployment of a few plain rows and events, for the SPL engine's tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.sandbox.spl.context import Context, Event, Message, Span, Tally
from bot.sandbox.spl.pipeline import parse_search
from bot.sandbox.spl.values import Row

NOW = 1_764_044_379.0  # 2025-11-25 04:19:39 UTC


@dataclass
class PlainLot:
    """Events of one kind as a list; a reader counts how many were looked into."""

    texts: list[tuple[float, str]]
    fields: dict[str, str]
    read: int = 0

    def may_say(self, word: str) -> bool:
        return any(word in text.lower() for _time, text in self.texts)

    def moments(self, span: Span) -> Iterator[tuple[float, int]]:
        found = [(time, at) for at, (time, _text) in enumerate(self.texts) if span.earliest <= time < span.latest]
        return iter(sorted(found, reverse=True))

    def event(self, number: int) -> Event:
        self.read += 1
        time, text = self.texts[number]
        return Event(time, time + 2, text)

    def indexed(self, number: int) -> float:
        return self.texts[number][0] + 2

    def tally(self, span: Span) -> Tally | None:
        times = [time for time, _number in self.moments(span)]
        return Tally(len(times), times[-1], times[0]) if times else None


def lot(*texts: str, index: str = "main", host: str = "web01", sourcetype: str = "app", ago_s: float = 60) -> PlainLot:
    """Events a second apart, the first one *ago_s* seconds ago."""
    fields = {"index": index, "host": host, "source": "/log", "sourcetype": sourcetype, "splunk_server": "idx1"}
    return PlainLot([(NOW - ago_s + at, text) for at, text in enumerate(texts)], fields)


@dataclass
class PlainDeployment:
    """The engine's other deployment, beside a scenario's."""

    events: list[PlainLot] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def lots(self) -> tuple[list[PlainLot], list[Message]]:
        return self.events, []

    def default_indexes(self) -> Sequence[str]:
        return ["main"]

    def rest(self, path: str, server: str) -> tuple[list[Row], list[Message]]:
        return [dict(row) for row in self.rows], [] if path == "/rows" else [Message("WARN", f"{path} on {server}")]


def context(events: Sequence[PlainLot] = (), rows: Sequence[Row] = (), ago_s: float = 86400) -> Context:
    return Context(PlainDeployment(list(events), list(rows)), NOW, NOW - ago_s, NOW)


def search(spl: str, *events: PlainLot) -> list[Row]:
    """Search events of the last day."""
    return parse_search(spl, NOW)(context(events))


def pipe(rows: list[Row], commands: str) -> list[Row]:
    """Send rows through commands."""
    return parse_search(f"| rest /rows | {commands}", NOW)(context(rows=rows))


def evaluated(expression: str, **fields: str | list[str]) -> str | list[str] | None:
    """Evaluate one expression over one row."""
    return pipe([dict(fields)], f"eval result={expression}")[0].get("result")
