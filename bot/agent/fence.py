"""Puts what comes from outside behind a fence that it cannot close, cut to a budget with its shape kept. Pure."""

import json
import math
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.evidence import Cell, Row
from bot.ports import ProbeRows

_MOST_CELL_CHARS = 200
_MOST_COLUMNS = 40
_MOST_EXTREMES = 8  # columns whose least and most are shown, so at most 16 rows beyond the budget


def fenced(blocks: Mapping[str, Any]) -> tuple[str, str]:
    """Return *blocks* as JSON between boundary lines, and the boundary: random, and found nowhere in the data."""
    bodies = {name: _bytes(value).decode() for name, value in blocks.items()}
    boundary = secrets.token_hex(8)
    while any(boundary in body for body in bodies.values()):
        boundary = secrets.token_hex(8)
    text = "\n".join(f"<<<{boundary} begin {name}\n{body}\n{boundary} end {name}>>>" for name, body in bodies.items())
    return text, boundary


def shaped(probe: ProbeRows, budget: int) -> dict[str, Any]:
    """Return what a probe saw within about *budget* bytes of rows: counts, columns, first, last and extreme ones."""
    entry = probe.evidence
    columns = list(dict.fromkeys(name for row in probe.rows for name in row))
    shown = columns[:_MOST_COLUMNS]
    rows = [[_cell(row, name) for name in shown] for row in probe.rows]
    first, last = _ends(rows, budget)
    between = range(len(first), len(rows) - len(last))
    extreme = [rows[at] for at in _extremes(probe.rows, shown[:_MOST_EXTREMES]) if at in between]
    return {
        "evidence": entry.id,
        "probe": probe.probe,
        "spl": entry.spl,
        "row_count": entry.row_count,
        "columns": shown,
        "columns_left_out": len(columns) - len(shown),
        "first_rows": first,
        "last_rows": last,
        "rows_with_the_least_or_most_of_a_column": extreme,
        "rows_left_out": max(entry.row_count, len(probe.rows)) - len(first) - len(last) - len(extreme),
        "partial": entry.partial,
        "messages": [cut(message) for message in entry.messages[:5]],
        "error": entry.error,
    }


def cut(text: str, limit: int = _MOST_CELL_CHARS) -> str:
    """Return *text*, or its first *limit* characters and how many were cut."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"


def _cell(row: Row, name: str) -> str | None:
    value = row.get(name)
    if value is None or isinstance(value, str):
        return None if value is None else cut(value)
    return cut(" | ".join(value))


def _ends(rows: Sequence[list[str | None]], budget: int) -> tuple[list[Any], list[Any]]:
    """Take rows from the start and, one for every two of those, from the end, until *budget* bytes are used."""
    start, end, used = 0, len(rows), 0
    for turn in range(len(rows)):
        from_end = turn % 3 == 2
        row = rows[end - 1] if from_end else rows[start]
        used += len(_bytes(row))
        if used > budget:
            break
        start, end = (start, end - 1) if from_end else (start + 1, end)
    return list(rows[:start]), list(rows[end:])


def _extremes(rows: Sequence[Row], columns: Sequence[str]) -> list[int]:
    """Return where the least and the most of each number column stands, in the order of the rows."""
    found: set[int] = set()
    for name in columns:
        numbers = {at: _number(row.get(name)) for at, row in enumerate(rows)}
        known = {at: number for at, number in numbers.items() if number is not None}
        if known:
            found |= {min(known, key=known.__getitem__), max(known, key=known.__getitem__)}
    return sorted(found)


def _number(cell: Cell | None) -> float | None:
    try:
        number = float(cell) if isinstance(cell, str) else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")  # a lone surrogate has no UTF-8
