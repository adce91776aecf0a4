"""The edges as the engine sees them. Each has two implementations, and its docstring names both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.event import RunEvent
from bot.domain.evidence import Evidence, Row, SearchOutcome, SearchQuery
from bot.domain.names import VisibleNames
from bot.domain.report import Report, SummaryDraft
from bot.domain.run import Finding, Interpretation, Problem, TaskResult
from bot.domain.workflow import TaskDefinition

Observer = Callable[[RunEvent], None]
"""One who listens to runs: the Slack thread, the terminal, telemetry; a list's append in tests.

It returns at once and keeps what it must do later to itself. Its failure is logged and never fails a run."""


class LogSearch(Protocol):
    """Where searches run: `splunk.client.SplunkClient`; in tests `tests.fakes.FakeSplunk`."""

    async def search(self, query: SearchQuery) -> SearchOutcome:
        """Run *query* to its end. Raises SplunkError. When cancelled, the search is cancelled in Splunk too."""
        ...

    async def quota(self) -> int | None:
        """Return how many searches our role may run at once (srchJobsQuota); None when that cannot be seen."""
        ...

    async def names(self) -> VisibleNames:
        """Return the indexes, sourcetypes and hosts that our role may see, bounded in number. Raises SplunkError."""
        ...


@dataclass(frozen=True, slots=True)
class ProbeRows:
    """What a probe saw: its ledger entry, and all rows that came back."""

    probe: str
    evidence: Evidence
    rows: tuple[Row, ...]


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


class TaskAgent(Protocol):
    """One who interprets a task: `agent.task_agent.OpenAITaskAgent`; in tests `tests.fakes.FakeAgent`."""

    async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
        """Read the probes' rows. Raises ModelError. Tells a ModelCalled for each request to the model."""
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
