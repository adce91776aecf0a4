"""What a store keeps of a run while it goes on: enough to go on with it in another process."""

from enum import StrEnum

from bot.domain.evidence import Evidence, Row, SearchQuery
from bot.domain.frozen import Frozen
from bot.domain.run import ModelCall, Problem, Run, RunRequest, TaskResult
from bot.domain.workflow import WorkflowDefinition

FORMAT = 2  # of what is kept; a process leaves runs of a later format to those who can read them


class RunState(StrEnum):
    """How far a run is. The last four are ends: nobody goes on with them."""

    ASKED = "asked"  # taken in, and not read yet
    PLANNED = "planned"  # workflow and problem are settled; results come in
    JUDGED = "judged"  # whole; its report is still to be delivered
    DONE = "done"
    ANSWERED = "answered"  # no run came of it: the person was asked to choose, or was told why not
    FAILED = "failed"
    ABANDONED = "abandoned"  # older than anybody waits for


UNFINISHED = (RunState.ASKED, RunState.PLANNED, RunState.JUDGED)


class KeptPlan(Frozen):
    """What a run was settled to do. It goes on with this even when the workflow's file has changed meanwhile."""

    workflow: WorkflowDefinition
    problem: Problem
    reason: str
    now: float  # epoch seconds: relative times count from here, so that a resumed run asks the same searches
    splunk: str | None = None  # the deployment's name; None for the default


class KeptSearch(Frozen):
    """A search that came back. Without `rows` (too many to keep, or it failed) it may be cited, but not used again."""

    query: SearchQuery
    evidence: Evidence
    rows: tuple[Row, ...] | None = None


def without_rows(entry: Evidence) -> KeptSearch:
    """Return a search of which no more is known than its entry, so that its id stays its own."""
    return KeptSearch(query=SearchQuery(spl=entry.spl, window=entry.window), evidence=entry)


class KeptRun(Frozen):
    """A run as a store has it, taken by one process at a time."""

    id: str
    state: RunState
    request: RunRequest
    place: dict[str, str | bool | None] | None = None  # where its report goes, as the Slack door wrote it
    asked_at: float  # epoch seconds
    epoch: int = 0  # how often it was taken; only the latest taker may write
    plan: KeptPlan | None = None
    results: tuple[TaskResult, ...] = ()
    searches: tuple[KeptSearch, ...] = ()
    model_calls: tuple[ModelCall, ...] = ()
    run: Run | None = None
    thread_ts: str | None = None  # where its status stands, once that was to be posted
    damage: str | None = None  # why nobody can go on with it, in a sentence; what could not be read is left out


class Sending(Frozen):
    """A message that must be neither lost nor doubled: `ts` is None while nobody knows whether it was posted."""

    channel: str
    thread_ts: str | None
    intended_at: float  # epoch seconds
    ts: str | None = None


class Noted(Frozen):
    """A line of the audit log."""

    at: float  # epoch seconds
    who: str  # a Slack id, "" for us, and for one who was forgotten
    what: str  # ask, stop, rerun, refused, forgotten, …
    run_id: str | None
    detail: str | None


class RunLine(Frozen):
    """A run as the list of runs shows it."""

    id: str
    state: str  # a RunState, or one of a later version
    asked_at: float
    asked_by: str
    workflow: str | None
    problem: str
    severity: str | None
    headline: str | None
    duration_s: float | None
