"""A finished search's rows: read from an answer, also from one that was cut off, and cut to what can be read."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.evidence import Cell, Row
from bot.safety.masking import mask_row
from bot.safety.privacy import SECRETS_ONLY, Privacy
from bot.splunk.wire import Message, as_messages, decode

PAGE_ROWS = 1000  # of one results request: small enough to decode without holding up everybody else
MAX_CELL_CHARS = 10_000  # a whole stack trace fits; a core dump does not
MAX_CELL_VALUES = 1000

_RESULTS_BEGIN = re.compile(r'(?<!\\)"results"\s*:\s*\[\s*')
_BETWEEN_ROWS = re.compile(r"[,\s]*")
_BOOKKEEPING = frozenset({"_bkt", "_cd", "_serial", "_si"})  # where in an index a row lies; nobody's evidence


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Some rows of a finished search."""

    rows: tuple[Row, ...]
    messages: tuple[Message, ...] = ()


def results_page(body: bytes, *, cut: bool = False, privacy: Privacy = SECRETS_ONLY) -> ResultsPage:
    """Return a page of results; of one that was *cut* off, the rows that arrived whole. Raises ValueError."""
    if cut:
        return ResultsPage(rows=tuple(_row(one, privacy) for one in _whole_rows(body.decode("utf-8", "replace"))))
    answer = decode(body)
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise ValueError("no results in the answer")  # noqa: TRY004  # a wrong answer, not a wrong argument
    rows = tuple(_row(one, privacy) for one in answer["results"] if isinstance(one, dict))
    return ResultsPage(rows=rows, messages=as_messages(answer.get("messages")))


def _whole_rows(text: str) -> Iterator[dict[str, Any]]:
    begin = _RESULTS_BEGIN.search(text)
    position = begin.end() if begin else len(text)
    decoder = json.JSONDecoder()
    while position < len(text):
        try:
            row, position = decoder.raw_decode(text, position)
        except ValueError:
            return
        if isinstance(row, dict):
            yield row
        between = _BETWEEN_ROWS.match(text, position)
        position = between.end() if between else len(text)


def _row(raw: dict[str, Any], privacy: Privacy) -> Row:
    """Masked before it is cut, so that no half of a secret is left."""
    cells = ((_storable(name), _cell(value)) for name, value in raw.items() if name not in _BOOKKEEPING)
    masked = mask_row({name: cell for name, cell in cells if cell is not None}, privacy)
    return {name: _cut_cell(cell) for name, cell in masked.items()}


def _cell(value: Any) -> str | list[str] | None:
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return [_text(one) for one in value if one is not None]
    return _text(value)


def _text(value: Any) -> str:
    return _storable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _storable(text: str) -> str:
    """Return *text* without what no database takes: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _cut_cell(cell: str | list[str]) -> Cell:
    if isinstance(cell, str):
        return _cut_text(cell)
    more = len(cell) - MAX_CELL_VALUES
    kept = tuple(map(_cut_text, cell[:MAX_CELL_VALUES]))
    return (*kept, f"… {more:,} more") if more > 0 else kept


def _cut_text(text: str) -> str:
    more = len(text) - MAX_CELL_CHARS
    return f"{text[:MAX_CELL_CHARS]} … {more:,} more" if more > 0 else text
