"""The conditions of a search expression: each tests a row, and tells beforehand what it can of a whole lot."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from bot.sandbox.spl.context import Lot
from bot.sandbox.spl.values import Row, first_text, number, values_of, wildcard

FIELDS_OF_A_LOT = ("index", "host", "source", "sourcetype", "splunk_server")
_LETTERS = re.compile(r"[A-Za-z]{3,}")
_ORDERS: dict[str, Callable[[object, object], bool]] = {
    "<": operator.lt,  # type: ignore[dict-item]  # both sides are of one kind by then
    ">": operator.gt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}


class Condition(Protocol):
    """Implemented by every class below."""

    def test(self, row: Row) -> bool:
        """Whether the row is meant."""

    def decide(self, lot: Lot) -> bool | None:
        """Judge a whole lot: True or False when that holds for each of its events, None when they must be read."""


@dataclass(frozen=True, slots=True)
class Everything:
    def test(self, _row: Row) -> bool:
        return True

    def decide(self, _lot: Lot) -> bool | None:
        return True


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]

    def test(self, row: Row) -> bool:
        return all(part.test(row) for part in self.parts)

    def decide(self, lot: Lot) -> bool | None:
        verdicts = {part.decide(lot) for part in self.parts}
        return False if False in verdicts else (None if None in verdicts else True)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def test(self, row: Row) -> bool:
        return any(part.test(row) for part in self.parts)

    def decide(self, lot: Lot) -> bool | None:
        verdicts = {part.decide(lot) for part in self.parts}
        return True if True in verdicts else (None if None in verdicts else False)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where the inner condition does not, so also where its field is missing."""

    inner: Condition

    def test(self, row: Row) -> bool:
        return not self.inner.test(row)

    def decide(self, lot: Lot) -> bool | None:
        verdict = self.inner.decide(lot)
        return None if verdict is None else not verdict


@dataclass(frozen=True, slots=True)
class IndexIs:
    """index=…, where * leaves out the internal indexes: they must be named, or asked for with _*."""

    pattern: str

    def _matches(self, index: str) -> bool:
        hidden = index.startswith("_") and not self.pattern.startswith("_")
        return not hidden and wildcard(self.pattern).match(index) is not None

    def test(self, row: Row) -> bool:
        return any(self._matches(index) for index in values_of(row, "index"))

    def decide(self, lot: Lot) -> bool | None:
        return self._matches(lot.fields["index"])


@dataclass(frozen=True)
class Comparison:
    """field=value and its kin; text is compared without case, and != needs the field to be there."""

    name: str
    operator: str
    value: str

    @cached_property
    def _holds(self) -> Callable[[str], bool]:
        wanted = number(self.value)
        if self.operator in _ORDERS:
            return self._ordered(wanted)
        pattern = wildcard(self.value)

        def equal(given: str) -> bool:
            if pattern.match(given):
                return True
            return wanted is not None and number(given) == wanted

        return equal if self.operator == "=" else lambda given: not equal(given)

    def _ordered(self, wanted: float | None) -> Callable[[str], bool]:
        order = _ORDERS[self.operator]

        def ordered(given: str) -> bool:
            found = number(given)
            if found is not None and wanted is not None:
                return order(found, wanted)
            return order(given, self.value)

        return ordered

    def test(self, row: Row) -> bool:
        return any(self._holds(given) for given in values_of(row, self.name))

    def decide(self, lot: Lot) -> bool | None:
        if self.name in lot.fields:
            return self._holds(lot.fields[self.name])
        if self.operator == "=" and not _may_say(lot, self.value):
            return False
        return None


@dataclass(frozen=True)
class Phrase:
    """Words to be found in the raw text, whole and without case; * stands for more of a word."""

    words: str
    exact_case: bool = False

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = [re.escape(part) for part in self.words.split("*")]
        start = r"(?<![A-Za-z0-9])" if self.words[:1].isalnum() else ""
        end = r"(?![A-Za-z0-9])" if self.words[-1:].isalnum() else ""
        return re.compile(start + r"[^\s]*".join(parts) + end, 0 if self.exact_case else re.IGNORECASE)

    def test(self, row: Row) -> bool:
        return self._pattern.search(first_text(row, "_raw") or "") is not None

    def decide(self, lot: Lot) -> bool | None:
        return None if _may_say(lot, self.words) else False


def _may_say(lot: Lot, written: str) -> bool:
    return all(lot.may_say(word.lower()) for word in _LETTERS.findall(written))
