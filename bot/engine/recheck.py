"""Checking again, pure: what a later run keeps of an earlier one, and what became of each of its findings.

Only what was checked and clear is kept. Whatever cannot be said with certainty to be over is said to be still there, or
not to be known.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.kept import KeptPlan, KeptSearch, without_rows
from bot.domain.run import CheckedAgain, Finding, Problem, Run, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import WorkflowDefinition

_NUMBER = re.compile(r"(?<![\w.])\d[\d.,:]*(?!\w)")
_LOOKED = frozenset({TaskStatus.CLEAR, TaskStatus.WARNING, TaskStatus.CRITICAL})


class Kept(NamedTuple):
    """What needs no second look: results, and the searches that they cite, whose rows nobody may use again."""

    results: tuple[TaskResult, ...]
    searches: tuple[KeptSearch, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """The run that is checked again, and the IANA time zone of whoever reads what became of it."""

    run: Run
    time_zone: str = "UTC"


def is_worth_it(run: Run) -> bool:
    """Say whether anything was found or left unchecked."""
    return any(result.status is not TaskStatus.CLEAR for result in run.results)


def plan_again(before: KeptPlan, run_id: str, now: float) -> KeptPlan:
    """Return the same plan as of *now*. A time that the problem ended at is dropped: what holds now is asked."""
    problem = before.problem
    until_now = Problem(
        text=problem.text,
        parameters=problem.parameters.model_copy(update={"latest": None}),
        understood=tuple(each for each in problem.understood if each.name != "latest"),
        unread=problem.unread,
    )
    reason = f"checks again what run {run_id} found or could not check"
    return KeptPlan(workflow=before.workflow, problem=until_now, reason=reason, now=now, splunk=before.splunk)


def keep_clear(run: Run, workflow: WorkflowDefinition) -> Kept:
    """Keep what was clear, unless a task that is looked at again needs it."""
    again = {result.task_id for result in run.results if result.status is not TaskStatus.CLEAR}
    needs = {task.id: task.needs for task in workflow.tasks}
    waiting = list(again)
    while waiting:
        new = {need for need in needs.get(waiting.pop(), ()) if need not in again}
        again |= new
        waiting += new
    results = tuple(result for result in run.results if result.task_id not in again and result.task_id in needs)
    cited = {entry for result in results for entry in (*result.evidence, *result.searched)}
    searches = tuple(without_rows(entry) for entry in run.evidence if entry.id in cited)
    return Kept(results, searches)


def compare(before: Before, results: Sequence[TaskResult], kept: Kept, now: float) -> CheckedAgain:
    """Say of each earlier finding whether it has cleared, is still there, or cannot be told; and what is new."""
    later = {result.task_id: result for result in results}
    found = [(finding, result.task_id) for result in before.run.results for finding in result.findings]
    still, new = _matched([finding for finding, _ in found], [each for result in results for each in result.findings])
    outcomes = [
        f"still: {match.text}" if match else _gone(finding, later.get(task_id), before.time_zone, now)
        for match, (finding, task_id) in zip(still, found, strict=True)
    ]
    return CheckedAgain(
        of=before.run.id,
        reported=_clock(before.run.finished_at, before.time_zone),
        kept=len(kept.results),
        outcomes=(*outcomes, *(f"new: {finding.text}" for finding in new)),
    )


def _matched(earlier: Sequence[Finding], later: Sequence[Finding]) -> tuple[list[Finding | None], list[Finding]]:
    """Find each earlier finding among the later ones, and return what is left of these.

    First those of one rule and host in the same words but for the numbers; then, in doubt, any of that rule and host.
    """
    left = list(later)
    still: list[Finding | None] = [None] * len(earlier)
    for strict in (True, False):
        for place, finding in enumerate(earlier):
            if still[place] is None and (match := _match(finding, left, strict=strict)):
                left.remove(match)
                still[place] = match
    return still, left


def _match(finding: Finding, later: Sequence[Finding], *, strict: bool) -> Finding | None:
    of_rule = (each for each in later if each.id == finding.id and each.host == finding.host)
    return next((each for each in of_rule if not strict or _wording(each.text) == _wording(finding.text)), None)


def _wording(text: str) -> str:
    return _NUMBER.sub("#", text)


def _gone(finding: Finding, result: TaskResult | None, time_zone: str, now: float) -> str:
    if result is None or result.status not in _LOOKED or result.gaps:
        why = (result.reason or (result.gaps[0].reason if result.gaps else "")) if result else ""
        return f"not known: {finding.text}" + (f" ({why})" if why else "")
    ended = now if result.started_at is None else result.started_at + result.duration_s
    return f"cleared {_clock(ended, time_zone)}: {finding.text}"


def _clock(at: float, time_zone: str) -> str:
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    here = datetime.fromtimestamp(at, zone)
    return f"{here:%H:%M} {here.tzname()}"
