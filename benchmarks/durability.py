"""Durability: the bot is killed with SIGKILL in the middle of a run, started again, and judged by what stands in Slack.

It is killed at every named point (before and after each store write and each call to Slack) and at seeded random
moments, with SQLite and with PostgreSQL. Lost: no report after all. Doubled: more than one report or status message.
Repeated: searches asked again although their answer had been kept. Takes about half an hour; --points and --moments
make it shorter.
"""

import asyncio
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import parser, show
from bot.store.database import database_url
from bot.store.runs import open_runs_store
from tests.durable.incident import Incident, an_incident
from tests.postgresql import a_database

SIDE_BY_SIDE = 3  # incidents at once
RUN_S = 3.0  # random moments lie within about a run's length
QUICK = {"WORKER_HEARTBEAT_S": "0.3", "WORKER_DEAD_AFTER_S": "1.5"}
MODES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Kill:
    """One death: at a named point, or so many seconds after the person asked."""

    mode: str
    point: str = ""
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    kill: Kill
    died: bool
    reports: int
    statuses: int
    repeated: int  # searches whose answer had been kept, and which were asked again
    resume_s: float  # from the second start until the run has ended


async def survive(kill: Kill) -> Outcome:
    """Kill the bot once, start it again, and count."""
    url = await a_database() if kill.mode == "postgresql" else ""
    with tempfile.TemporaryDirectory() as folder:
        async with an_incident(Path(folder), database_url=url) as incident:
            first = await incident.serve(kill_at=kill.point, **QUICK)
            await incident.ask()
            if kill.point:
                died = await first.wait() == -9
            else:
                await asyncio.sleep(kill.after_s)
                died = first.returncode is None
                first.kill()
                await first.wait()
            kept, asked = await kept_searches(incident), len(incident.splunk.searches)
            began = time.monotonic()
            await incident.serve(**QUICK)
            with contextlib.suppress(TimeoutError):  # then it is lost, and counted so
                await incident.until_ended()
            again = {search.spl for search in incident.splunk.searches[asked:]}
            return Outcome(
                kill,
                died,
                len(incident.reports()),
                len(incident.statuses()),
                len(kept & again),
                time.monotonic() - began,
            )


async def kept_searches(incident: Incident) -> set[str]:
    """Return the SPL of all searches whose rows the store has."""
    given = incident.environment["DATABASE_URL"] or None
    async with open_runs_store(database_url(given, Path(incident.environment["DATA_DIR"]))) as store:
        runs = [await store.load(run_id) for run_id in await store.unfinished()]
    return {each.query.spl for run in runs if run for each in run.searches if each.rows is not None}


async def points_of(mode: str) -> list[str]:
    """Run once unharmed, and return every point that was passed."""
    url = await a_database() if mode == "postgresql" else ""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "points"
        async with an_incident(Path(folder), database_url=url) as incident:
            await incident.serve(CRASH_POINTS=str(log), **QUICK)
            await incident.ask()
            await incident.until_ended()
        return log.read_text().splitlines()


async def side_by_side(kills: Sequence[Kill], do: Callable[[Kill], Awaitable[Outcome]]) -> list[Outcome]:
    slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(kill: Kill) -> Outcome:
        async with slots:
            outcome = await do(kill)
        good = outcome.reports == outcome.statuses == 1 and not outcome.repeated
        where = kill.point or f"{kill.after_s:.2f} s after the question"
        print(f"{'✓' if good else '✗'} {kill.mode:10} {where}", file=sys.stderr)
        return outcome

    return list(await asyncio.gather(*map(one, kills)))


async def measure(modes: Sequence[str], points: int | None, moments: int, seed: int) -> list[Outcome]:
    drawn = random.Random(seed)
    kills: list[Kill] = []
    for mode in modes:
        named = await points_of(mode)
        chosen = named if points is None else drawn.sample(named, min(points, len(named)))
        kills += [Kill(mode, point) for point in chosen]
        kills += [Kill(mode, after_s=drawn.uniform(0, RUN_S)) for _ in range(moments)]
    return await side_by_side(kills, survive)


def main() -> None:
    """Measure, and print."""
    options = parser(__doc__)
    options.add_argument("--points", type=int, help="only so many of the named points (default: all)")
    options.add_argument("--moments", type=int, default=50, help="random moments in each mode (default: 50)")
    options.add_argument("--mode", choices=MODES, action="append", help="only this store (default: both)")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    outcomes = asyncio.run(measure(given.mode or MODES, given.points, given.moments, given.seed))
    died = [each for each in outcomes if each.died]
    resumed_s = [each.resume_s for each in died]
    bad = [each for each in outcomes if each.reports != 1 or each.statuses != 1 or each.repeated]
    raw = {f"{each.kill.mode} {each.kill.point or f'{each.kill.after_s:.2f} s'}": str(each) for each in bad}
    line = {
        "kills": len(died),
        "lost": sum(each.reports == 0 for each in outcomes),
        "doubled": sum(each.reports > 1 or each.statuses > 1 for each in outcomes),
        "repeated_searches": sum(each.repeated for each in outcomes),
        "resume_s_median": round(statistics.median(resumed_s), 2),
        "resume_s_max": round(max(resumed_s), 2),
    }
    show(given, raw, line)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
