"""What a run tells those who listen, as it happens. Times are epoch seconds."""

from dataclasses import dataclass, field

from bot.domain.plan import Plan
from bot.domain.run import Problem, Run, TaskResult
from bot.domain.spending import Cost, Spent


@dataclass(frozen=True, slots=True)
class RunQueued:
    """All run slots are taken; `ahead` runs wait before this one."""

    run_id: str
    at: float
    ahead: int


@dataclass(frozen=True, slots=True)
class RunStarted:
    run_id: str
    at: float
    plan: Plan
    problem: Problem
    spent: Spent = field(default_factory=Spent)  # on models, by processes that had the run before


@dataclass(frozen=True, slots=True)
class TaskStarted:
    """The task has its first slot (or needs none): its clock runs."""

    run_id: str
    at: float
    task_id: str


@dataclass(frozen=True, slots=True)
class ProbeFinished:
    """A search came back, or did not: `outcome` is "41 rows", or the error's sentence."""

    run_id: str
    at: float
    task_id: str
    probe: str
    evidence_id: str | None
    duration_s: float
    ok: bool
    outcome: str
    shared: bool = False  # another task asked for the same search first


@dataclass(frozen=True, slots=True)
class ModelCalled:
    """One request to the language model came back, or failed."""

    run_id: str
    at: float
    task_id: str | None  # None for the summary
    model: str
    duration_s: float
    input_tokens: int
    output_tokens: int
    ok: bool
    cost: Cost | None = None  # None without prices in the settings

    @property
    def tokens(self) -> int:
        """Both ways."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """A model called one of its tools, and the tool came back. Its arguments and its answer are nobody's business."""

    run_id: str
    at: float
    task_id: str | None
    tool: str
    duration_s: float
    ok: bool


@dataclass(frozen=True, slots=True)
class AgentFinished:
    """The agent of a task, or the summary's writer (task_id None), is done."""

    run_id: str
    at: float
    task_id: str | None
    duration_s: float
    ok: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class TaskFinished:
    run_id: str
    at: float
    result: TaskResult


@dataclass(frozen=True, slots=True)
class RunFinished:
    run_id: str
    at: float
    run: Run
    kept: bool = True  # False when the store was away: whoever ends the run may keep it yet


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The run itself broke: `reason` is a sentence for a person."""

    run_id: str
    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class RunLeft:
    """The process lets go of the run; another, or the next start, goes on with it.

    `reason` is shown; None when another process has taken the run already, and this one is to say nothing more.
    """

    run_id: str
    at: float
    reason: str | None


RunEvent = (
    RunQueued
    | RunStarted
    | TaskStarted
    | ProbeFinished
    | ModelCalled
    | ToolCalled
    | AgentFinished
    | TaskFinished
    | RunFinished
    | RunFailed
    | RunLeft
)
