"""Where runs are kept, and what models took."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.kept import KeptPlan, KeptRun, KeptSearch, Noted, RunLine, RunState, Sending
from bot.domain.run import ModelCall, Run, RunRequest, TaskResult
from bot.domain.spending import Spent


class DayBook(Protocol):
    """Who adds up what models took on a day: `store.days.StoredDays`, and `agent.meter.OwnBook` in one process."""

    async def spend(self, day: str, spent: Spent) -> Spent:
        """Add *spent* to *day*, an ISO date, and return all that was spent on it by anybody. Raises StoreError."""
        ...


class Journal(Protocol):
    """One run's own writes: `store.journal.StoredJournal`, and `engine.unkept.Unkept` for runs that nobody resumes.

    Every method raises StoreError, and all but `sending` raise RunTaken once another process has taken the run.
    """

    @property
    def run_id(self) -> str:
        """Whose journal it is."""
        ...

    async def keep_plan(self, plan: KeptPlan) -> None:
        """Settle what the run does."""
        ...

    async def keep_search(self, search: KeptSearch) -> None:
        """Keep a search that came back, before anything is concluded from it."""
        ...

    async def keep_model_call(self, number: int, call: ModelCall) -> None:
        """Keep the run's call *number* to the model, counted from 0."""
        ...

    async def keep_result(self, result: TaskResult) -> None:
        """Keep how a task came out."""
        ...

    async def keep_run(self, run: Run) -> None:
        """Keep the whole; from here on only its report is to be delivered."""
        ...

    async def end(self, state: RunState) -> None:
        """Say how it ended; nobody takes it any more."""
        ...

    async def confirm(self) -> None:
        """Do nothing if the run is still ours."""
        ...

    async def stop_wish(self) -> str | None:
        """Return who wants the run stopped, on whichever machine they said so; None if nobody does."""
        ...

    async def sending(self, name: str) -> Sending | None:
        """Return what is known of the message *name*, whoever sent it; None if none was ever intended."""
        ...

    async def intend(self, name: str, channel: str, thread_ts: str | None) -> None:
        """Say, before it is sent, that a message is about to be."""
        ...

    async def sent(self, name: str, ts: str) -> None:
        """Say that it was posted, as *ts*."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs to list; None does not narrow."""

    since: float | None = None  # epoch seconds
    workflow: str | None = None
    severity: str | None = None
    limit: int = 20
    channel: str | None = None  # where its status stands, in Slack
    thread_ts: str | None = None
    unfinished: bool = False  # only those that go on


class RunStore(Protocol):
    """Where runs are kept: `store.runs.StoredRuns` on SQLite and on PostgreSQL. Every method raises StoreError."""

    @property
    def lasting(self) -> bool:
        """Whether what is kept outlives the process."""
        ...

    @property
    def days(self) -> DayBook:
        """What models took on each day, over all processes."""
        ...

    async def accept(self, run_id: str, request: RunRequest, place: dict[str, str | bool | None] | None) -> bool:
        """Keep a wish for a run; False when its dedupe key was seen before, on any machine."""
        ...

    async def claim(self, key: str) -> bool:
        """Take a delivery for ours; False when it was taken before."""
        ...

    async def release(self, key: str) -> None:
        """Give a claim back, so that the person may try again."""
        ...

    async def take(self, run_id: str) -> tuple[KeptRun, Journal] | None:
        """Take a run over, fencing off whoever had it; None if it has ended, StoreError if a newer version's it is.

        A damaged one is taken too, for somebody must say so: its `damage` does.
        """
        ...

    async def unfinished(self) -> tuple[str, ...]:
        """Return the ids of runs with a place to report to that have not ended, the oldest first."""
        ...

    async def lines(self, wanted: Wanted) -> tuple[RunLine, ...]:
        """Return runs, the newest first."""
        ...

    async def load(self, run_id: str, *, rows: bool = True) -> KeptRun | None:
        """Return a run as it stands, taking nothing over. A unique beginning of its id is enough.

        Its searches, which may be megabytes of rows, are left out without *rows*.
        """
        ...

    async def ask_to_stop(self, run_id: str, who: str) -> bool:
        """Wish a run stopped, for whoever conducts it to see; False when it has ended."""
        ...

    async def note(self, who: str, what: str, run_id: str | None = None, detail: str | None = None) -> None:
        """Write a line of the audit log."""
        ...

    async def notes(self, since: float | None, limit: int) -> tuple[Noted, ...]:
        """Return lines of the audit log, the newest first; *since* in epoch seconds."""
        ...

    async def rate(self, run_id: str, who: str, *, helped: bool, reason: str | None = None) -> bool:
        """Keep what a person thinks of a report, in place of what they thought before; False for a run that is gone."""
        ...

    async def add_search(self, run_id: str, search: KeptSearch) -> bool:
        """Keep a search that a question about an ended run took; False where another has its id, or the run is gone."""
        ...

    async def forget(self, *, run_id: str | None = None, user: str | None = None) -> int:
        """Remove all that is kept of a run, or of all runs that *user* asked for; return how many runs."""
        ...

    async def expire(self, older_than: float) -> int:
        """Remove what ended before *older_than*, in epoch seconds; return how many runs."""
        ...
