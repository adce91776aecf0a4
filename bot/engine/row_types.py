"""From Splunk's rows of text to typed rows, as a probe's `columns` declare them, that CEL can check and read."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

from bot.domain.evidence import Cell, Row
from bot.domain.run import Parameters
from bot.domain.workflow import ColumnType

PACKAGE = "rows"
PARAMETERS = "ctx"
LONGEST_TEXT = 10_000  # characters of a cell that a rule looks at; Splunk itself cuts events there by default
LONGEST_SHOWN = 200  # characters of a cell in a finding
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_TRUTH = {"true": 1.0, "false": 0.0}  # how REST rows write what events write as 1 and 0
_FIELD_TYPES: dict[ColumnType, descriptor_pb2.FieldDescriptorProto.Type.ValueType] = {
    "text": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "number": descriptor_pb2.FieldDescriptorProto.TYPE_DOUBLE,
}

Columns = Mapping[str, ColumnType]


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row that CEL can read, the texts a finding shows, and why some columns cannot be read."""

    row: Row  # as Splunk gave it
    message: Message
    shown: dict[str, str]
    unreadable: dict[str, str]  # column → what is wrong with it


class RowTypes:
    """One message type per probe, and one for the parameters."""

    def __init__(self, probes: Mapping[str, Columns]) -> None:
        self.columns = dict(probes)
        self.pool = descriptor_pool.DescriptorPool()
        file = descriptor_pb2.FileDescriptorProto(name="rows.proto", package=PACKAGE, syntax="proto3")
        text_fields: Columns = dict.fromkeys(Parameters.model_fields, "text")
        for name, columns in {**probes, PARAMETERS: text_fields}.items():
            _declare(file.message_type.add(name=name), columns)
        self.pool.Add(file)

    def typed(self, probe: str, rows: Sequence[Row]) -> tuple[TypedRow, ...]:
        """Return *rows* of *probe* as its columns declare them."""
        return tuple(self._typed_row(probe, row) for row in rows)

    def parameters(self, named: Mapping[str, str]) -> Message:
        """Return the parameters as `ctx`; those absent read as empty, so ask only for those that are there."""
        return self._make(PARAMETERS, {name: _clean(value) for name, value in named.items()})

    def _typed_row(self, probe: str, row: Row) -> TypedRow:
        values: dict[str, str | float] = {}
        unreadable = {}
        for column, kind in self.columns[probe].items():
            value = _value(row.get(column), kind)
            if value is None or value == "":
                unreadable[column] = _complaint(column, row.get(column))
            if value is not None:
                values[column] = value
        shown = {column: _shown(values.get(column)) for column in self.columns[probe]}
        return TypedRow(row, self._make(probe, values), shown, unreadable)

    def _make(self, name: str, values: Mapping[str, str | float]) -> Message:
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))(**values)


def _declare(message: descriptor_pb2.DescriptorProto, columns: Columns) -> None:
    message.options.deprecated_legacy_json_field_conflicts = True  # a_b and aB are two columns; JSON is not used
    for number, (column, kind) in enumerate(columns.items(), start=1):
        message.field.add(
            name=column,
            number=number,
            type=_FIELD_TYPES[kind],
            label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL,
        )


def _value(cell: Cell | None, kind: ColumnType) -> str | float | None:
    if cell is None:
        return None
    text = cell if isinstance(cell, str) else " ".join(cell)
    return _clean(text)[:LONGEST_TEXT] if kind == "text" else number(text)


def number(text: str) -> float | None:
    """Read *text* as a number, true and false as 1 and 0; None for what is neither."""
    word = text.strip().lower()
    if word in _TRUTH:
        return _TRUTH[word]
    value = float(word) if _NUMBER.fullmatch(word) else math.inf
    return value if math.isfinite(value) else None


def _clean(text: str) -> str:
    """Half a surrogate pair is legal in JSON and not in UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _complaint(column: str, cell: Cell | None) -> str:
    if cell is None:
        return f"{column} is missing"
    text = cell if isinstance(cell, str) else " ".join(cell)
    return f"{column} is no number: {text[:40]!r}" if text.strip() else f"{column} is empty"


def _shown(value: str | float | None) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, float):
        return plain(value)
    line = " ".join(value.split())
    more = len(line) - LONGEST_SHOWN
    return line if more <= 0 else f"{line[:LONGEST_SHOWN]}… {more} more"


def plain(value: float) -> str:
    """Write *value* as a person would: 75, 62.5, 0.004."""
    if value.is_integer():
        return str(int(value))
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.3g}"
