"""What one YAML file holds, as it is written: plain dicts, lists and texts, and the place of every value and key."""

from dataclasses import dataclass, field
from typing import Any

Route = tuple[str | int, ...]  # keys and list positions from the top to a value


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written; `index` and `end` are character positions in the file."""

    line: int
    column: int
    index: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the YAML itself."""

    place: Place
    route: Route
    problem: str
    mend: str
    spoils: bool = False  # whether the value at the route cannot be used


@dataclass(slots=True)
class Document:
    """One file."""

    file: str
    text: str = ""
    value: Any = None
    values: dict[Route, Place] = field(default_factory=dict)
    keys: dict[Route, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: bool = False  # whether a fault made the rest unreadable

    def place(self, route: Route) -> Place:
        """Return where the value at *route* is written, or the nearest thing around it."""
        while route and route not in self.values:
            route = route[:-1]
        return self.values.get(route, Place(1, 1))

    def key(self, route: Route) -> Place:
        """Return where the key of *route* is written; the value itself for a list's item."""
        return self.keys.get(route) or self.place(route)

    def inside(self, route: Route, offset: int) -> Place:
        """Return where the character at *offset* of the text at *route* is written, blocks and quotes seen through."""
        place, text = self.place(route), self._at(route)
        if not isinstance(text, str) or not place.end:
            return place
        left = len("".join(text[:offset].split()))  # what is no white space stands in the file in the same order
        index = place.index + self._opening(place)
        while index < place.end and (left or self.text[index].isspace()):
            left -= not self.text[index].isspace()
            index += 1
        line_start = self.text.rfind("\n", 0, index) + 1
        return Place(self.text.count("\n", 0, index) + 1, index - line_start + 1)

    def _opening(self, place: Place) -> int:
        """Count the characters before a scalar's text: a quote, or a block's header line."""
        first = self.text[place.index : place.index + 1]
        if first in {"|", ">"}:
            return self.text.find("\n", place.index) - place.index
        return 1 if first in {'"', "'"} else 0

    def _at(self, route: Route) -> Any:
        value = self.value
        for step in route:
            value = value[step]
        return value
