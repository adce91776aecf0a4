"""A scenario's file as it is written: read strictly, laid over its surroundings, with the line of every key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    faults: tuple[tuple[int, str], ...] = ()  # lines and what is wrong there with the file as YAML
    whole: bool = True  # whether its surroundings could be read

    def line(self, route: Route) -> int:
        """Return the line of what is at *route*, or of the nearest thing around it in this file."""
        while route and route not in self.lines:
            route = route[:-1]
        return self.lines.get(route, 1)

    def has(self, route: Route) -> bool:
        """Say whether this file itself has something at *route*."""
        return route in self.lines

    def place(self, route: Route) -> str:
        """Return "mine.yml:12" for what is at *route*."""
        return f"{self.name}:{self.line(route)}"


def scenario_names() -> list[str]:
    """List the shipped scenarios."""
    return sorted(entry.name.removesuffix(".yml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".yml"))


def read_scenario(name: str) -> Written:
    """Read a shipped scenario by name, or any other by its path. Raises ScenarioError if it is no YAML mapping.

    What else is wrong with it stands in its faults.
    """
    return _merged(name, depth=0)


def _merged(name: str, depth: int) -> Written:
    written = _read(name)
    below = written.document.get("surroundings")
    if below is None:
        return written
    here = written.line(("surroundings",))
    if depth > _MOST_SURROUNDINGS:
        raise ScenarioError(f"{written.name}:{here}: its surroundings lead in a circle.")
    beside = Path(name).parent / f"{below}.yml"
    try:
        base = _merged(str(beside) if not _is_shipped(str(below)) and beside.is_file() else str(below), depth + 1)
    except ScenarioError as error:
        alone = _on_top(written, {})
        return replace(alone, faults=(*alone.faults, *((here, fault) for fault in error.faults)), whole=False)
    beneath = tuple((here, f"{base.name}:{line}: {said}") for line, said in base.faults)
    merged = _on_top(written, base.document)
    return replace(merged, faults=(*merged.faults, *beneath), whole=base.whole)


def _on_top(ours: Written, base: dict[str, Any]) -> Written:
    """Lay a scenario over its surroundings: streams, roles and REST paths one by one, and null takes one away."""
    document, faults = dict(ours.document), list(ours.faults)
    for section in ("events", "roles", "account", "rest"):
        if not isinstance(document.get(section) or {}, Mapping):
            faults.append((ours.line((section,)), f"{section} should be a mapping of names to what they are."))
            document[section] = {}
    merged = {**{key: base[key] for key in base if key not in {"phrasings", "problem", "truth", "faults"}}, **document}
    for section in ("events", "roles", "account"):
        mine, theirs = document.get(section) or {}, base.get(section) or {}
        pairs = {
            key: _one_on_top(mine[key], theirs.get(key)) if key in mine else theirs[key] for key in {**theirs, **mine}
        }
        merged[section] = {key: value for key, value in pairs.items() if value is not None}
    merged["rest"] = _rest_on_top(document.get("rest") or {}, base.get("rest") or {})
    return replace(ours, document=merged, faults=tuple(faults))


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
    loader = _Loader(text)
    try:
        tree = loader.get_single_node()
        document = loader.construct_document(tree) if tree is not None else None
    except yaml.MarkedYAMLError as error:
        raise ScenarioError(f"{file}:{_where_and_what(error)}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: a date such as 2026-99-99
        raise ScenarioError(f"{file}:1: this is not readable YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(document, dict):
        raise ScenarioError(f"{file}:1: a scenario should be a mapping with problem, truth and events.")
    document.setdefault("name", Path(file).stem)
    return Written(file, document, _lines(tree, ()), tuple(loader.told))


def _where_and_what(error: yaml.MarkedYAMLError) -> str:
    if error.context == "while scanning a quoted scalar" and error.context_mark:  # noticed only where the file ends
        return f"{error.context_mark.line + 1}: the quote that opens here is never closed"
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return f"{line}: this is not readable YAML: {error.problem}"


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
    """YAML where a key given twice is a fault, not a silent loss, and nothing stands for something elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.told: list[tuple[int, str]] = []  # lines and faults, all of them

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call] # PyYAML's stubs leave it out
            self.told.append((event.start_mark.line + 1, f"*{event.anchor} refers to another place; write it out."))
            return yaml.ScalarNode("tag:yaml.org,2002:str", "", event.start_mark, event.end_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen = set()
        for key, _value in node.value:
            if str(key.value) in seen:
                said = f"the key {str(key.value)!r} stands twice; take one away."
                self.told.append((key.start_mark.line + 1, said))
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)
