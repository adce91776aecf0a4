"""A run's tasks on a time axis: where each bar begins and how long it is, as fractions of the whole. Pure."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.domain.run import Run, TaskResult
from bot.domain.status import TaskStatus
from bot.export.critical_path import began, ended, is_time, started

_MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One task. *left* and *width* are fractions of the axis; both are None for a task that never began."""

    title: str
    status: TaskStatus
    left: float | None
    width: float | None
    duration_s: float
    is_critical: bool
    task_id: str


@dataclass(frozen=True, slots=True)
class Band:
    """The tasks of one phase; *number* is None for tasks of no phase."""

    number: int | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture: bands under each other over one axis of *length_s* seconds, with ticks at *ticks_s*."""

    length_s: float
    ticks_s: tuple[float, ...]
    bands: tuple[Band, ...]


def lay_out(run: Run, critical: Collection[str]) -> Timeline:
    """Return the timeline of *run*, the tasks in *critical* marked; its axis begins where the first thing did."""
    ran = [result for result in run.results if started(result)]
    zero = min([began(result) for result in ran] + _finite(run.started_at), default=0.0)
    end = max([ended(result) for result in ran] + _finite(run.finished_at), default=zero)
    length_s = max(end - zero, 0.001)

    def bar(result: TaskResult) -> Bar:
        has_begun = started(result)
        return Bar(
            title=result.title,
            status=result.status,
            left=(began(result) - zero) / length_s if has_begun else None,
            width=(ended(result) - began(result)) / length_s if has_begun else None,
            duration_s=result.duration_s,
            is_critical=result.task_id in critical,
            task_id=result.task_id,
        )

    bands = tuple(Band(number, tuple(map(bar, results))) for number, results in _by_phase(run).items() if results)
    return Timeline(length_s, _ticks(length_s), bands)


def _finite(moment: float) -> list[float]:
    return [moment] if is_time(moment) else []


def _by_phase(run: Run) -> Mapping[int | None, list[TaskResult]]:
    phase_of = {task_id: number for number, phase in enumerate(run.phases, 1) for task_id in phase}
    grouped: dict[int | None, list[TaskResult]] = {number: [] for number in range(1, len(run.phases) + 1)}
    for result in run.results:
        grouped.setdefault(phase_of.get(result.task_id), []).append(result)
    return grouped


def _ticks(length_s: float) -> tuple[float, ...]:
    """Return round moments from 0 on: 1, 2 or 5 of some power of ten apart, and not more than fit."""
    power = 10.0 ** math.floor(math.log10(length_s / _MOST_TICKS))
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if length_s / (factor * power) < _MOST_TICKS)
    return tuple(step * number for number in range(math.floor(length_s / step) + 1))
