"""Reading YAML without silent surprises: every scalar as its text, and what is not plain data refused.

PyYAML's own loading overwrites duplicate keys, turns `no` into false and `12:30` into 750, and follows aliases (a
"billion laughs"). So this reads its events, and nothing is converted.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.engine.yaml_nodes import Document, Fault, Place, Route

LARGEST_FILE = 1024 * 1024  # bytes; a workflow is some kilobytes
DEEPEST = 40  # levels; a workflow has six
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def read_file(path: Path) -> Document:
    """Read *path*; what is wrong with it stands in the document's faults."""
    document = Document(path.name)
    try:
        document.text = _read_text(path)
        _parse(document)
    except _Refused as refusal:
        document.faults.append(refusal.fault)
        document.broken = True
    return document


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _Refused(Place(1, 1), f"cannot be read: {error.strerror}", "See that it is a readable file.") from error
    if len(raw) > LARGEST_FILE:
        raise _Refused(Place(1, 1), "is over 1 MiB", "Split it; a workflow is some kilobytes.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Refused(Place(line, 1), "is not UTF-8", "Save it as UTF-8.") from error


def _parse(document: Document) -> None:
    builder = _Builder(document)
    try:
        for event in yaml.parse(document.text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        context = f" {error.context}" if error.context else ""
        raise _Refused(place, f"is no YAML: {error.problem}{context}", "Mend the indent, quote or bracket.") from error
    except yaml.reader.ReaderError as error:
        place = Place(document.text.count("\n", 0, error.position) + 1, 1)
        raise _Refused(place, "holds a control character, which YAML forbids", "Take it out.") from error
    builder.drop_doubles()


class _Refused(Exception):
    """What makes a file unreadable from here on."""

    def __init__(self, place: Place, problem: str, mend: str, route: Route = ()) -> None:
        super().__init__(problem)
        self.fault = Fault(place, route, problem, mend)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    container: dict[str, Any] | list[Any]
    route: Route
    key: str | None = None


class _Builder:
    """Takes YAML events and fills a document with them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: list[_Open] = []
        self._documents = 0
        self._doubles: list[tuple[dict[str, Any], str]] = []

    def take(self, event: Any) -> None:
        """Take the next event. Raises _Refused for what makes the rest unreadable."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _Refused(_place(event), "holds a second document", "Take the line --- out.")
        elif isinstance(event, yaml.AliasEvent):
            mend = "Write the value out; shared parts go to common.yml."
            self._note(event, f"uses the alias *{event.anchor}", mend, spoils=True)
            self._put(event, None)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(event, [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()

    def _scalar(self, event: Any) -> None:
        self._refuse_extras(event)
        top = self._open[-1] if self._open else None
        if top and isinstance(top.container, dict) and top.key is None:
            self._key(event, top, top.container)
        else:
            plain_null = event.implicit[0] and event.value in _NULL
            block = event.style in {"|", ">"}  # which ends with a line break that nobody means
            self._put(event, None if plain_null else event.value.rstrip("\n") if block else event.value)

    def _key(self, event: Any, top: _Open, mapping: dict[str, Any]) -> None:
        name: str = event.value
        if name in mapping:
            first = self._document.keys[(*top.route, name)]
            self._note(event, f"has the key {name} twice", f"The first is in line {first.line}; keep one.")
            name = f"{name} (again, {len(self._doubles)})"  # its value is read past, and dropped at the end
            self._doubles.append((mapping, name))
        mapping[name] = None
        self._document.keys[(*top.route, name)] = _place(event)
        top.key = name

    def _begin(self, event: Any, container: dict[str, Any] | list[Any]) -> None:
        self._refuse_extras(event)
        if len(self._open) >= DEEPEST:
            raise _Refused(_place(event), f"is nested deeper than {DEEPEST} levels", "Flatten it.")
        top = self._open[-1] if self._open else None
        if top and isinstance(top.container, dict) and top.key is None:
            raise _Refused(_place(event), "has a list or mapping as a key", "Put {…} and […] in quotes.", top.route)
        self._open.append(_Open(container, self._put(event, container)))

    def _put(self, event: Any, value: Any) -> Route:
        if not self._open:
            self._document.value = value
            self._document.values[()] = _place(event)
            return ()
        top = self._open[-1]
        route: Route
        if isinstance(top.container, list):
            route = (*top.route, len(top.container))
            top.container.append(value)
        else:
            route = (*top.route, top.key or "")
            top.container[top.key or ""] = value
            top.key = None
        self._document.values[route] = _place(event)
        return route

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._note(event, f"sets the anchor &{event.anchor}", "Take it out; shared parts go to common.yml.")
        if event.tag not in {None, "!"}:
            self._note(event, f"has the tag {event.tag}", "Take it out; values are read as they are written.")

    def drop_doubles(self) -> None:
        """Take out what stands under a key that was there before."""
        for mapping, name in self._doubles:
            del mapping[name]

    def _note(self, event: Any, problem: str, mend: str, *, spoils: bool = False) -> None:
        top = self._open[-1] if self._open else _Open([], ())
        step = len(top.container) if isinstance(top.container, list) else top.key
        route = top.route if step is None or not self._open else (*top.route, step)
        self._document.faults.append(Fault(_place(event), route, problem, mend, spoils))


def _place(event: Any) -> Place:
    start, end = event.start_mark, event.end_mark
    return Place(start.line + 1, start.column + 1, start.index, end.index)
