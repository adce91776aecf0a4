"""The commands that compute over groups of rows: stats, eventstats, streamstats, chart, timechart, top, rare."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.sandbox.spl.aggregates import Aggregate, parse_aggregates
from bot.sandbox.spl.commands.evaluate import bucket_size
from bot.sandbox.spl.context import Context, Rows, Step
from bot.sandbox.spl.errors import command_error
from bot.sandbox.spl.syntax import CommandParser, Parsing, is_true, options_and_words
from bot.sandbox.spl.values import Rounded, Row, field_value, number, sort_key, text, values_of

_LEADING = re.compile(
    r"^\s*(allnum|partitions|delim|window|current|global|reset_on_change|limit|span|useother|usenull|cont|bins|fixedrange)\s*=\s*(\S+)"
)
_DEFAULT_SPANS = ((900, 10), (3600, 60), (14400, 300), (86400, 1800), (604800, 86400), (math.inf, 86400))
_MOST_SERIES = 10


def _parsed(arguments: str, parsing: Parsing, command: str) -> tuple[list[Aggregate], str, dict[str, str]]:
    options: dict[str, str] = {}
    while match := _LEADING.match(arguments):
        options[match[1]] = match[2]
        arguments = arguments[match.end() :]
    aggregates, rest = parse_aggregates(arguments, parsing.now, command)
    if not aggregates:
        raise command_error(command, "At least one statistic is expected.")
    return aggregates, rest, options


def _by(rest: str, command: str) -> list[str]:
    match = re.fullmatch(r"(?:by\s+(.*))?", rest, re.IGNORECASE | re.DOTALL)
    if match is None:
        raise command_error(command, f"The argument '{rest}' is invalid.")
    return options_and_words(match[1] or "")[1]


def _groups(rows: Iterable[Row], by: Sequence[str]) -> dict[tuple[str, ...], list[Row]]:
    """Rows by their by-fields; a row without one belongs nowhere, one with several values to each."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        for key in itertools.product(*[values_of(row, name) for name in by]):
            groups.setdefault(key, []).append(row)
    return groups


def _computed(aggregates: Sequence[Aggregate], rows: Sequence[Row]) -> Row:
    found = {aggregate.label: field_value(aggregate.compute(rows)) for aggregate in aggregates}
    return {name: value for name, value in found.items() if value is not None}


def _in_order(keys: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(keys, key=lambda key: [sort_key(part) for part in key])


def _parse_stats(arguments: str, parsing: Parsing) -> Step:
    aggregates, rest, _options = _parsed(arguments, parsing, "stats")
    by = _by(rest, "stats")

    def run(rows: Rows, _context: Context) -> Rows:
        groups = _groups(rows, by)
        if not by:
            only = _computed(aggregates, groups.get((), []))
            yield from [only] if only else []
            return
        for key in _in_order(groups):
            yield {**dict(zip(by, key, strict=True)), **_computed(aggregates, groups[key])}

    return run


def _parse_eventstats(arguments: str, parsing: Parsing) -> Step:
    aggregates, rest, _options = _parsed(arguments, parsing, "eventstats")
    by = _by(rest, "eventstats")

    def run(rows: Rows, _context: Context) -> Rows:
        kept = list(rows)
        computed = {key: _computed(aggregates, group) for key, group in _groups(kept, by).items()}
        for row in kept:
            keys = itertools.product(*[values_of(row, name) for name in by])
            yield row | computed.get(next(keys, ("",)), {})

    return run


def _parse_streamstats(arguments: str, parsing: Parsing) -> Step:
    aggregates, rest, options = _parsed(arguments, parsing, "streamstats")
    by, window = _by(rest, "streamstats"), int(options.get("window", "0"))
    current = is_true(options.get("current", "t"))

    def run(rows: Rows, _context: Context) -> Rows:
        before: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            key = next(itertools.product(*[values_of(row, name) for name in by]), None)
            if key is None:
                yield row
                continue
            seen = before.setdefault(key, [])
            given = [*seen, row] if current else list(seen)
            yield row | _computed(aggregates, given[-window:] if window else given)
            seen.append(row)

    return run


def _parse_timechart(arguments: str, parsing: Parsing) -> Step:
    aggregates, rest, options = _parsed(arguments, parsing, "timechart")
    more, by = options_and_words(
        re.sub(r"^by\s+", "", rest, flags=re.IGNORECASE), "span", "limit", "useother", "usenull"
    )
    options |= more
    if len(by) > 1:
        raise command_error("timechart", "Only one split-by field is allowed.")
    span = bucket_size(options["span"], "timechart") if "span" in options else 0.0

    def run(rows: Rows, context: Context) -> Rows:
        kept = list(rows)
        size = span or _default_span(context, kept)
        timed = [
            row | {"_time": text(math.floor(at / size) * size)}
            for row in kept
            if (at := number(row.get("_time"))) is not None
        ]
        starts = [float(number(row["_time"]) or 0) for row in timed]
        for start in _buckets(starts, size, context):
            inside = [row for row, at in zip(timed, starts, strict=True) if at == start]
            yield {"_time": text(start), **_cells(inside, aggregates, by, _series(timed, by))}

    return run


def _default_span(context: Context, rows: Sequence[Row]) -> float:
    found = [at for row in rows if (at := number(row.get("_time"))) is not None]
    start = context.earliest or min(found, default=context.now)
    width = min(context.latest, context.now) - start
    return next(span for limit, span in _DEFAULT_SPANS if width <= limit)


def _buckets(starts: Sequence[float], size: float, context: Context) -> list[float]:
    """Every bucket of the time range when it is bounded, also the empty ones; else those between the rows."""
    if not starts:
        return []
    first = context.earliest if context.earliest > 0 else min(starts)
    last = min(context.latest, context.now) if context.earliest > 0 else max(starts) + 1
    begin = math.floor(first / size)
    return [each * size for each in range(begin, max(math.ceil(last / size), begin + 1))]


def _series(rows: Sequence[Row], by: Sequence[str]) -> list[str]:
    counted = Counter(value for row in rows for name in by for value in values_of(row, name))
    return sorted(name for name, _count in counted.most_common(_MOST_SERIES))


def _cells(rows: Sequence[Row], aggregates: Sequence[Aggregate], by: Sequence[str], series: Sequence[str]) -> Row:
    if not by:
        return _computed(aggregates, rows)
    row: Row = {}
    for name in series:
        computed = _computed(aggregates, [each for each in rows if name in values_of(each, by[0])])
        for label, value in computed.items():
            row[name if len(aggregates) == 1 else f"{label}: {name}"] = value
    return row


def _parse_chart(arguments: str, parsing: Parsing) -> Step:
    aggregates, rest, _options = _parsed(arguments, parsing, "chart")
    match = re.fullmatch(r"(?:over\s+(\S+)\s*)?(?:by\s+(.*))?", rest, re.IGNORECASE | re.DOTALL)
    names = [*([match[1]] if match[1] else []), *options_and_words(match[2] or "", "limit")[1]] if match else []
    if not 1 <= len(names) <= 2:
        raise command_error("chart", "One or two fields to chart by are expected.")

    def run(rows: Rows, _context: Context) -> Rows:
        kept = list(rows)
        groups, series = _groups(kept, names[:1]), _series(kept, names[1:])
        for key in _in_order(groups):
            yield {names[0]: key[0], **_cells(groups[key], aggregates, names[1:], series)}

    return run


def _parse_top(*, rare: bool) -> CommandParser:
    command = "rare" if rare else "top"

    def parse(arguments: str, _parsing: Parsing) -> Step:
        head, *tail = re.split(r"\sby\s", arguments, maxsplit=1, flags=re.IGNORECASE)
        options, names = options_and_words(
            head, "limit", "showperc", "showcount", "useother", "countfield", "percentfield"
        )
        limit = int(names.pop(0) if names and names[0].isdigit() else options.get("limit", "10"))
        by = options_and_words(tail[0])[1] if tail else []
        if not names:
            raise command_error(command, "A field list is expected.")

        def run(rows: Rows, _context: Context) -> Rows:
            for outer, inside in sorted(_groups(rows, by).items()):
                groups = _groups(inside, names)
                total = sum(map(len, groups.values()))
                ordered = sorted(groups.items(), key=lambda item: len(item[1]), reverse=not rare)
                for key, group in ordered[: limit or None]:
                    counted: Row = {"count": str(len(group))}
                    if is_true(options.get("showperc", "t")):
                        counted["percent"] = text(Rounded(100 * len(group) / total, 6))
                    yield {**dict(zip(by, outer, strict=True)), **dict(zip(names, key, strict=True)), **counted}

        return run

    return parse


COMMANDS: dict[str, CommandParser] = {
    "stats": _parse_stats,
    "eventstats": _parse_eventstats,
    "streamstats": _parse_streamstats,
    "timechart": _parse_timechart,
    "chart": _parse_chart,
    "top": _parse_top(rare=False),
    "rare": _parse_top(rare=True),
}
