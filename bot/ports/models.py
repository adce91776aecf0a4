"""What a language model is asked, and who asks it."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.report import Report, SummaryDraft
from bot.domain.run import Finding, Interpretation, Problem, Run, TaskResult
from bot.domain.workflow import TaskDefinition, WorkflowDefinition
from bot.ports.observing import Observer
from bot.ports.searching import AgentSearch, ProbeRows


@dataclass(frozen=True, slots=True)
class TaskBrief:
    """All that an agent gets to interpret one task."""

    run_id: str
    task: TaskDefinition
    problem: Problem
    probes: tuple[ProbeRows, ...]
    needs: tuple[TaskResult, ...]  # results of the tasks this one depends on
    findings: tuple[Finding, ...]  # the rules' own
    reason: str  # why the rules could not say clear
    look: AgentSearch | None = None  # None: it gets no tools
    splunk: str = ""  # the deployment's name; "" where there is only one


@dataclass(frozen=True, slots=True)
class FollowUpBrief:
    """All that an agent gets to answer a question about a finished run."""

    run: Run
    workflow: WorkflowDefinition
    question: str
    earlier: tuple[tuple[str, str], ...]  # questions and answers before it in the same thread, the oldest first
    cited: tuple[ProbeRows, ...]  # what the report rests on
    look: AgentSearch
    searches: int  # how many `look` will do
    splunk: str = ""  # as a task's


class TaskAgent(Protocol):
    """One who reads tasks and answers questions: `agent.task_agent.OpenAITaskAgent`; in tests, `FakeAgent`."""

    async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
        """Read the probes' rows. Tells a ModelCalled for each request. Raises ModelError and StoreError."""
        ...

    async def answer(self, brief: FollowUpBrief, tell: Observer) -> Interpretation:
        """Answer a question about a whole run. Raises and tells as `interpret`."""
        ...


@dataclass(frozen=True, slots=True)
class SummaryBrief:
    """All that a writer gets to draft a report's prose: the report as the rules wrote it."""

    run_id: str
    problem: Problem
    results: tuple[TaskResult, ...]
    floor: Report


class SummaryWriter(Protocol):
    """One who drafts a report's prose: `agent.summary_writer.OpenAISummaryWriter`; in tests `FakeWriter`."""

    async def draft(self, brief: SummaryBrief, tell: Observer) -> SummaryDraft:
        """Write the narrow prose. Raises ModelError."""
        ...
