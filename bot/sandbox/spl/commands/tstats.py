"""The tstats command over index-time fields: counts and times that need no event to be read."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.sandbox.spl import times
from bot.sandbox.spl.aggregates import Aggregate, parse_aggregates
from bot.sandbox.spl.commands.generate import lots_of, span_of
from bot.sandbox.spl.context import Context, Lot, Rows, Span, Step, Tally
from bot.sandbox.spl.errors import command_error
from bot.sandbox.spl.extraction import event_row
from bot.sandbox.spl.query import Query, parse_query
from bot.sandbox.spl.syntax import CommandParser, Parsing, options_and_words, unquoted
from bot.sandbox.spl.values import Row, Scalar, field_value, sort_key, text

_KEYS = ("index", "host", "source", "sourcetype", "splunk_server")
_OPTION = re.compile(
    r"^\s*(?:prestats|local|append|summariesonly|include_reduced_buckets|allow_old_summaries|chunk_size)=\S+"
)
_OF_INDEX_TIMES: dict[str, Callable[[Sequence[int]], float]] = {
    "max": max,
    "min": min,
    "avg": lambda times: sum(times) / len(times),
}
_PARTS = re.compile(
    r"(?:(?P<from>from\s+\S+)\s*)?(?:where\s+(?P<where>.*?))?(?:\s*\b(?:by|groupby)\s+(?P<by>.*))?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class _Group:
    """What is known of the events that share the by-fields."""

    count: int = 0
    first: float = math.inf
    last: float = -math.inf
    seen: dict[str, set[str]] = field(default_factory=dict)
    indexed: list[int] = field(default_factory=list)  # index times, kept only where a statistic asks for them

    def add(self, tally: Tally, fields: dict[str, str], indexed: Sequence[int]) -> None:
        self.count += tally.count
        self.first, self.last = min(self.first, tally.first), max(self.last, tally.last)
        self.indexed += indexed
        for name in _KEYS:
            self.seen.setdefault(name, set()).add(fields[name])


def _parse_tstats(arguments: str, parsing: Parsing) -> Step:
    while option := _OPTION.match(arguments):
        arguments = arguments[option.end() :]
    aggregates, rest = parse_aggregates(arguments, parsing.now, "tstats")
    parts = _PARTS.fullmatch(rest)
    if parts is None or not aggregates or parts["from"]:
        raise command_error("TsidxStats", f"The argument '{rest or arguments}' is invalid.")
    options, by = options_and_words(parts["by"] or "", "span")
    query = parse_query(parts["where"] or "")
    for aggregate in aggregates:
        _check(aggregate)
    if unknown := [name for name in by if name not in (*_KEYS, "_time")]:
        raise command_error("TsidxStats", f"The field '{unknown[0]}' is not indexed.")
    span_s = _span(options.get("span", "")) if "_time" in by else 0
    singly = any(aggregate.field == "_indextime" for aggregate in aggregates)

    def run(_rows: Rows, context: Context) -> Rows:
        groups = _grouped(query, context, by, span_s, singly=singly)
        if not by:
            groups = groups or {(): _Group()}
        for key in sorted(groups, key=lambda key: [sort_key(part) for part in key]):
            yield _row(dict(zip(by, key, strict=True)), groups[key], aggregates)

    return run


def _check(aggregate: Aggregate) -> None:
    on_time = aggregate.function in {"max", "min", "latest", "earliest", "range"} and aggregate.field == "_time"
    on_time |= aggregate.function in _OF_INDEX_TIMES and aggregate.field == "_indextime"
    on_key = aggregate.function in {"dc", "values", "count"} and aggregate.field in ("", *_KEYS)
    if not (on_time or on_key):
        raise command_error("TsidxStats", f"The argument '{aggregate.function}({aggregate.field})' is invalid.")


def _span(written: str) -> int:
    try:
        return times.span_seconds(written or "1d")
    except ValueError as error:
        raise command_error("TsidxStats", f"Invalid value '{written}' for the 'span' option.") from error


def _grouped(
    query: Query, context: Context, by: list[str], span_s: int, *, singly: bool
) -> dict[tuple[str, ...], _Group]:
    groups: dict[tuple[str, ...], _Group] = {}
    span = span_of(query, context)
    for lot, unsure in lots_of(query, context):
        for tally, indexed in _found(lot, span, span_s, query if unsure else None, singly=singly):
            start = int(tally.first // span_s * span_s) if span_s else 0
            key = tuple(str(start) if name == "_time" else lot.fields[name] for name in by)
            groups.setdefault(key, _Group()).add(tally, lot.fields, indexed)
    return groups


def _found(
    lot: Lot, span: Span, span_s: int, query: Query | None, *, singly: bool
) -> Iterator[tuple[Tally, Sequence[int]]]:
    """By buckets, or event by event: with a *query* that must read them, or with index times if *singly*."""
    if query is None and not singly:
        yield from ((tally, ()) for tally in _tallies(lot, span, span_s))
        return
    for time, event in lot.moments(span):
        if query is None or query.condition.test(event_row(lot, lot.event(event))):
            yield Tally(1, time, time), (int(lot.indexed(event)),) if singly else ()


def _tallies(lot: Lot, span: Span, span_s: int) -> Iterator[Tally]:
    """Whole, or by buckets of *span_s*."""
    whole = lot.tally(span)
    if whole is None:
        return
    if not span_s:
        yield whole
        return
    for bucket in range(int(whole.first // span_s), int(whole.last // span_s) + 1):
        start, end = max(span.earliest, bucket * span_s), min(span.latest, (bucket + 1) * span_s)
        part = lot.tally(Span(start, end, span.now, span.indexed_from, span.indexed_before))
        if part is not None:
            yield part


def _row(keys: dict[str, str], group: _Group, aggregates: list[Aggregate]) -> Row:
    row: Row = dict(keys)
    for aggregate in aggregates:
        value = field_value(_statistic(aggregate, group))
        if value is not None:
            row[aggregate.label] = value
    return row


def _statistic(aggregate: Aggregate, group: _Group) -> Scalar:
    if aggregate.function == "count":
        return group.count
    if aggregate.function in {"dc", "values"}:
        seen = sorted(group.seen.get(unquoted(aggregate.field), ()))
        return len(seen) if aggregate.function == "dc" else seen
    if not group.count:
        return None
    if aggregate.field == "_indextime":
        return _OF_INDEX_TIMES[aggregate.function](group.indexed)
    if aggregate.function == "range":
        return group.last - group.first
    return text(group.last if aggregate.function in {"max", "latest"} else group.first)


GENERATORS: dict[str, CommandParser] = {"tstats": _parse_tstats}
