"""A workflow file with what it takes from common.yml put in, each part still knowing where it was written."""

import copy
from dataclasses import dataclass, field
from typing import Any

from bot.engine.file_problem import FileProblem, nearest
from bot.engine.yaml_nodes import Document, Place, Route

TAKEN = "common"  # the word that takes a part: `queues: common` among probes, `- common: queue_full` among rules


@dataclass(slots=True)
class Expanded:
    """The plain data of one file, and the way back from a route to its place and its field's name."""

    document: Document
    value: Any
    borrowed: dict[Route, tuple[Document, Route]] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)
    spoiled: set[Route] = field(default_factory=set)  # what cannot be used, for reasons already told

    def add(self, route: Route, problem: str, mend: str, *, at_key: bool = False, offset: int | None = None) -> None:
        """Note a problem at *route*: at its value, its key, or the character at *offset* of its text."""
        document, there = self._origin(route)
        place = document.key(there) if at_key else document.place(there)
        if offset is not None:
            place = document.inside(there, offset)
        self._note(document.file, place, route, problem, mend)

    def add_at_use(self, route: Route, problem: str, mend: str) -> None:
        """Note a problem that is this file's, although what it is about may stand in common.yml."""
        self._note(self.document.file, self.document.place(route), route, problem, mend)

    def add_faults(self) -> None:
        """Note what is wrong with the YAML itself."""
        for fault in self.document.faults:
            self._note(self.document.file, fault.place, fault.route, fault.problem, fault.mend)
            self.spoiled |= {fault.route} if fault.spoils else set()

    def _note(self, file: str, place: Place, route: Route, problem: str, mend: str) -> None:
        self.problems.append(FileProblem(file, place.line, place.column, self._name(route), problem, mend))

    def _origin(self, route: Route) -> tuple[Document, Route]:
        for length in range(len(route), 0, -1):
            if route[:length] in self.borrowed:
                document, there = self.borrowed[route[:length]]
                return document, there + route[length:]
        return self.document, route

    def _name(self, route: Route) -> str:
        """Write *route* with ids in place of list positions: tasks.license.rules.expired.when."""
        words, value = [], self.value
        for step in route:
            value = child(value, step)
            known = child(value, "id") if isinstance(step, int) else None
            words.append(known if isinstance(known, str) else str(step))
        return ".".join(words)


def child(value: Any, step: str | int) -> Any:
    """Return what is at *step* of *value*, None where there is no such thing."""
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def children(value: Any, name: str, kind: type) -> list[tuple[Any, Any]]:
    """Return the (key, item) pairs of the list or mapping *name* in *value* whose items are of *kind*."""
    held = child(value, name)
    pairs = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    return [(key, item) for key, item in pairs if isinstance(item, kind)]


def probes_of(task: Any) -> dict[str, Any]:
    """Return the probes of *task*, whatever they are."""
    held = child(task, "probes")
    return held if isinstance(held, dict) else {}


def expand(document: Document, common: Document) -> Expanded:
    """Put in what *document* takes from *common*; notes the names that are not there."""
    expanded = Expanded(document, document.value)
    probes: dict[str, Route] = {name: ("probes", name) for name, _ in children(common.value, "probes", dict)}
    rules: dict[str, Route] = {
        str(child(rule, "id")): ("rules", number) for number, rule in children(common.value, "rules", dict)
    }
    for number, task in children(document.value, "tasks", dict):
        declared = probes_of(task)
        for name in [name for name, word in declared.items() if word == TAKEN]:
            declared[name] = _take(expanded, common, ("tasks", number, "probes", name), probes, name)
        for position, rule in children(task, "rules", dict):
            if list(rule) == [TAKEN]:
                at: Route = ("tasks", number, "rules", position)
                task["rules"][position] = _take(expanded, common, at, rules, str(rule[TAKEN]))
    return expanded


def _take(expanded: Expanded, common: Document, at: Route, known: dict[str, Route], name: str) -> Any:
    if name not in known:
        kind = str(at[-2]).removesuffix("s")
        expanded.add(at, f"{common.file} has no {kind} {name}", nearest(name, known), at_key=True)
        expanded.spoiled.add(at)
        return None
    expanded.borrowed[at] = (common, known[name])
    part = common.value
    for step in known[name]:
        part = part[step]
    return copy.deepcopy(part)
