"""The fleet: 1, 2 and 4 workers on one PostgreSQL do the same hundred small runs; then one dies with a run in hand.

Runs are small (two checks) and Splunk answers after a fixed latency, so that what is measured is the handing out and
the store, not the sandbox's own searching; Slack's limits, which all machines share, are off (slack.py has them on).
Ratios are of one machine in one run; all processes share its cores.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import yaml

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import parser, show
from tests.durable.incident import CHANNEL, Incident, an_incident
from tests.postgresql import a_database

PULSE = {
    "WORKER_HEARTBEAT_S": "0.5",
    "WORKER_DEAD_AFTER_S": "2",
    "FLEET_MAX_RUNS": "100",
    "MAX_RUNS": "4",
    "WITHOUT_SLACK_LIMITS": "1",
}
LATENCY_S = 0.5
WITHIN_S = 300.0


def a_check(name: str, minutes: int, *needs: str) -> dict[str, object]:
    """Describe a task whose one search always has a row, and whose rule never hits."""
    spl = f"search index=_internal earliest=-{minutes}m latest=now | stats count"
    probe = {"spl": spl, "earliest": f"-{minutes}m", "latest": "now", "columns": {"count": "number"}}
    action = {"priority": 3, "owner": "o", "do": "look"}
    rule = {
        "id": "never",
        "over": "seen",
        "when": "r.count < 0.0",
        "status": "warning",
        "finding": "?",
        "action": action,
    }
    return {"id": name, "title": name, "why": "?", "needs": list(needs), "probes": {"seen": probe}, "rules": [rule]}


WORKFLOW = {
    "id": "small",
    "title": "Small",
    "about": "Two checks.",
    "words": ["small"],
    "tasks": [a_check("one", 5), a_check("two", 6, "one")],
}


@contextlib.asynccontextmanager
async def a_fleet(workers: int, kill_at: str = "") -> AsyncIterator[Incident]:
    """Start one `serve --intake-only` and *workers*, and yield when it listens; the first may die at *kill_at*."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "small.yml").write_text(yaml.safe_dump(WORKFLOW))
        async with an_incident(Path(folder), database_url=await a_database(), scenario="healthy") as incident:
            incident.splunk.faults.latency_s = LATENCY_S
            environment = {**PULSE, "WORKFLOWS_DIR": folder}
            for number in range(workers):
                await incident.start("work", kill_at="" if number else kill_at, **environment)
            await incident.serve("--intake-only", **environment)
            yield incident


def reported(incident: Incident) -> int:
    workspace = incident.slack.workspace
    return sum(len(workspace.thread(CHANNEL, root.ts)) >= 3 for root in workspace.posts(CHANNEL))


async def throughput(workers: int, runs: int) -> tuple[float, int]:
    """Return the seconds that *runs* took, and by how many later ones a run was overtaken at most."""
    async with a_fleet(workers) as incident:
        await incident.slack.mention("small: warm up", channel=CHANNEL)
        await incident.slack.until(lambda _: reported(incident) == 1, WITHIN_S)
        began = time.monotonic()
        for number in range(runs):
            await incident.slack.mention(f"small: run {number}", channel=CHANNEL)
        await incident.slack.until(lambda _: reported(incident) == runs + 1, WITHIN_S)
        took = time.monotonic() - began
        threads = [
            incident.slack.workspace.thread(CHANNEL, root.ts) for root in incident.slack.workspace.posts(CHANNEL)
        ]
        finished = [float(thread[2].ts) for thread in threads]  # in the order in which they were asked
        overtaken = [sum(later < ours for later in finished[place:]) for place, ours in enumerate(finished)]
        return took, max(overtaken)


async def takeover() -> float:
    """Return the seconds from a worker's death to the report of the run that it had."""
    async with a_fleet(2, kill_at="after keep_result:one") as incident:
        dying = incident.processes[0]
        for number in range(6):  # enough that each worker has some
            await incident.slack.mention(f"small: run {number}", channel=CHANNEL)
        await dying.wait()
        began = time.monotonic()
        await incident.slack.until(lambda _: reported(incident) == 6, WITHIN_S)
        return time.monotonic() - began


async def measure(runs: int, tries: int) -> tuple[dict[str, str], dict[str, float]]:
    taken = {workers: await throughput(workers, runs) for workers in (1, 2, 4)}
    takeovers = [await takeover() for _ in range(tries)]
    alone = taken[1][0]
    raw = {
        f"{workers} workers": f"{runs / took:.1f} runs/s, overtaken {most}" for workers, (took, most) in taken.items()
    }
    raw["takeover"] = ", ".join(f"{seconds:.1f} s" for seconds in takeovers)
    line = {
        "runs": runs,
        "speedup_2": round(alone / taken[2][0], 2),
        "speedup_4": round(alone / taken[4][0], 2),
        "runs_per_s_1": round(runs / alone, 2),
        "overtaken_most": max(most for _, most in taken.values()),
        "takeover_s": round(statistics.median(takeovers), 2),
        "dead_after_s": float(PULSE["WORKER_DEAD_AFTER_S"]),
    }
    return raw, line


def main() -> None:
    """Measure, and print."""
    options = parser(__doc__)
    options.add_argument("--runs", type=int, default=100, help="runs to hand out (default: 100)")
    options.add_argument("--tries", type=int, default=3, help="deaths (default: 3)")
    given = options.parse_args()
    show(given, *asyncio.run(measure(given.runs, given.tries)))


if __name__ == "__main__":
    main()
