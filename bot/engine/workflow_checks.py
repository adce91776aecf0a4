"""Whether a workflow holds together: ids, needs without a circle, gates, causes, and something to do in every task."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from bot.engine.common_parts import Expanded, child, children, probes_of
from bot.engine.file_problem import nearest
from bot.engine.yaml_nodes import Route


def check_workflow(expanded: Expanded, file_id: str) -> None:
    """Note what does not fit together in the workflow of the file named *file_id*.yml."""
    value = expanded.value
    own_id = child(value, "id")
    if isinstance(own_id, str) and own_id != file_id:
        mend = f"Write id: {file_id}, or rename the file {own_id}.yml."
        expanded.add(("id",), f"is {own_id}, and the file is {file_id}.yml", mend)
    tasks = [(number, task) for number, task in children(value, "tasks", dict)]
    _check_ids(expanded, tasks)
    _check_needs(expanded, tasks)
    for number, task in tasks:
        _check_task(expanded, ("tasks", number), task)
    _check_causes(expanded, tasks)


def _check_ids(expanded: Expanded, tasks: list[tuple[int, Any]]) -> None:
    seen: set[str] = set()
    for number, task in tasks:
        name = child(task, "id")
        if isinstance(name, str) and name in seen:
            expanded.add(("tasks", number, "id"), f"there are two tasks {name}", "Rename one.")
        seen.add(str(name))


def _check_needs(expanded: Expanded, tasks: list[tuple[int, Any]]) -> None:
    graph: dict[str, list[str]] = {str(child(task, "id")): [] for _, task in tasks}
    place: dict[tuple[str, str], Route] = {}
    for number, task in tasks:
        name = str(child(task, "id"))
        for position, need in children(task, "needs", str):
            route = ("tasks", number, "needs", position)
            if need in graph:
                graph[name].append(need)
                place.setdefault((name, need), route)
            else:
                expanded.add(route, f"there is no task {need}", nearest(need, set(graph) - {name}))
    _check_circles(expanded, graph, place, "these tasks wait for each other", "needs")


def _check_circles(
    expanded: Expanded, graph: dict[str, list[str]], place: Mapping[tuple[str, str], Route], told: str, links: str
) -> None:
    while circle := _circle(graph):
        last, first = circle[-2:]
        expanded.add(place[last, first], f"{told}: {' → '.join(circle)}", f"Take one of these {links} away.")
        graph[last] = [each for each in graph[last] if each != first]


def _circle(graph: Mapping[str, list[str]]) -> list[str] | None:
    """Return a circle, the first of the file first, each before what it points to; None when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        around: list[str] = error.args[1][:0:-1]
        start = around.index(min(around, key=list(graph).index))
        return [*around[start:], *around[: start + 1]]
    return None


def _check_task(expanded: Expanded, at: Route, task: Mapping[str, Any]) -> None:
    probes = probes_of(task)
    if not probes and not child(task, "agent"):
        expanded.add(at, "has neither a probe nor guidance for an agent", "Add probes: or agent:, or take it out.")
    for number, gate in children(task, "gates", str):
        if gate not in probes:
            expanded.add((*at, "gates", number), f"{gate} is no probe of this task", nearest(gate, probes))


def _check_causes(expanded: Expanded, tasks: list[tuple[int, Any]]) -> None:
    findings = [
        f"{child(task, 'id')}.{child(rule, 'id')}" for _, task in tasks for _, rule in children(task, "rules", dict)
    ]
    graph: dict[str, list[str]] = {finding: [] for finding in findings}
    place: dict[tuple[str, str], Route] = {}
    for number, cause in children(expanded.value, "causes", dict):
        the_cause = str(child(cause, "cause"))
        named: list[tuple[Route, str]] = [(("causes", number, "cause"), the_cause)]
        for position, finding in children(cause, "explains", str):
            named.append((("causes", number, "explains", position), finding))
            if the_cause in graph and finding in graph:
                graph[the_cause].append(finding)
                place.setdefault((the_cause, finding), named[-1][0])
        for route, finding in named:
            if route not in expanded.spoiled and finding not in findings:
                expanded.add(route, f"there is no finding {finding}", nearest(finding, findings))
    _check_circles(expanded, graph, place, "these findings explain each other", "explanations")
