"""A scenario's file as it is written: read strictly, laid over its surroundings, with the line of every key."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

_SHIPPED = resources.files("bot.sandbox") / "scenarios"
_MOST_SURROUNDINGS = 3  # files below one another; more is taken for a circle

Route = tuple[str | int, ...]


class ScenarioError(Exception):
    """Which scenario cannot be used, where in it, and why; its text has one fault per line."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says with its surroundings merged in, and the line of each key that it says itself."""

    name: str
    document: dict[str, Any]
    lines: Mapping[Route, int]

    def place(self, route: Route) -> str:
        """Return "mine.yml:12" for what is at *route*, or for the nearest thing around it in this file."""
        while route and route not in self.lines:
            route = route[:-1]
        return f"{self.name}:{self.lines.get(route, 1)}"


def scenario_names() -> list[str]:
    """List the shipped scenarios."""
    return sorted(entry.name.removesuffix(".yml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".yml"))


def read_scenario(name: str) -> Written:
    """Read a shipped scenario by name, or any other by its path. Raises ScenarioError."""
    return _merged(name, depth=0)


def _merged(name: str, depth: int) -> Written:
    written = _read(name)
    below = written.document.get("surroundings")
    if below is None:
        return written
    if depth > _MOST_SURROUNDINGS:
        raise ScenarioError(f"{written.place(('surroundings',))}: its surroundings lead in a circle.")
    beside = Path(name).parent / f"{below}.yml"
    try:
        base = _merged(str(beside) if not _is_shipped(str(below)) and beside.is_file() else str(below), depth + 1)
    except ScenarioError as error:
        raise ScenarioError(*(f"{written.place(('surroundings',))}: {fault}" for fault in error.faults)) from error
    return Written(written.name, _on_top(written, base.document), written.lines)


def _on_top(ours: Written, base: dict[str, Any]) -> dict[str, Any]:
    """Lay a scenario over its surroundings: streams, roles and REST paths one by one, and null takes one away."""
    document = ours.document
    merged = {**{key: base[key] for key in base if key not in {"phrasings", "problem", "truth", "faults"}}, **document}
    for section in ("events", "roles", "account", "rest"):
        if not isinstance(document.get(section) or {}, Mapping):
            what = "should be a mapping of names to what they are"
            raise ScenarioError(f"{ours.place((section,))}: {section} {what}.")
    for section in ("events", "roles", "account"):
        mine, theirs = document.get(section) or {}, base.get(section) or {}
        pairs = {
            key: _one_on_top(mine[key], theirs.get(key)) if key in mine else theirs[key] for key in {**theirs, **mine}
        }
        merged[section] = {key: value for key, value in pairs.items() if value is not None}
    merged["rest"] = _rest_on_top(document.get("rest") or {}, base.get("rest") or {})
    return merged


def _one_on_top(ours: Any, theirs: Any) -> Any:
    both = isinstance(ours, Mapping) and isinstance(theirs, Mapping)
    if both and "count" in ours:
        theirs = {key: value for key, value in theirs.items() if key != "every"}
    return {**theirs, **ours} if both else ours


def _rest_on_top(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Replace whole paths; one ending in * stands for every such path of the surroundings."""
    merged = dict(theirs)
    for path, rows in ours.items():
        for each in [known for known in theirs if known.startswith(path[:-1])] if path.endswith("*") else [path]:
            merged[each] = rows
    return {path: rows for path, rows in merged.items() if rows is not None}


def _is_shipped(name: str) -> bool:
    return name in scenario_names()


def _read(name: str) -> Written:
    try:
        text = (_SHIPPED / f"{name}.yml" if _is_shipped(name) else Path(name)).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{Path(name).name}:1: this is no text in UTF-8.") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        shipped = ", ".join(scenario_names())
        raise ScenarioError(f"There is no scenario {name}: give the path of a file, or one of {shipped}.") from error
    file = f"{name}.yml" if _is_shipped(name) else Path(name).name
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
        tree = yaml.compose(text, Loader=_Loader)
    except (yaml.MarkedYAMLError, ValueError) as error:  # ValueError: a date such as 2026-99-99
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        said = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
        raise ScenarioError(f"{file}:{mark.line + 1 if mark else 1}: this is not readable YAML: {said}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ScenarioError(f"{file}:1: this is not readable YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(document, dict):
        raise ScenarioError(f"{file}:1: a scenario should be a mapping with problem, truth and events.")
    document.setdefault("name", Path(file).stem)
    return Written(file, document, _lines(tree, ()))


def _lines(node: yaml.Node | None, route: Route) -> dict[Route, int]:
    found: dict[Route, int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*route, key.value)
            found |= {**_lines(value, below), below: key.start_mark.line + 1}
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            below = (*route, number)
            found |= {**_lines(value, below), below: value.start_mark.line + 1}
    return found


class _Loader(yaml.SafeLoader):
    """YAML where a key given twice is an error, not a silent loss, and nothing stands for something elsewhere."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call] # PyYAML's stubs leave it out
            raise yaml.composer.ComposerError(
                None, None, f"*{event.anchor} refers to another place; write it out", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen = set()
        for key, _value in node.value:
            if str(key.value) in seen:
                said = f"the key {str(key.value)!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)
