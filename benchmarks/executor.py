"""The executor: wall time over critical path, what an empty task costs, and the event loop's lag under 100 runs.

Goals: ratio_10 and ratio_200 at most 1.05, empty_vs_gather at most 3. All ratios are taken within one run.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import arguments, show
from bot.domain.plan import Plan
from bot.domain.run import TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import Guidance, TaskDefinition, WorkflowDefinition
from bot.engine.executor import execute, total
from bot.engine.planner import critical_path, plan

ROUNDS = 51  # of empty tasks: the median of so many, ours and the bare gather in turn
LAG_PERIOD_S = 0.005
RUNS = 100


def layered(sizes: list[int], seed: int) -> tuple[Plan, dict[str, float]]:
    """Return a plan with *sizes* tasks a layer, each needing two of the layer before, and uneven seconds for each."""
    chance = random.Random(seed)
    tasks: list[TaskDefinition] = []
    before: list[str] = []
    for number, size in enumerate(sizes):
        layer = [f"t{number}_{place}" for place in range(size)]
        tasks.extend(
            TaskDefinition(
                id=name,
                title=name,
                why="why",
                needs=tuple(chance.sample(before, min(2, len(before)))),
                agent=Guidance(guidance="none"),
            )
            for name in layer
        )
        before = layer
    seconds = {task.id: chance.choice([0.02, 0.05, 0.1, 0.3]) for task in tasks}
    return plan(WorkflowDefinition(id="w", title="W", about="a", tasks=tuple(tasks))), seconds


async def wall_over_critical_path(the_plan: Plan, seconds: Mapping[str, float]) -> tuple[float, float]:
    """Return the wall time of one execution and the critical path, both in seconds."""

    async def sleep(task: TaskDefinition, _: Mapping[str, TaskResult]) -> TaskResult:
        await asyncio.sleep(seconds[task.id])
        return TaskResult(task_id=task.id, title=task.title, status=TaskStatus.CLEAR)

    started = time.perf_counter()
    await execute(the_plan, total(sleep))
    return time.perf_counter() - started, critical_path(the_plan, lambda task: seconds[task.id])[1]


async def empty_vs_gather(the_plan: Plan) -> tuple[float, float]:
    """Return the median seconds of executing empty tasks, and of a bare gather of the same coroutines."""
    results = {
        task.id: TaskResult(task_id=task.id, title=task.title, status=TaskStatus.CLEAR) for task in the_plan.tasks
    }

    async def nothing(task: TaskDefinition, _: Mapping[str, TaskResult]) -> TaskResult:
        return results[task.id]

    ours, bare = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await execute(the_plan, total(nothing))
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        await asyncio.gather(*(nothing(task, {}) for task in the_plan.tasks))
        bare.append(time.perf_counter() - started)
    return statistics.median(ours), statistics.median(bare)


async def lag_p99_ms() -> float:
    """Return the 99th percentile of how late a timer fires while 100 runs of ten tasks go on."""
    the_plan, seconds = layered([8, 2], seed=3)
    lags: list[float] = []

    async def watch() -> None:
        while True:
            due = time.perf_counter() + LAG_PERIOD_S
            await asyncio.sleep(LAG_PERIOD_S)
            lags.append(max(0.0, time.perf_counter() - due))

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(wall_over_critical_path(the_plan, seconds) for _ in range(RUNS)))
    watching.cancel()
    await asyncio.wait({watching})
    return 1000 * statistics.quantiles(lags, n=100)[98]


async def main() -> None:
    """Measure, and print."""
    options = arguments(__doc__)
    wall_10, path_10 = await wall_over_critical_path(*layered([8, 2], seed=1))
    wall_200, path_200 = await wall_over_critical_path(*layered([40, 40, 40, 30, 30, 20], seed=2))
    ours, bare = await empty_vs_gather(layered([40, 40, 40, 30, 30, 20], seed=2)[0])
    lag = await lag_p99_ms()
    raw = {
        "10 tasks in 2 layers": f"{wall_10:.4f} s for a critical path of {path_10:.4f} s",
        "200 tasks in 6 layers": f"{wall_200:.4f} s for a critical path of {path_200:.4f} s",
        "200 empty tasks": f"{ours * 1000:.2f} ms, a bare gather of them {bare * 1000:.2f} ms (medians of {ROUNDS})",
        f"{RUNS} runs of 10 tasks": f"event-loop lag {lag:.2f} ms at p99",
    }
    line = {
        "ratio_10": round(wall_10 / path_10, 3),
        "ratio_200": round(wall_200 / path_200, 3),
        "empty_vs_gather": round(ours / bare, 2),
        "lag_p99_ms": round(lag, 2),
    }
    show(options, raw, line)


if __name__ == "__main__":
    asyncio.run(main())
