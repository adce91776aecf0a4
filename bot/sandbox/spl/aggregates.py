"""The statistics of stats and its kin: how they are written, and what each computes over the rows of a group.

Percentiles interpolate between the two nearest values: perc95 of 1..10 is 9.55.
"""

import math
import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sandbox.spl.errors import command_error
from bot.sandbox.spl.expressions import parse_expression
from bot.sandbox.spl.functions import Expression
from bot.sandbox.spl.operators import truth
from bot.sandbox.spl.syntax import unquoted
from bot.sandbox.spl.values import Number, Row, Scalar, field_value, number, sort_key, values_of

_LIST_LIMIT = 100  # limits.conf [stats] list_maxsize
_CALL = re.compile(r"\s*,?\s*([A-Za-z]\w*(?:\.\d+)?)(?:\s*(?=\())?")
_LABEL = re.compile(r'\s+as\s+("[^"]*"|\'[^\']*\'|[^\s,]+)', re.IGNORECASE)
_PERCENTILE = re.compile(r"(?:exactperc|upperperc|perc|p)(\d+(?:\.\d+)?)")
_BY = re.compile(r"\s*,?\s*(by|groupby|where|from|over)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One statistic: what it is called in the results, and what it makes of a group's rows."""

    label: str
    function: str
    field: str
    compute: Callable[[Sequence[Row]], Scalar]


def parse_aggregates(written: str, now: float, command: str) -> tuple[list[Aggregate], str]:
    """Read statistics up to by, where or the end; returns them and the unread rest."""
    aggregates: list[Aggregate] = []
    position = 0
    while position < len(written.rstrip()):
        call = _CALL.match(written, position)
        if call is None or _BY.match(written, position):
            break
        position = call.end()
        inside = ""
        if written[position : position + 1] == "(":
            close = _closing(written, position, command)
            inside, position = written[position + 1 : close].strip(), close + 1
        default = f"{call[1]}({inside})" if inside else call[1]
        label = _LABEL.match(written, position)
        if label:
            position = label.end()
        aggregates.append(_aggregate(call[1].lower(), inside, unquoted(label[1]) if label else default, now, command))
    return aggregates, written[position:].strip()


def _closing(written: str, start: int, command: str) -> int:
    depth, quoted = 0, False
    for at in range(start, len(written)):
        quoted ^= written[at] == '"'
        depth += 0 if quoted else (written[at] == "(") - (written[at] == ")")
        if depth == 0 and not quoted:
            return at
    raise command_error(command, "The expression has unbalanced parentheses.")


def _aggregate(function: str, inside: str, label: str, now: float, command: str) -> Aggregate:
    function = {"c": "count", "distinct_count": "dc", "mean": "avg", "estdc": "dc"}.get(function, function)
    percentile = _PERCENTILE.fullmatch(function)
    if percentile:
        share = float(percentile[1]) / 100
        return Aggregate(
            label, function, inside, _over_numbers(_reader(inside, now, command), lambda v: _rank(v, share))
        )
    if function == "count":
        return Aggregate(label, function, inside, _counter(inside, now, command))
    if not inside:
        raise command_error(command, f"The argument '{function}' is invalid.")
    read = _reader(inside, now, command)
    if function in _NUMERIC:
        return Aggregate(label, function, inside, _over_numbers(read, _NUMERIC[function]))
    if function in _TEXTUAL:
        reduce_texts = _TEXTUAL[function]
        return Aggregate(
            label, function, inside, lambda rows: reduce_texts([each for row in rows for each in read(row)])
        )
    if function in {"latest", "earliest"}:
        return Aggregate(label, function, inside, _by_time(read, newest=function == "latest"))
    raise command_error(command, f"The argument '{function}({inside})' is invalid.")


def _expression_inside(inside: str, now: float, command: str) -> Expression | None:
    match = re.fullmatch(r"eval\s*\((.*)\)", inside, re.IGNORECASE | re.DOTALL)
    return parse_expression(match[1], now, command) if match else None


def _reader(inside: str, now: float, command: str) -> Callable[[Row], list[str]]:
    expression = _expression_inside(inside, now, command)
    if expression is None:
        name = unquoted(inside)
        return lambda row: values_of(row, name)

    def read(row: Row) -> list[str]:
        value = field_value(expression(row))
        return [] if value is None else (value if isinstance(value, list) else [value])

    return read


def _counter(inside: str, now: float, command: str) -> Callable[[Sequence[Row]], Scalar]:
    expression = _expression_inside(inside, now, command)
    if expression is not None:
        return lambda rows: sum(truth(expression(row)) is True for row in rows)
    if not inside:
        return len
    read = _reader(inside, now, command)
    return lambda rows: sum(len(read(row)) for row in rows)


def _over_numbers(
    read: Callable[[Row], list[str]], reduce_numbers: Callable[[list[Number]], Scalar]
) -> Callable[[Sequence[Row]], Scalar]:
    def compute(rows: Sequence[Row]) -> Scalar:
        found = [value for row in rows for each in read(row) if (value := number(each)) is not None]
        return reduce_numbers(found) if found else None

    return compute


def _by_time(read: Callable[[Row], list[str]], *, newest: bool) -> Callable[[Sequence[Row]], Scalar]:
    def compute(rows: Sequence[Row]) -> Scalar:
        found = [(number(row.get("_time")) or 0, value) for row in rows for value in read(row)[:1]]
        pick = max if newest else min
        return pick(found, key=lambda pair: pair[0])[1] if found else None

    return compute


def _rank(values: list[Number], share: float) -> Scalar:
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low, high = ordered[math.floor(at)], ordered[math.ceil(at)]
    return low + (high - low) * (at - math.floor(at)) if high != low else low


_NUMERIC: dict[str, Callable[[list[Number]], Scalar]] = {
    "sum": lambda values: math.fsum(values) if any(isinstance(each, float) for each in values) else sum(values),
    "avg": lambda values: math.fsum(values) / len(values),
    "median": lambda values: _rank(values, 0.5),
    "range": lambda values: max(values) - min(values),
    "stdev": lambda values: statistics.stdev(values) if len(values) > 1 else 0,
    "stdevp": statistics.pstdev,
    "var": lambda values: statistics.variance(values) if len(values) > 1 else 0,
    "sumsq": lambda values: sum(each * each for each in values),
}
_TEXTUAL: dict[str, Callable[[list[str]], Scalar]] = {
    "dc": lambda values: len(set(values)),
    "values": lambda values: sorted(set(values)) or None,
    "list": lambda values: values[:_LIST_LIMIT] or None,
    "first": lambda values: values[0] if values else None,
    "last": lambda values: values[-1] if values else None,
    "max": lambda values: max(values, key=sort_key) if values else None,
    "min": lambda values: min(values, key=sort_key) if values else None,
    "mode": lambda values: statistics.mode(values) if values else None,
}
