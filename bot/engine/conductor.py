"""One run from its first search to its report: bounded, stoppable, and total."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.event import (
    ModelCalled,
    RunEvent,
    RunFailed,
    RunFinished,
    RunLeft,
    RunStarted,
    TaskFinished,
    ToolCalled,
)
from bot.domain.evidence import Evidence
from bot.domain.plan import Plan
from bot.domain.report import Report, RootCause
from bot.domain.run import Problem, Run, TaskResult, Usage
from bot.domain.status import TaskStatus
from bot.domain.workflow import TaskDefinition
from bot.engine.attempt import attempt
from bot.engine.diagnosis import diagnose
from bot.engine.doors import Doors, Earlier
from bot.engine.drafting import Drafting
from bot.engine.executor import Attempt, execute, total
from bot.engine.keeping import Keeping
from bot.engine.ledger import Ledger
from bot.engine.recheck import Kept, compare, keep_clear
from bot.engine.rules import CompiledTask
from bot.engine.run_context import RunContext
from bot.engine.spending import Spending
from bot.engine.unkept import Unkept
from bot.errors import StoreError
from bot.ports import Journal, Observer

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Conductor:
    """Conducts one run. `stop` ends it early with what is known; `leave` lets another process go on with it."""

    run_id: str
    plan: Plan
    problem: Problem
    compiled: Mapping[str, CompiledTask]
    requested_by: str
    time_limit_s: float
    observers: tuple[Observer, ...]
    journal: Journal = field(default_factory=Unkept)
    now: float = field(default_factory=time.time)  # when it was begun: what relative times count from
    earlier: Earlier = field(default_factory=Earlier)
    told_to_end: asyncio.Event = field(default_factory=asyncio.Event)
    _results: dict[str, TaskResult] = field(default_factory=dict)
    _stopped: str | None = None
    _left: RunLeft | None = None
    _ledger: Ledger | None = None
    _out_of_time: bool = False
    _execution: asyncio.Task[dict[str, TaskResult]] | None = None
    _drafting: Drafting | None = None
    _keeping: Keeping = field(init=False)
    _spending: Spending = field(init=False)

    def __post_init__(self) -> None:
        self._keeping = Keeping(self.journal, lambda: self.leave(None), self._cannot_keep)
        self._spending = Spending(self.earlier.model_calls, self._keeping.model_call)

    def stop(self, why: str) -> None:
        """End the run: its searches are cancelled in Splunk, what is known is reported. *why* is shown.

        A run whose checks are done is only hurried: it is reported whole, without waiting for a model's prose.
        """
        self.told_to_end.set()
        if self._drafting:
            self._drafting.hurry()
        elif not self._execution or not self._execution.done():
            self._stopped = self._stopped or why
            if self._execution:
                self._execution.cancel()

    def leave(self, why: str | None) -> None:
        """Let go of the run as it stands in the journal: no report, and *why* is shown (None: say nothing).

        Observers hear of it at once, and of nothing after it: cancelling searches in Splunk may take long.
        """
        if self._left:
            return
        left = RunLeft(self.run_id, time.time(), why)
        self.tell(left)
        self._left = left
        self.told_to_end.set()
        if self._execution:
            self._execution.cancel()
        if self._drafting:
            self._drafting.hurry()

    def tell(self, event: RunEvent) -> None:
        """Tell every observer; the failure of one is logged and costs nobody else anything."""
        if self._left:
            return
        if isinstance(event, (ModelCalled, ToolCalled)):
            self._spending.note(event)
        for observer in self.observers:
            try:
                observer(event)
            except Exception:  # noqa: BLE001 - an observer's failure never fails a run
                _log.exception("an observer of run %s failed at %s", self.run_id, type(event).__name__)

    async def conduct(self, doors: Doors) -> Run | None:
        """Work through the plan and tell a RunFinished with the report, or a RunFailed or RunLeft; None then."""
        try:
            async with self._spending.kept_at_once():
                run = await self._conduct(doors)
            if run is not None:
                await self._keeping.run(run)
        except Exception:  # noqa: BLE001 - whoever waits for the run is told, whatever broke
            _log.exception("run %s broke", self.run_id)
            self.tell(RunFailed(self.run_id, time.time(), f"Internal error; the log has it under run {self.run_id}."))
            return None
        if run is None or self._left:
            return None
        self.tell(RunFinished(self.run_id, time.time(), run, kept=not self._keeping.failed))
        return run

    async def _conduct(self, doors: Doors) -> Run | None:
        self.tell(RunStarted(self.run_id, self.now, self.plan, self.problem, self.earlier.spent))
        carried = self._carried()
        for result in (*carried.results, *self.earlier.results):
            self._results[result.task_id] = result
            self.tell(TaskFinished(self.run_id, time.time(), result))
        known = (*carried.searches, *self.earlier.searches)
        async with Ledger(doors.search, doors.search_slots, known, self._keeping.search) as ledger:
            self._ledger = ledger
            context = RunContext(
                run_id=self.run_id,
                problem=self.problem,
                now=self.now,
                compiled=self.compiled,
                ledger=ledger,
                agent=doors.agent,
                agent_slots=doors.agent_slots,
                tell=self.tell,
                keep=self._keep,
                names=doors.names,
                policy=doors.policy,
                splunk=doors.splunk,
            )
            await self._execute(self._kept(total(attempt(context))))
        if self._left:
            return None
        results = tuple(self._results.get(task.id) or self._unfinished(task) for task in self.plan.tasks)
        diagnosis = diagnose(self.plan.workflow, results)
        report = await self._summarize(doors, results, ledger.entries, diagnosis)
        return Run(
            id=self.run_id,
            workflow=self.plan.workflow.id,
            title=self.plan.workflow.title,
            problem=self.problem,
            splunk=doors.splunk,
            requested_by=self.requested_by,
            phases=tuple(tuple(task.id for task in phase.tasks) for phase in self.plan.phases),
            started_at=self.now,
            finished_at=time.time(),
            stopped=self._stopped,
            results=results,
            evidence=ledger.entries,
            diagnosis=diagnosis,
            report=report,
            usage=Usage(
                searches=len(ledger.entries) - len(carried.searches),
                model_calls=len(self._spending.calls),
                tokens=self._spending.tokens,
            ),
            model_calls=self._spending.calls,
            tool_calls=self._spending.tool_calls,
            again=compare(self.earlier.before, results, carried, time.time()) if self.earlier.before else None,
            notes=(*doors.notes, *self._resumption()),
        )

    def _carried(self) -> Kept:
        """Return what needs no second look when an earlier run is checked again."""
        before = self.earlier.before
        return Kept((), ()) if before is None else keep_clear(before.run, self.plan.workflow)

    def _resumption(self) -> tuple[str, ...]:
        if not self.earlier.searches and not self.earlier.results:
            return ()
        kept, planned = len(self.earlier.results), len(self.plan.tasks)
        return (f"interrupted and resumed, {kept} of {planned} checks kept",)

    async def _summarize(
        self, doors: Doors, results: tuple[TaskResult, ...], evidence: tuple[Evidence, ...], diagnosis: RootCause | None
    ) -> Report:
        def floor(why: str | None = None) -> Report:
            return doors.summarizer.floor(self.problem, results, evidence, diagnosis, why)

        if self._stopped or self.told_to_end.is_set():  # whoever stopped it waits for no model's prose
            return floor()

        async def draft() -> Report:
            async with doors.agent_slots:
                return await doors.summarizer.summarize(
                    self.problem, results, evidence=evidence, diagnosis=diagnosis, run_id=self.run_id, tell=self.tell
                )

        self._drafting = Drafting(draft(), floor, f"summary of run {self.run_id}")
        return await self._drafting.report()

    async def _execute(self, attempt_task: Attempt) -> None:
        """Execute the plan until it is done, stopped or out of time; every result known by then is kept."""
        self._execution = asyncio.create_task(execute(self.plan, attempt_task), name=f"run {self.run_id}")
        if self._stopped or self._left:
            self._execution.cancel()
        try:
            done, _ = await asyncio.wait({self._execution}, timeout=self.time_limit_s)
            if not done:
                self._out_of_time = True
                self._stopped = self._stopped or f"the run took longer than its {self.time_limit_s:g} s"
        finally:
            self._execution.cancel()
            await asyncio.wait({self._execution})
        if not self._execution.cancelled():
            self._execution.result()

    def _keep(self, result: TaskResult) -> None:
        self._results[result.task_id] = result

    def _cannot_keep(self, error: StoreError) -> None:
        """Begin no search any more: what is known is reported, and kept nowhere."""
        self._stopped = self._stopped or f"it could not be kept: {error}"
        if self._ledger:
            self._ledger.refuse(error)

    def _kept(self, attempt_task: Attempt) -> Attempt:
        known = dict(self._results)

        async def keep(task: TaskDefinition, given: Mapping[str, TaskResult]) -> TaskResult:
            if task.id in known:
                return known[task.id]
            result = self._results[task.id] = await attempt_task(task, given)
            await self._keeping.result(result)
            self.tell(TaskFinished(self.run_id, time.time(), result))
            return result

        return keep

    def _unfinished(self, task: TaskDefinition) -> TaskResult:
        return TaskResult(
            task_id=task.id,
            title=task.title,
            status=TaskStatus.TIMED_OUT if self._out_of_time else TaskStatus.SKIPPED,
            reason=self._stopped or "the run ended early",
            ask=task.ask,
        )
