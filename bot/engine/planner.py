"""Tasks into phases, and what a plan costs: who waits for whom, and the longest chain."""

import heapq
from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter

from bot.domain.plan import Phase, Plan
from bot.domain.workflow import TaskDefinition, WorkflowDefinition
from bot.errors import WorkflowError


def plan(workflow: WorkflowDefinition) -> Plan:
    """Put each task into the phase of its dependency depth. Raises WorkflowError for a cycle or an unknown need."""
    depth: dict[str, int] = {}
    tasks = {task.id: task for task in workflow.tasks}
    for task_id in _in_order(tasks):
        if task_id not in tasks:
            raise WorkflowError(f"{workflow.id}: a task needs {task_id!r}, and there is no such task.")
        depth[task_id] = 1 + max((depth[need] for need in tasks[task_id].needs), default=0)
    phases = [
        Phase(number=number, tasks=tuple(task for task in workflow.tasks if depth[task.id] == number))
        for number in range(1, max(depth.values()) + 1)
    ]
    return Plan(workflow=workflow, phases=tuple(phases))


def _in_order(tasks: dict[str, TaskDefinition]) -> Iterable[str]:
    try:
        return tuple(TopologicalSorter({task.id: task.needs for task in tasks.values()}).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise WorkflowError(f"These tasks wait for each other: {circle}. Take one of the needs away.") from error


def critical_path(
    the_plan: Plan, cost: Callable[[TaskDefinition], float] = lambda _: 1
) -> tuple[tuple[str, ...], float]:
    """Return the dearest chain of tasks and its cost; without *cost*, every task counts 1."""
    best: dict[str, tuple[float, tuple[str, ...]]] = {}
    for task in the_plan.tasks:
        before, chain = max((best[need] for need in task.needs), default=(0.0, ()))
        best[task.id] = (before + cost(task), (*chain, task.id))
    total, path = max(best.values(), key=lambda found: found[0])
    return path, total


def searches(the_plan: Plan) -> dict[tuple[str, str | None, str | None], tuple[str, ...]]:
    """Return the distinct searches (spl, earliest, latest) of a run, each with the `task.probe`s that share it."""
    asked: dict[tuple[str, str | None, str | None], list[str]] = {}
    for task in the_plan.tasks:
        for name, probe in task.probes.items():
            asked.setdefault((probe.spl, probe.earliest, probe.latest), []).append(f"{task.id}.{name}")
    return {search: tuple(by) for search, by in asked.items()}


def rounds(weights: list[float], cap: int) -> float:
    """Return how long *weights* take at the least, in sum over *cap* places, each to the first free place."""
    places = [0.0] * cap
    for weight in weights:
        heapq.heapreplace(places, places[0] + weight)
    return max(places)
