"""The store: what keeping a task result costs, and whether listing runs gets slower with ten thousand of them.

The cost is compared with that of writing the same number of bytes to a file with fsync, in the same run: that is what
"it is on the disk" takes at least. A page of `runs` out of 10,000 is compared with the same page out of 100.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import parser, show
from bot.domain.run import RunRequest, TaskResult
from bot.domain.status import TaskStatus
from bot.ports import Wanted
from bot.store.database import database_url
from bot.store.runs import StoredRuns, open_runs_store
from tests.postgresql import a_database

RESULT = TaskResult(task_id="t", title="A task", status=TaskStatus.CLEAR, reason="x" * 200)
FEW = 100


async def seconds_each(do: Callable[[int], Awaitable[object]], times: int) -> float:
    """Return the median seconds of *do*."""
    took = []
    for number in range(times):
        began = time.perf_counter()
        await do(number)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


async def cost_of_a_result(store: StoredRuns, times: int) -> float:
    await store.accept("measured", RunRequest(problem="p"), None)
    taken = await store.take("measured")
    if taken is None:
        raise RuntimeError("what was accepted can be taken")
    journal = taken[1]
    return await seconds_each(
        lambda number: journal.keep_result(RESULT.model_copy(update={"task_id": f"t{number}"})), times
    )


async def cost_of_a_page(store: StoredRuns) -> float:
    return await seconds_each(lambda _: store.lines(Wanted()), 50)


async def fill(store: StoredRuns, first: int, last: int) -> None:
    for number in range(first, last):
        await store.accept(f"run{number}", RunRequest(problem=f"no events {number}", requested_by="U1"), None)


async def cost_of_fsync(folder: Path, times: int) -> float:
    content = RESULT.model_dump_json().encode()
    with (folder / "plain").open("ab", buffering=0) as file:

        async def write(_: int) -> None:
            file.write(content)
            os.fsync(file.fileno())

        return await seconds_each(write, times)


async def measure(runs: int, times: int) -> tuple[dict[str, str], dict[str, float]]:
    raw: dict[str, str] = {}
    line: dict[str, float] = {"runs": runs}
    with tempfile.TemporaryDirectory() as folder:
        fsync_s = await cost_of_fsync(Path(folder), times)
        raw["fsync of a plain file"] = f"{fsync_s * 1000:.2f} ms"
        for mode, url in (("sqlite", None), ("postgresql", await a_database())):
            async with open_runs_store(database_url(url, Path(folder))) as store:
                result_s = await cost_of_a_result(store, times)
                await fill(store, 0, FEW)
                few_s = await cost_of_a_page(store)
                await fill(store, FEW, runs)
                many_s = await cost_of_a_page(store)
            raw[f"{mode}: a task result"] = f"{result_s * 1000:.2f} ms"
            raw[f"{mode}: a page of runs"] = f"{few_s * 1000:.2f} ms of {FEW}, {many_s * 1000:.2f} ms of {runs}"
            line[f"{mode}_result_per_fsync"] = round(result_s / fsync_s, 2)
            line[f"{mode}_result_ms"] = round(result_s * 1000, 2)
            line[f"{mode}_page_growth"] = round(many_s / few_s, 2)
    return raw, line


def main() -> None:
    """Measure, and print."""
    options = parser(__doc__)
    options.add_argument("--runs", type=int, default=10_000, help="runs in the store (default: 10,000)")
    options.add_argument("--times", type=int, default=200, help="results kept (default: 200)")
    given = options.parse_args()
    show(given, *asyncio.run(measure(given.runs, given.times)))


if __name__ == "__main__":
    main()
