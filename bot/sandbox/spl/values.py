"""What a field may hold, and how Splunk turns text into numbers and numbers into text."""

import re
from functools import cache
from typing import Self

Value = str | list[str]
Row = dict[str, Value]
Number = int | float
Scalar = str | int | float | bool | list[str] | None

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|0[xX][0-9a-fA-F]+)\s*")


class Rounded(float):
    """A number that keeps its decimals in text: Splunk's round(5, 2) reads 5.00."""

    decimals: int

    def __new__(cls, number: float, decimals: int) -> Self:
        rounded = super().__new__(cls, number)
        rounded.decimals = decimals
        return rounded


def number(value: Scalar) -> Number | None:
    """Read *value* as a number; None when it is not one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, list):
        return number(value[0]) if len(value) == 1 else None
    if not _NUMBER.fullmatch(value):
        return None
    if "x" in value or "X" in value:
        return int(value, 16)
    plain = float(value)
    return int(value) if plain.is_integer() and value.strip().lstrip("+-").isdigit() else plain


def text(value: Scalar) -> str:
    """Write one value as Splunk prints it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, Rounded):
        return f"{value:.{value.decimals}f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return "" if value is None else " ".join(value)


def field_value(value: Scalar) -> Value | None:
    """Turn an evaluated value into a row's; None means that the field is absent."""
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return value[0] if len(value) == 1 else value
    return text(value)


def values_of(row: Row, name: str) -> list[str]:
    """Every value of a field: none when it is absent, several when it is multivalue."""
    value = row.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def first_text(row: Row, name: str) -> str | None:
    found = values_of(row, name)
    return found[0] if found else None


@cache
def wildcard(pattern: str, *, fold: bool = True) -> re.Pattern[str]:
    """Compile a pattern where * stands for any text; matching is whole-value."""
    parts = [re.escape(part) for part in pattern.split("*")]
    return re.compile(".*".join(parts) + r"\Z", re.DOTALL | (re.IGNORECASE if fold else 0))


def sort_key(value: str | None) -> tuple[int, float, str]:
    """Numbers before text, numbers by size, text by code point: the order of Splunk's result tables."""
    if value is None:
        return (2, 0.0, "")
    found = number(value)
    return (0, float(found), "") if found is not None else (1, 0.0, value)
