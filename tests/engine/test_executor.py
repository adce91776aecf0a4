"""The executor: side by side, never lost, never left running."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.domain.plan import Plan
from bot.domain.run import TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import Guidance, TaskDefinition, WorkflowDefinition
from bot.engine.executor import execute, total
from bot.engine.planner import plan


def task(task_id: str, *needs: str) -> TaskDefinition:
    return TaskDefinition(id=task_id, title=task_id, why="why", needs=needs, agent=Guidance(guidance="look"))


def plan_of(*tasks: TaskDefinition) -> Plan:
    return plan(WorkflowDefinition(id="w", title="W", about="a", tasks=tasks))


def result(one: TaskDefinition, status: TaskStatus = TaskStatus.CLEAR) -> TaskResult:
    return TaskResult(task_id=one.id, title=one.title, status=status)


async def test_tasks_of_a_phase_run_side_by_side() -> None:
    """Each waits for the other at a barrier; one by one, neither would pass it."""
    barrier = asyncio.Barrier(2)

    async def meet(one: TaskDefinition, _: Mapping[str, TaskResult]) -> TaskResult:
        await barrier.wait()
        return result(one)

    results = await asyncio.wait_for(execute(plan_of(task("a"), task("b")), meet), 5)
    assert {one.status for one in results.values()} == {TaskStatus.CLEAR}


async def test_a_slow_task_of_phase_1_does_not_hold_up_a_phase_2_task_that_does_not_need_it() -> None:
    reached = asyncio.Event()

    async def attempt(one: TaskDefinition, _: Mapping[str, TaskResult]) -> TaskResult:
        if one.id == "slow":
            await reached.wait()  # a barrier between the phases would wait here for ever
        if one.id == "second":
            reached.set()
        return result(one)

    results = await asyncio.wait_for(execute(plan_of(task("slow"), task("first"), task("second", "first")), attempt), 5)
    assert set(results) == {"slow", "first", "second"}


async def test_a_task_gets_exactly_the_results_it_needs() -> None:
    given_to: dict[str, set[str]] = {}

    async def attempt(one: TaskDefinition, given: Mapping[str, TaskResult]) -> TaskResult:
        given_to[one.id] = set(given)
        return result(one)

    await execute(plan_of(task("a"), task("b"), task("c", "a")), attempt)
    assert given_to == {"a": set(), "b": set(), "c": {"a"}}


async def test_a_bug_in_one_attempt_fails_that_task_skips_its_dependants_and_costs_nobody_else_anything() -> None:
    async def attempt(one: TaskDefinition, _: Mapping[str, TaskResult]) -> TaskResult:
        if one.id == "broken":
            raise ZeroDivisionError("secret detail")
        return result(one)

    tasks = (task("broken"), task("after", "broken"), task("after_that", "after"), task("apart"))
    results = await execute(plan_of(*tasks), total(attempt))
    assert [results[one.id].status for one in tasks] == [
        TaskStatus.FAILED,
        TaskStatus.SKIPPED,
        TaskStatus.SKIPPED,
        TaskStatus.CLEAR,
    ]
    assert "broken failed" in results["after"].reason
    assert "secret detail" not in results["broken"].reason


async def test_a_stray_cancelled_error_is_a_failed_task_not_a_cancelled_run() -> None:
    async def attempt(one: TaskDefinition, _: Mapping[str, TaskResult]) -> TaskResult:
        if one.id == "stray":
            raise asyncio.CancelledError
        return result(one)

    results = await execute(plan_of(task("stray"), task("apart"), task("after", "stray")), total(attempt))
    assert results["stray"].status is TaskStatus.FAILED
    assert results["apart"].status is TaskStatus.CLEAR
    assert results["after"].status is TaskStatus.SKIPPED


async def test_a_not_checked_need_is_a_result_and_its_dependant_runs() -> None:
    async def attempt(one: TaskDefinition, _: Mapping[str, TaskResult]) -> TaskResult:
        return result(one, TaskStatus.NOT_CHECKED if one.id == "a" else TaskStatus.CLEAR)

    results = await execute(plan_of(task("a"), task("b", "a")), total(attempt))
    assert results["b"].status is TaskStatus.CLEAR


async def test_cancelling_a_run_waits_for_every_clean_up_and_leaves_nothing_running() -> None:
    working = asyncio.Barrier(4)
    cleaned: list[str] = []

    async def attempt(one: TaskDefinition, _: Mapping[str, TaskResult]) -> TaskResult:
        try:
            await working.wait()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # a clean-up that itself needs the loop
            cleaned.append(one.id)
        return result(one)

    before = asyncio.all_tasks()
    run = asyncio.create_task(execute(plan_of(task("a"), task("b"), task("c"), task("d", "a")), total(attempt)))
    await asyncio.wait_for(working.wait(), 5)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert sorted(cleaned) == ["a", "b", "c"]
    assert asyncio.all_tasks() == before
