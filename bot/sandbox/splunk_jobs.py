"""Search jobs as splunkd keeps them: dispatched, looked at until they are done, cancelled, expired."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.deployment import ScenarioDeployment, peer_down
from bot.sandbox.scenario import FaultSettings
from bot.sandbox.spl import times
from bot.sandbox.spl.context import Context, Message
from bot.sandbox.spl.errors import SearchFailed
from bot.sandbox.spl.pipeline import Search
from bot.sandbox.spl.times import iso
from bot.sandbox.spl.values import Row

_UNBOUNDED = float("inf")


@dataclass(slots=True)
class Faults:
    """What is wrong with Splunk's answers just now; tests switch it while the server runs. See FaultSettings."""

    unauthorized: bool = False
    down: bool = False
    html: bool = False
    busy_times: int = 0
    busy_kind: str = "instance"
    enforce_quota: bool = False
    latency_s: float = 0.0
    polls: int = 2
    fatal_for: str | None = None
    partial_for: str | None = None
    peers_down: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None  # a dispatched search waits for it

    @classmethod
    def of(cls, settings: FaultSettings) -> "Faults":
        return cls(**settings.model_dump())


@dataclass(frozen=True, slots=True)
class Dispatched:
    """A search as it was sent, for tests to look at."""

    sid: str
    spl: str
    earliest_time: str | None
    latest_time: str | None
    parameters: dict[str, str]


@dataclass(slots=True)
class Job:
    """One search job."""

    dispatched: Dispatched
    context: Context
    created: float
    ttl_s: float
    task: asyncio.Task[None] | None = None
    looks: int = 0
    rows: list[Row] = field(default_factory=list)
    failed: bool = False
    finalized: bool = False
    held: bool = False
    ended: float | None = None

    @property
    def messages(self) -> list[Message]:
        return self.context.messages

    async def work(self, search: Search, faults: Faults, most: int) -> None:
        """Wait while held, search in a thread so that the server keeps answering, and keep what came of it."""
        if faults.hold is not None:
            self.held = True
            await faults.hold.wait()
            self.held = False
        try:
            self._strike(faults)
            self.rows = (await asyncio.to_thread(search, self.context))[:most]
        except SearchFailed as error:
            self._fail(str(error))
        except Exception as error:
            self._fail(f"The sandbox failed at this search: {error!r}")  # or its client would read no rows into it
            raise

    def _fail(self, text: str) -> None:
        self.failed = True
        self.context.say("FATAL", text)

    def _strike(self, faults: Faults) -> None:
        if faults.fatal_for is not None and faults.fatal_for in self.dispatched.spl:
            raise SearchFailed(
                'Search process did not exit cleanly, exit_code=111, description="exited with code 111".'
            )
        if faults.partial_for is not None and faults.partial_for in self.dispatched.spl:
            self.context.say("WARN", peer_down(next(iter(faults.peers_down), "idx2")))

    @property
    def finished(self) -> bool:
        return self.ended is not None

    def finalize(self) -> None:
        """Stop early and keep what is there."""
        self.finalized = True
        if self.task is not None:
            self.task.cancel()

    def state(self, polls: int) -> str:
        """As the next look sees it: a job takes some looks until it is done, whatever the clock says."""
        if self.finished and self.looks > polls:
            return "FAILED" if self.failed else "DONE"
        return "QUEUED" if self.looks <= 1 else "RUNNING"

    def content(self, polls: int) -> dict[str, Any]:
        state = self.state(polls)
        done = state in {"DONE", "FAILED"}
        rows = len(self.rows) if done else 0
        return {
            "cursorTime": iso(0),
            "delegate": "",
            "diskUsage": 40960,
            "dispatchState": state,
            "doneProgress": 1 if done else 0.5,
            "dropCount": 0,
            "earliestTime": iso(self.context.earliest),
            "latestTime": "" if self.context.latest == _UNBOUNDED else iso(self.context.latest),
            "eventCount": rows,
            "eventSearch": self.dispatched.spl,
            "isDone": done,
            "isFailed": state == "FAILED",
            "isFinalized": self.finalized,
            "isPaused": False,
            "isPreviewEnabled": False,
            "isRealTimeSearch": False,
            "isSaved": False,
            "isZombie": False,
            "priority": 5,
            "provenance": "rest:jobs",
            "resultCount": rows,
            "resultPreviewCount": rows,
            "runDuration": 0.042,
            "scanCount": rows,
            "sid": self.dispatched.sid,
            "statusBuckets": 0,
            "ttl": int(self.ttl_s),
            "messages": [{"type": each.type, "text": each.text} for each in self.messages] if done else [],
        }


def time_or_none(written: str | None, now: float) -> float | None:
    """Read a bound; None when missing or unreadable: splunkd drops it in silence and searches all time."""
    if not written:
        return None
    try:
        return times.resolve(written, now)
    except (ValueError, OverflowError):
        return None


def context_for(deployment: ScenarioDeployment, now: float, earliest: str | None, latest: str | None) -> Context:
    start, end = time_or_none(earliest, now), time_or_none(latest, now)
    return Context(deployment, now, 0.0 if start is None else start, _UNBOUNDED if end is None else end)


@dataclass(slots=True)
class JobBoard:
    """All jobs by sid; one that ended longer ago than its time to live is gone."""

    clock: Callable[[], float]
    jobs: dict[str, Job] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)

    def find(self, sid: str) -> Job | None:
        job = self.jobs.get(sid)
        if job is not None and job.ended is not None and self.clock() > job.ended + job.ttl_s:
            del self.jobs[sid]
            return None
        return job

    def running(self) -> list[str]:
        return [sid for sid, job in self.jobs.items() if not job.finished]

    def cancel(self, job: Job) -> None:
        """Forget a job, and stop it when it is still at work."""
        sid = job.dispatched.sid
        if job.task is not None and not job.finished:
            job.task.cancel()
            self.cancelled.append(sid)
        self.jobs.pop(sid, None)
