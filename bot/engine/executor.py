"""Works through a plan: every attempt is total, phases overlap, and a cancelled run waits for all clean-up.

This is the only module that gathers. Why it is written this way: without `return_exceptions=True` a cancelled gather
returns while its children still clean up; without `shield` one cancelled waiter cancels what it waits for.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from bot.domain.plan import Phase, Plan
from bot.domain.run import TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import TaskDefinition

Attempt = Callable[[TaskDefinition, Mapping[str, TaskResult]], Coroutine[Any, Any, TaskResult]]
"""Does one task with the results it needs. `total` makes any attempt return a result whatever happens inside."""

NO_RESULT = frozenset({TaskStatus.FAILED, TaskStatus.TIMED_OUT, TaskStatus.SKIPPED})
_log = logging.getLogger(__name__)


async def execute(plan: Plan, attempt: Attempt) -> dict[str, TaskResult]:
    """Gather over the phases of *plan*, in each over its tasks, each begun as soon as its needs are met.

    A task runs even while others of an earlier phase still do, so the whole takes its critical path. Cancelling waits
    until every attempt has cleaned up, and then raises CancelledError.
    """
    begun: dict[str, asyncio.Task[TaskResult]] = {}

    async def work(task: TaskDefinition, needs: dict[str, asyncio.Task[TaskResult]]) -> TaskResult:
        given = {need: await asyncio.shield(done) for need, done in needs.items()}
        return await attempt(task, given)

    def begin(task: TaskDefinition) -> asyncio.Task[TaskResult]:
        needs = {need: begun[need] for need in task.needs}  # of earlier phases only: the plan is checked before
        begun[task.id] = asyncio.create_task(work(task, needs), name=task.id)
        return begun[task.id]

    def gather_phase(phase: Phase) -> asyncio.Future[list[TaskResult | BaseException]]:
        return asyncio.gather(*map(begin, phase.tasks), return_exceptions=True)

    await asyncio.gather(*map(gather_phase, plan.phases), return_exceptions=True)
    return {task_id: task.result() for task_id, task in begun.items()}


def total(attempt: Attempt) -> Attempt:
    """Make *attempt* return a result whatever happens: skipped without its needs, failed on a bug.

    Only the cancellation of the task itself passes; a stray CancelledError from inside is a failed result.
    """

    async def attempt_totally(task: TaskDefinition, given: Mapping[str, TaskResult]) -> TaskResult:
        missing = [result for result in given.values() if result.status in NO_RESULT]
        if missing:
            return _without_needs(task, missing)
        started = time.time()
        clock = time.monotonic()
        try:
            return await attempt(task, given)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is None or current.cancelling():
                raise
            _log.exception("task %s: something inside it was cancelled", task.id)
            reason = "internal error: something inside this check was cancelled; the log has it"
        except Exception:  # noqa: BLE001 - a bug in one attempt must not cost the others their results
            _log.exception("task %s broke", task.id)
            reason = "internal error in this check; the log has it"
        return TaskResult(
            task_id=task.id,
            title=task.title,
            status=TaskStatus.FAILED,
            reason=reason,
            started_at=started,
            duration_s=time.monotonic() - clock,
        )

    return attempt_totally


def _without_needs(task: TaskDefinition, missing: list[TaskResult]) -> TaskResult:
    causes = ", ".join(f"{result.title} {result.status.replace('_', ' ')}" for result in missing)
    return TaskResult(
        task_id=task.id, title=task.title, status=TaskStatus.SKIPPED, reason=f"needs what did not come: {causes}"
    )
