"""RunService: starts, queues, stops and finishes runs. It owns every run it starts."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.domain.event import RunQueued
from bot.domain.kept import KeptPlan
from bot.domain.plan import Plan
from bot.domain.run import Problem, Run, RunRequest
from bot.domain.workflow import WorkflowDefinition
from bot.engine.caps import Caps
from bot.engine.conductor import Conductor, Doors, Earlier
from bot.engine.name_book import NameBook
from bot.engine.planner import plan
from bot.engine.problem import read, subject
from bot.engine.rules import CompiledTask, compile_task
from bot.engine.selector import named, rank, winner
from bot.engine.unkept import Unkept
from bot.errors import UnknownWorkflow, UsageError
from bot.ports import Journal, LogSearch, Observer, SummaryWriter, TaskAgent
from bot.safety.masking import mask
from bot.safety.privacy import SECRETS_ONLY, Privacy
from bot.summary.tool import SummarizationTool

T = TypeVar("T")

CLEAN_UP_S = 5.0  # how long leaving waits for searches to be cancelled: Splunk ends them by itself, only later

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """A workflow that the person may have meant."""

    workflow: str
    title: str
    about: str
    score: float


class NeedsChoice(UsageError):
    """No workflow, or more than one, fits the problem: ask the person. `choices` holds all, the likeliest first."""

    def __init__(self, sentence: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(sentence)
        self.choices = choices


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """A run that can start: what was understood, and why this workflow."""

    request: RunRequest
    workflow: WorkflowDefinition
    plan: Plan
    problem: Problem
    reason: str
    now: float = field(default_factory=time.time)  # epoch seconds: what the problem's relative times count from


def new_run_id() -> str:
    return secrets.token_hex(8)


def resumed(kept: KeptPlan, request: RunRequest) -> PreparedRun:
    """Prepare a run as it was settled before, whatever its workflow's file says by now."""
    return PreparedRun(request, kept.workflow, plan(kept.workflow), kept.problem, kept.reason, kept.now)


def settled(prepared: PreparedRun) -> KeptPlan:
    """Return what a store keeps of *prepared*, for `resumed` to read back."""
    return KeptPlan(workflow=prepared.workflow, problem=prepared.problem, reason=prepared.reason, now=prepared.now)


class RunService:
    """Starts runs and owns them; leaving it stops those still going and waits for their reports to be told."""

    def __init__(
        self,
        workflows: Mapping[str, WorkflowDefinition],
        search: LogSearch,
        *,
        agent: TaskAgent | None = None,
        writer: SummaryWriter | None = None,
        caps: Caps | None = None,
        privacy: Privacy = SECRETS_ONLY,
    ) -> None:
        self.workflows = workflows
        self._search = search
        self._book = NameBook(search)
        self._agent = agent
        self._privacy = privacy
        self._caps = caps or Caps()
        self._agent_slots = asyncio.Semaphore(self._caps.agents)
        self._summarizer = SummarizationTool(writer)
        self._run_slots = asyncio.Semaphore(self._caps.runs)
        self._search_slots = asyncio.Semaphore(self._caps.searches)
        self._quota_seen = False
        self._notes: tuple[str, ...] = ()
        self._compiled: dict[str, dict[str, CompiledTask]] = {}
        self._end: Callable[[Conductor], None] | None = None  # what is done to each run once the bot is stopping
        self._conductors: dict[str, Conductor] = {}
        self._runs: dict[str, asyncio.Task[Run | None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all("the bot was stopped")
        if self._runs:
            _, late = await asyncio.wait(self._runs.values(), timeout=CLEAN_UP_S)
            for run in late:
                _log.warning("%s still cancels its searches in Splunk, and is not waited for", run.get_name())
        await self._book.close()

    def masked(self, text: str) -> str:
        """Return what a person wrote as it may be kept."""
        return mask(text, self._privacy)

    async def prepare(self, request: RunRequest) -> PreparedRun:
        """Choose the workflow and read the problem. Starts nothing.

        Raises UsageError for an empty problem, UnknownWorkflow, and NeedsChoice when the text does not decide.
        """
        asked = named(request.problem, self.workflows) if request.workflow is None else None
        if asked:
            request = request.model_copy(update={"workflow": asked[0].id, "problem": asked[1]})
        now = time.time()
        problem = read(request.problem, now, request.time_zone, await self._book.names(), self._privacy)
        if not problem.text:
            raise UsageError("Say what is wrong, for example: no events in index=web since 10:15")
        workflow, reason = self._choose(request, problem)
        return PreparedRun(request, workflow, plan(workflow), problem, reason, now)

    def _choose(self, request: RunRequest, problem: Problem) -> tuple[WorkflowDefinition, str]:
        if request.workflow is not None:
            if request.workflow not in self.workflows:
                known = ", ".join(self.workflows)
                raise UnknownWorkflow(f"There is no workflow {request.workflow[:60]!r}. There are: {known}.")
            return self.workflows[request.workflow], "asked for by name"
        ranked = rank(subject(problem), self.workflows)
        best = winner(ranked)
        if best is None:
            choices = tuple(
                Choice(one.workflow.id, one.workflow.title, one.workflow.about, round(one.score, 2)) for one in ranked
            )
            raise NeedsChoice("I am not sure which checks fit that. Choose one:", choices)
        return best.workflow, best.reason

    async def start(
        self,
        prepared: PreparedRun,
        *observers: Observer,
        run_id: str | None = None,
        journal: Journal | None = None,
        earlier: Earlier | None = None,
    ) -> str:
        """Accept the run and return its id; it waits for a slot and goes on by itself, told to *observers*.

        With *earlier*, another process's results, it goes on where that one stopped.
        """
        run_id = run_id or new_run_id()
        conductor = Conductor(
            run_id=run_id,
            plan=prepared.plan,
            problem=prepared.problem,
            compiled=self._rules_of(prepared.workflow),
            requested_by=prepared.request.requested_by,
            time_limit_s=self._caps.run_time_limit_s,
            observers=observers,
            journal=journal or Unkept(),
            now=prepared.now,
            earlier=earlier or Earlier(),
        )
        self._conductors[run_id] = conductor
        if self._end:
            self._end(conductor)
        run = self._runs[run_id] = asyncio.create_task(self._run(conductor), name=f"service of run {run_id}")
        run.add_done_callback(lambda _: self._forget(conductor))
        return run_id

    async def result(self, run_id: str) -> Run | None:
        """Wait for a run that is going on, and return it; None if it broke. Raises UsageError for another id."""
        if run_id not in self._runs:
            raise UsageError(f"There is no run {run_id!r} going on.")
        return await asyncio.shield(self._runs[run_id])

    def stop(self, run_id: str, why: str) -> bool:
        """Stop a run; False if it is not going on. What is known by then is reported."""
        conductor = self._conductors.get(run_id)
        if conductor is None:
            return False
        conductor.stop(why)
        return True

    def stop_all(self, why: str) -> None:
        """Stop every run, also those that are started from now on."""
        self._end_each(lambda conductor: conductor.stop(why))

    def leave_all(self, why: str) -> None:
        """Let go of every run, also of those that are started from now on, for another process to go on with."""
        self._end_each(lambda conductor: conductor.leave(why))

    def _end_each(self, end: Callable[[Conductor], None]) -> None:
        self._end = end
        for conductor in self._conductors.values():
            end(conductor)

    async def _run(self, conductor: Conductor) -> Run | None:
        if self._run_slots.locked():
            ahead = max(0, list(self._runs).index(conductor.run_id) - self._caps.runs)
            conductor.tell(RunQueued(conductor.run_id, time.time(), ahead))
        async with self._run_slot(conductor):
            await _unless_ended(conductor, self._heed_the_quota())
            return await conductor.conduct(
                Doors(
                    search=self._search,
                    agent=self._agent,
                    summarizer=self._summarizer,
                    search_slots=self._search_slots,
                    agent_slots=self._agent_slots,
                    notes=self._notes,
                )
            )

    @contextlib.asynccontextmanager
    async def _run_slot(self, conductor: Conductor) -> AsyncIterator[None]:
        """Wait for a slot; a run that is ended before it began needs none, for it only says so."""
        has_slot = await _unless_ended(conductor, self._run_slots.acquire())
        try:
            yield
        finally:
            if has_slot:
                self._run_slots.release()

    async def _heed_the_quota(self) -> None:
        """Lower the searches in flight to the role's quota, once it can be seen."""
        if self._quota_seen:
            return
        try:
            quota = await self._search.quota()
        except Exception:  # noqa: BLE001 - whatever is wrong with the quota, the run's own searches will say it
            _log.warning("the quota of searches could not be read", exc_info=True)
            return
        if quota is None:
            return  # not to be seen now; the next run asks again
        if self._quota_seen:
            return  # a run that started beside this one was faster
        self._quota_seen = True
        if quota < self._caps.searches:
            self._search_slots = asyncio.Semaphore(quota)
            self._notes = (f"at most {quota} searches at once: the Splunk role's srchJobsQuota",)

    def _rules_of(self, workflow: WorkflowDefinition) -> dict[str, CompiledTask]:
        if self.workflows.get(workflow.id) != workflow:  # as it was when a resumed run began
            return {task.id: compile_task(task) for task in workflow.tasks}
        if workflow.id not in self._compiled:
            self._compiled[workflow.id] = {task.id: compile_task(task) for task in workflow.tasks}
        return self._compiled[workflow.id]

    def _forget(self, conductor: Conductor) -> None:
        if self._conductors.get(conductor.run_id) is conductor:  # else the same run has been begun anew meanwhile
            del self._runs[conductor.run_id]
            del self._conductors[conductor.run_id]


async def _unless_ended(conductor: Conductor, work: Coroutine[Any, Any, T]) -> T | None:
    """Do *work*, or leave off and return None once the run is told to end."""
    doing, ended = asyncio.ensure_future(work), asyncio.ensure_future(conductor.told_to_end.wait())
    try:
        await asyncio.wait({doing, ended}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiting in (doing, ended):
            waiting.cancel()
        await asyncio.wait({doing, ended})
    return None if doing.cancelled() else doing.result()
