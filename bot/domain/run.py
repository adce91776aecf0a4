"""One pass through a workflow: what was asked, what each task found, and the whole of it."""

from typing import Literal

from pydantic import Field

from bot.domain.evidence import Evidence
from bot.domain.frozen import Frozen
from bot.domain.report import ActionItem, Confidence, Gap, Report, RootCause
from bot.domain.spending import Cost
from bot.domain.status import TaskStatus


class Parameters(Frozen):
    """What the person named; None where they did not."""

    index: str | None = None
    sourcetype: str | None = None
    host: str | None = None
    source: str | None = None
    earliest: str | None = None  # a Splunk time modifier or ISO stamp
    latest: str | None = None

    def named(self) -> dict[str, str]:
        """Return only what was named."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class Understood(Frozen):
    """One parameter as it was taken from the text, so that the person can see and correct it."""

    name: Literal["index", "sourcetype", "host", "source", "earliest", "latest"]
    value: str
    said: str  # the words of the text that told it
    how: Literal["typed", "matched"]  # typed as such, or a bare word that is a name in Splunk
    shown: str  # as the person reads it: "index=web", "since 10:15 UTC"

    def __str__(self) -> str:
        return self.shown if self.how == "typed" else f"{self.shown} (matched)"


class Problem(Frozen):
    """The person's text, secrets masked, and the parameters understood in it."""

    text: str
    parameters: Parameters = Parameters()
    understood: tuple[Understood, ...] = ()
    unread: tuple[str, ...] = ()  # what it says of names and times beside that, and nobody could read

    @property
    def not_understood(self) -> str:
        """Say what was left out of account, "" when nothing was."""
        return f"I did not understand: {', '.join(self.unread)}" if self.unread else ""


class RunRequest(Frozen):
    """A wish for a run, from wherever it came."""

    problem: str
    workflow: str | None = None  # an id; None lets the selector choose
    requested_by: str = ""
    dedupe_key: str | None = None  # the same key never starts a second run
    time_zone: str = "UTC"  # IANA name, for "since 10:15"
    splunk: str | None = None  # a deployment's name; None for the default
    again_of: str | None = None  # the id of a run of which only what was not clear is checked again


class Finding(Frozen):
    """Something wrong, with its evidence."""

    id: str  # task.rule
    status: Literal[TaskStatus.CRITICAL, TaskStatus.WARNING]
    text: str
    evidence: tuple[str, ...]  # ledger ids
    action: ActionItem | None = None
    host: str | None = None  # the one host it is about
    stage: int | None = None  # its place in the rule's chain, 0 the furthest downstream
    named: bool = False  # about the very index, host or other thing that the person named
    elsewhere: bool = False  # about another index than the one that the person named


class Note(Frozen):
    """Something that changed: context of whatever is wrong, and never its cause by itself."""

    at: float  # epoch seconds
    text: str
    evidence: tuple[str, ...]  # ledger ids


class Claim(Frozen):
    """One thing that a model says it found. It never changes a task's status, a severity or the root cause."""

    text: str
    evidence: tuple[str, ...] = ()  # cited ids of searches that the task has seen
    doubt: str | None = None  # why it is unverified; None: its names and numbers stand in what it cites
    severity: Literal["critical", "warning", "info"] = "info"  # the model's own: it sorts claims and decides nothing


class Interpretation(Frozen):
    """A model's reading of one task. It never changes the task's status."""

    text: str
    evidence: tuple[str, ...] = ()  # cited ids that exist among the task's evidence
    unverified: tuple[str, ...] = ()  # cited ids that do not
    confidence: Confidence | None = None  # the model's own, so worth little
    doubt: str | None = "it was not held against its evidence"  # as of a claim; what older versions kept never was
    claims: tuple[Claim, ...] = ()
    missed: tuple[str, ...] = ()  # what its agent should have had and did not: MCP servers that were down

    @property
    def verified(self) -> tuple[Claim, ...]:
        """The claims whose names and numbers stand in what they cite, worst first as the model has it."""
        return tuple(claim for claim in self.claims if claim.doubt is None)


class TaskResult(Frozen):
    """How one task came out. `reason` says in a line why it is not clear."""

    task_id: str
    title: str
    status: TaskStatus
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[Note, ...] = ()
    reason: str = ""
    evidence: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()  # ledger ids of all its searches, those that failed among them
    interpretation: Interpretation | None = None
    model_note: str | None = None  # why no model interpreted it, when one should have
    scope: str | None = None  # what a clear does not cover
    ask: str | None = None
    started_at: float | None = None  # epoch seconds; None if it never started
    duration_s: float = 0

    @property
    def line(self) -> str:
        """The one line that a person reads beside the task's name."""
        if self.findings:
            more = f" (+{len(self.findings) - 1} more)" if len(self.findings) > 1 else ""
            return self.findings[0].text + more
        found = self.interpretation.verified[:1] if self.interpretation else ()
        if found and self.status is not TaskStatus.CLEAR:
            told = f"a model found, checked against {', '.join(found[0].evidence)}: {found[0].text}"
            return f"{self.reason}; {told}" if self.reason else told
        return self.reason or ("nothing wrong found" if self.status is TaskStatus.CLEAR else "")


class ModelCall(Frozen):
    """One request to the language model, as the trace shows it."""

    task_id: str | None = None  # None for the summary
    model: str
    ended_at: float  # epoch seconds
    duration_s: float
    input_tokens: int = 0
    output_tokens: int = 0
    ok: bool = True
    cost: Cost | None = None  # by the prices of the settings at the time; None without

    @property
    def tokens(self) -> int:
        """Both ways."""
        return self.input_tokens + self.output_tokens


class ToolCall(Frozen):
    """One use of a tool by a model, as the trace shows it."""

    task_id: str | None = None
    tool: str
    ended_at: float  # epoch seconds
    duration_s: float
    ok: bool = True


class Usage(Frozen):
    """What a run cost."""

    searches: int = 0
    model_calls: int = 0
    tokens: int = 0


class CheckedAgain(Frozen):
    """What became of an earlier run's findings."""

    of: str  # that run's id
    reported: str  # when, as the person reads it: "10:32 CET"
    kept: int  # results that were clear and were not looked at again
    outcomes: tuple[str, ...]  # "cleared 10:42 CET: …", "still: …", "not known: …", "new: …"


class Run(Frozen):
    """One pass, whole: this is what `run --json` prints and `summarize` reads."""

    id: str
    workflow: str
    title: str
    problem: Problem
    splunk: str = ""  # the deployment's name; "" where there is only one
    requested_by: str = ""
    phases: tuple[tuple[str, ...], ...]
    started_at: float
    finished_at: float
    stopped: str | None = None  # why it ended early
    results: tuple[TaskResult, ...]
    evidence: tuple[Evidence, ...] = ()
    diagnosis: RootCause | None = None
    report: Report
    usage: Usage = Field(default_factory=Usage)
    model_calls: tuple[ModelCall, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()  # of the process that ended the run; an earlier one's are not kept
    again: CheckedAgain | None = None
    notes: tuple[str, ...] = ()  # what the whole run should know: "searches capped at 3, the role's quota"
