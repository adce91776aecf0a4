"""Which tasks a run's length hung on: the chain that ends in the task that finished last. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.run import Run, TaskResult

_CLOCK_S = 0.005  # a start is read from the wall clock, a duration from another; they may differ by this

LONGEST_S = 1e12  # thirty thousand years


def critical_path(run: Run, needs: Mapping[str, Sequence[str]] | None = None) -> tuple[str, ...]:
    """Return the ids of the tasks on the critical path, the first to begin first.

    *needs* are the workflow's: then each task's predecessor is the one of its needs that ended last. Without them it
    is the task of an earlier phase that ended last before the task began, which is likely and not certain.
    """
    begun = {result.task_id: result for result in run.results if started(result)}
    phase_of = {task_id: number for number, phase in enumerate(run.phases) for task_id in phase}
    path: list[str] = []
    latest = _last(begun.values())
    while latest is not None and latest.task_id not in path:
        path.append(latest.task_id)
        if needs is not None:
            latest = _last(begun[need] for need in needs.get(latest.task_id, ()) if need in begun)
        else:
            latest = _last(_before(latest, begun.values(), phase_of))
    return tuple(reversed(path))


def started(result: TaskResult) -> bool:
    """Whether *result* says when its task ran; times that are no numbers, or of no calendar, say nothing."""
    return result.started_at is not None and is_time(result.started_at) and is_time(result.duration_s)


def is_time(seconds: float) -> bool:
    return math.isfinite(seconds) and abs(seconds) < LONGEST_S


def began(result: TaskResult) -> float:
    """Return when a started task began, in epoch seconds."""
    return result.started_at or 0.0


def ended(result: TaskResult) -> float:
    """Return when a started task ended, in epoch seconds, and never before it began."""
    return began(result) + max(0.0, result.duration_s)


def _last(results: Iterable[TaskResult]) -> TaskResult | None:
    return max(results, key=ended, default=None)


def _before(task: TaskResult, others: Iterable[TaskResult], phase_of: Mapping[str, int]) -> list[TaskResult]:
    phase = phase_of.get(task.task_id, 0)
    return [
        other
        for other in others
        if phase_of.get(other.task_id, phase) < phase and ended(other) <= began(task) + _CLOCK_S
    ]
