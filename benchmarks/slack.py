"""Slack's limits: 20 runs of ten tasks at once in a sandbox Slack that enforces them, and 100 commands at once.

Splunk is replaced by answers that take seeded times, so that what is measured is Slack. Goals: every report posted,
none twice, no call refused for its rate; every command acknowledged well within Slack's three seconds.
"""

import asyncio
import contextlib
import logging
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import parser, show
from bot.domain.evidence import SearchOutcome, SearchQuery
from bot.domain.workflow import WorkflowDefinition
from bot.engine.caps import Caps
from bot.engine.service import RunService
from bot.ports import RunStore
from bot.sandbox.slack import Message, SandboxSlack
from bot.slack.server import Pace, connect_slack, open_slack
from bot.store.runs import open_runs_store
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, access, task

SEARCH_S = (1.0, 12.0)  # a run of two layers takes about twenty seconds, and wants an edit every three of them
COMMANDS = 100
WITHIN_S = 300.0
FIRST = [task(f"check_{number}", f"Check {number}") for number in range(8)]
THEN = [task(f"later_{number}", f"Later {number}", needs=["check_0"]) for number in range(2)]
WORKFLOW = WorkflowDefinition.model_validate(
    {"id": "ten", "title": "Ten checks", "about": "Ten.", "words": ["no events"], "tasks": [*FIRST, *THEN]}
)


@dataclass
class SlowSplunk(FakeSplunk):
    """Answers after seeded times."""

    chance: random.Random = field(default_factory=lambda: random.Random(6))

    async def search(self, query: SearchQuery) -> SearchOutcome:
        await asyncio.sleep(self.chance.uniform(*SEARCH_S))
        return await super().search(query)


@contextlib.asynccontextmanager
async def a_bot(runs: int, channels: int) -> AsyncIterator[tuple[SandboxSlack, RunStore]]:
    """Open a bot with a store on disk, in a workspace with so many channels and Slack's limits."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            SandboxSlack() as slack,
            open_runs_store(make_url(f"sqlite:///{folder}/runs.db")) as store,
            RunService(
                {WORKFLOW.id: WORKFLOW},
                SlowSplunk({"check_3": (BLOCKED,)}),
                caps=Caps(runs=runs, searches=runs * len(WORKFLOW.tasks)),
            ) as service,
        ):
            slack.enforce_rate_limits = True
            slack.scopes.add("files:write")  # a file with each report: as many calls as there can be
            for number in range(channels):
                slack.workspace.add_channel(f"team-{number}", members=("ana", slack.workspace.bot.id))
            way, pace = access(slack), Pace(run_grace_s=0, grace_s=1)
            async with (
                connect_slack(way, service, store, pace) as connection,
                open_slack(way, connection, service, store, pace),
            ):
                await slack.until_connected()
                yield slack, store


def posted(slack: SandboxSlack, name: str) -> list[tuple[str, Message]]:
    """Return the messages *name* of all runs, each with its run's id."""
    keyed = [(str((m.metadata or {}).get("event_payload", {}).get("key", "")), m) for m in slack.workspace.messages]
    return [(key.split(".")[0], message) for key, message in keyed if key.endswith(f".{name}")]


@dataclass(frozen=True, slots=True)
class Reported:
    """What came of the runs; *report_s* are the seconds from each run's last result to its report in Slack."""

    reports: int
    doubled: int
    calls: Counter[str]
    rate_limited: int
    edits: list[int]
    report_s: list[float]
    took_s: float


async def report(runs: int, channels: int) -> Reported:
    """Ask for all *runs* at once, and wait for the last edit of the last."""
    async with a_bot(runs, channels) as (slack, store):
        began = time.monotonic()
        await asyncio.gather(*(ask(slack, number, channels) for number in range(runs)))
        with contextlib.suppress(TimeoutError):  # then reports are missing, and counted so
            await slack.until(
                lambda _: sum("Done in" in status.text for _, status in posted(slack, "status")) == runs, WITHIN_S
            )
        took_s = time.monotonic() - began
        reports = posted(slack, "report")
        report_s = [float(message.ts) - await last_result_at(store, run_id) for run_id, message in reports]
        return Reported(
            reports=len({run_id for run_id, _ in reports}),
            doubled=len(reports) - len({run_id for run_id, _ in reports}),
            calls=Counter(call.method for call in slack.calls),
            rate_limited=sum(call.outcome == "ratelimited" for call in slack.calls),
            edits=[len(status.history) - 1 for _, status in posted(slack, "status")],
            report_s=report_s,
            took_s=took_s,
        )


async def last_result_at(store: RunStore, run_id: str) -> float:
    kept = await store.load(run_id)
    assert kept is not None and kept.run is not None, f"run {run_id} was reported and is not kept"  # noqa: S101, PT018
    return max((result.started_at or 0) + result.duration_s for result in kept.run.results)


async def ask(slack: SandboxSlack, number: int, channels: int) -> float:
    """Type the command, and return the seconds until it was acknowledged."""
    began = time.monotonic()
    delivery = await slack.command("/troubleshoot", f"no events, {number}", channel=f"team-{number % channels}")
    return time.monotonic() - began if delivery.acked else float("inf")


async def acknowledge(channels: int) -> list[float]:
    """Type all commands at once; their runs are given up."""
    logging.getLogger("bot.slack.threads").setLevel(logging.CRITICAL)
    async with a_bot(COMMANDS, channels) as (slack, _):
        return list(await asyncio.gather(*(ask(slack, number, channels) for number in range(COMMANDS))))


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def figures(runs: int, came: Reported, acks_s: Sequence[float]) -> tuple[dict[str, str], dict[str, float]]:
    raw = {
        "runs": f"{runs} at once, over after {came.took_s:.1f} s",
        "edits a run": f"{min(came.edits)} to {max(came.edits)}",
        **{method: f"{count} calls" for method, count in came.calls.most_common()},
    }
    line = {
        "runs": runs,
        "reports": came.reports,
        "doubled": came.doubled,
        "rate_limited": came.rate_limited,
        "calls_per_run": round(came.calls.total() / runs, 1),
        "edits_least": min(came.edits),
        "edits_most": max(came.edits),
        "report_s_p50": round(percentile(came.report_s, 50), 3),
        "report_s_p99": round(percentile(came.report_s, 99), 3),
        "ack_s_p99": round(percentile(acks_s, 99), 3),
    }
    return raw, line


async def measure(runs: int, channels: int) -> tuple[dict[str, str], dict[str, float]]:
    acks_s = await acknowledge(channels)
    return figures(runs, await report(runs, channels), acks_s)


def main() -> None:
    """Measure, and print; exit with 1 when a report is missing or doubled, or Slack had to say slow down."""
    options = parser(__doc__)
    options.add_argument("--runs", type=int, default=20, help="runs at once (default: 20)")
    options.add_argument("--channels", type=int, default=4, help="channels that they are asked in (default: 4)")
    given = options.parse_args()
    raw, line = asyncio.run(measure(given.runs, given.channels))
    show(given, raw, line)
    sys.exit(0 if line["reports"] == given.runs and not line["doubled"] and not line["rate_limited"] else 1)


if __name__ == "__main__":
    main()
