"""A task's agent: when it is asked, what it gets, and what becomes of its failure. It never touches the verdict."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.event import AgentFinished
from bot.domain.run import Interpretation, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import Guidance, TaskDefinition
from bot.engine.agent_search import TaskSearch
from bot.engine.run_context import RunContext
from bot.engine.verdict import Seen, Verdict
from bot.errors import ModelError, StoreError
from bot.ports import ProbeRows, TaskBrief

SLOT_LIMIT_S = 120.0  # for a turn at a busy model; past it the rules' verdict is worth more than a reading

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Interpreting:
    """The agent's part of one attempt: its reading, or `note`, why there is none where there should be one."""

    context: RunContext
    task: TaskDefinition
    given: Mapping[str, TaskResult]
    reading: Interpretation | None = None
    note: str | None = None
    look: TaskSearch | None = None

    @property
    def searched(self) -> tuple[str, ...]:
        """The ledger ids of its own searches."""
        return tuple(self.look.asked) if self.look else ()

    def wanted(self, verdict: Verdict, seen: Sequence[Seen]) -> bool:
        """Say whether an agent is to read; where one should and cannot, `note` says why."""
        guidance = self.task.agent
        undecided = not self.task.probes or verdict.status in {TaskStatus.INCONCLUSIVE, TaskStatus.NOT_CHECKED}
        if guidance is None or guidance.when == "never" or (guidance.when == "inconclusive" and not undecided):
            return False
        if self.context.agent is None:
            self.note = "no model is configured; the rules' verdict stands"
            return False
        if self.task.probes and not seen:
            self.note = "nothing came back that a model could read"
            return False
        return True

    async def read(self, verdict: Verdict, seen: Sequence[Seen], start: Callable[[], None]) -> None:
        """Let the agent read, once there is a slot for it; *start* is called then."""
        assert self.context.agent is not None  # noqa: S101 - `wanted` has seen to it
        async with self._slot() as is_free:
            if not is_free:
                self.note = f"no model was used: it was busy with other checks for {SLOT_LIMIT_S:g} s"
                return
            start()
            clock = time.monotonic()
            try:
                self.reading = await self.context.agent.interpret(self._brief(verdict, seen), self.context.tell)
            except (ModelError, StoreError) as error:
                self.note = f"no model was used: {error}"
                self._finished(clock, ok=False, outcome=str(error))
            except Exception:  # noqa: BLE001 - a bug at the LLM door must not cost the rules' verdict
                _log.exception("the agent of %s broke", self.task.id)
                self.note = "no model was used: internal error at the model; the log has it"
                self._finished(clock, ok=False, outcome="internal error")
            else:
                cited = ", ".join(self.reading.evidence) or "nothing"
                self._finished(clock, ok=True, outcome=f"cites {cited}")

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncIterator[bool]:
        """Hold an agent's slot; yield False if there was none in time."""
        try:
            async with asyncio.timeout(SLOT_LIMIT_S):
                await self.context.agent_slots.acquire()
        except TimeoutError:
            yield False
            return
        try:
            yield True
        finally:
            self.context.agent_slots.release()

    def _finished(self, clock: float, *, ok: bool, outcome: str) -> None:
        took = time.monotonic() - clock
        self.context.tell(AgentFinished(self.context.run_id, time.time(), self.task.id, took, ok, outcome))

    def _brief(self, verdict: Verdict, seen: Sequence[Seen]) -> TaskBrief:
        guidance = self.task.agent or Guidance(guidance=self.task.why)
        self.look = TaskSearch(
            run_id=self.context.run_id,
            task_id=self.task.id,
            ledger=self.context.ledger,
            visible=self.context.names,
            now=self.context.now,
            most=guidance.searches,
            tell=self.context.tell,
            policy=self.context.policy,
        )
        return TaskBrief(
            run_id=self.context.run_id,
            task=self.task,
            problem=self.context.problem,
            probes=tuple(ProbeRows(probe.probe, probe.evidence, probe.rows) for probe in seen),
            needs=tuple(self.given.values()),
            findings=verdict.findings,
            reason=verdict.reason,
            look=self.look,
            splunk=self.context.splunk,
        )
