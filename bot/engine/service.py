"""RunService: starts, queues, stops and finishes runs. It owns every run it starts."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.domain.event import RunFailed, RunQueued
from bot.domain.run import Run, RunRequest
from bot.domain.workflow import WorkflowDefinition
from bot.engine.caps import Caps
from bot.engine.conductor import Conductor
from bot.engine.deployments import ONLY, Deployments
from bot.engine.doors import Doors, Earlier
from bot.engine.follow_up import Asked, FollowUp, Keep
from bot.engine.preparing import PreparedRun, prepare
from bot.engine.rules import CompiledTask, compile_task
from bot.engine.unkept import Unkept
from bot.errors import ModelError, UnknownDeployment, UsageError
from bot.ports import Journal, LogSearch, Observer, SummaryWriter, TaskAgent
from bot.safety.masking import mask
from bot.safety.privacy import SECRETS_ONLY, Privacy
from bot.summary.tool import SummarizationTool

T = TypeVar("T")

CLEAN_UP_S = 5.0  # how long leaving waits for searches to be cancelled: Splunk ends them by itself, only later

MOST_QUESTIONS = 2  # answered at once, beside the runs: they take no agent from a task that waits for one

_log = logging.getLogger(__name__)


def new_run_id() -> str:
    return secrets.token_hex(8)


class RunService:
    """Starts runs and owns them; leaving it stops those still going and waits for their reports to be told."""

    def __init__(
        self,
        workflows: Mapping[str, WorkflowDefinition],
        splunk: LogSearch | Mapping[str, LogSearch],
        *,
        agent: TaskAgent | None = None,
        writer: SummaryWriter | None = None,
        caps: Caps | None = None,
        privacy: Privacy = SECRETS_ONLY,
        observers: Sequence[Observer] = (),
    ) -> None:
        """Run *workflows* on *splunk*: one, or several by name, the default first. *observers* hear of every run."""
        self.workflows = workflows
        self._agent = agent
        self._privacy = privacy
        self._observers = tuple(observers)
        self._caps = caps or Caps()
        self._agent_slots = asyncio.Semaphore(self._caps.agents)
        self._question_slots = asyncio.Semaphore(MOST_QUESTIONS)
        self._summarizer = SummarizationTool(writer)
        self._run_slots = asyncio.Semaphore(self._caps.runs)
        self.deployments = Deployments(splunk if isinstance(splunk, Mapping) else {ONLY: splunk}, self._caps.searches)
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
        await self.deployments.close()

    def masked(self, text: str) -> str:
        """Return what a person wrote as it may be kept."""
        return mask(text, self._privacy)

    async def prepare(self, request: RunRequest) -> PreparedRun:
        """Read the problem and choose what to run; raises what `preparing.prepare` does."""
        return await prepare(request, self.workflows, self.deployments, self._privacy)

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
            observers=(*observers, *self._observers),
            journal=journal or Unkept(),
            now=prepared.now,
            earlier=earlier or Earlier(),
        )
        self._conductors[run_id] = conductor
        if self._end:
            self._end(conductor)
        run = self._runs[run_id] = asyncio.create_task(
            self._run(conductor, prepared.splunk or self.deployments.default), name=f"service of run {run_id}"
        )
        run.add_done_callback(lambda _: self._forget(conductor))
        return run_id

    async def result(self, run_id: str) -> Run | None:
        """Wait for a run that is going on, and return it; None if it broke. Raises UsageError for another id."""
        if run_id not in self._runs:
            raise UsageError(f"There is no run {run_id!r} going on.")
        return await asyncio.shield(self._runs[run_id])

    @property
    def has_agent(self) -> bool:
        return self._agent is not None

    async def answer(self, asked: Asked, keep: Keep) -> FollowUp:
        """Answer a question about a finished run. Raises ModelError, StoreError, UsageError."""
        if self._agent is None:
            raise ModelError("No model is configured that could answer questions.")
        deployment = self.deployments[self.deployments.named(asked.run.plan.splunk if asked.run.plan else None)]
        return await asked.answer(self._agent, self._question_slots, deployment, self._caps.model_policy, keep)

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

    async def _run(self, conductor: Conductor, splunk: str) -> Run | None:
        if self._run_slots.locked():
            ahead = max(0, list(self._runs).index(conductor.run_id) - self._caps.runs)
            conductor.tell(RunQueued(conductor.run_id, time.time(), ahead))
        try:
            deployment = self.deployments[splunk]
        except UnknownDeployment as error:  # a resumed run's, taken out of the settings meanwhile
            conductor.tell(RunFailed(conductor.run_id, time.time(), str(error)))
            return None
        async with self._run_slot(conductor):
            await _unless_ended(conductor, deployment.heed_the_quota())
            return await conductor.conduct(
                Doors(
                    search=deployment.search,
                    agent=self._agent,
                    summarizer=self._summarizer,
                    search_slots=deployment.slots,
                    agent_slots=self._agent_slots,
                    names=deployment.book.names,
                    policy=self._caps.model_policy,
                    notes=deployment.notes,
                    splunk=splunk if self.deployments.several else "",
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
