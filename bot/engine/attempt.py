"""One task, done: its probes side by side, the rules over their rows, and an agent where the rules leave a question."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.event import ProbeFinished, TaskStarted
from bot.domain.evidence import SearchQuery
from bot.domain.run import Interpretation, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import DEFAULT_WINDOW, Probe, TaskDefinition
from bot.engine.changes import notes
from bot.engine.executor import Attempt
from bot.engine.interpreting import Interpreting
from bot.engine.rules import Judgement
from bot.engine.run_context import RunContext
from bot.engine.verdict import Seen, Unseen, Verdict, decide, unnamed
from bot.errors import BotError, SplunkForbidden
from bot.safety.times import window
from bot.safety.values import fill, placeholders


def attempt(context: RunContext) -> Attempt:
    """Return the attempt that does a run's tasks.

    A task's time limit starts with its first slot, and the wait for an agent's does not count.
    """

    async def attempt_task(task: TaskDefinition, given: Mapping[str, TaskResult]) -> TaskResult:
        return await _Attempt(context, task, given).result()

    return attempt_task


@dataclass(slots=True)
class _Attempt:
    context: RunContext
    task: TaskDefinition
    given: Mapping[str, TaskResult]
    started_at: float | None = None
    seen: list[Seen] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)
    agent: Interpreting = field(init=False)
    _left_s: float = field(init=False)  # of its time, whenever it does not run
    _ends: float | None = None  # by the loop's clock; None while its time does not run
    _deadline: asyncio.Timeout | None = None

    def __post_init__(self) -> None:
        self.agent = Interpreting(self.context, self.task, self.given)
        self._left_s = self.task.time_limit_s

    async def result(self) -> TaskResult:
        """Probe, judge what came back in time, and let an agent read what the rules left open."""
        in_time = await self._in_time(self._probe_all())
        judgement, verdict = self._judge(in_time=in_time)
        if in_time and self.agent.wanted(verdict, self.seen):
            self.agent.note = "no model was used: the run ended before one had answered"
            self.context.keep(self._verdict_result(judgement, verdict))  # if it does
            self.agent.note = None
            self._pause()
            if not await self._in_time(self.agent.read(verdict, self.seen, self._start)):
                self.agent.note = f"no model was used: it did not answer within the task's {self.task.time_limit_s:g} s"
        if not self.task.probes:
            verdict = _by_model_alone(verdict, self.agent.reading, self.agent.note)
        self._start()  # a task whose probes all lacked a parameter took no slot
        return self._verdict_result(judgement, verdict)

    async def _in_time(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do *work* until the task's time has run out; False when it has."""
        try:
            async with asyncio.timeout_at(self._ends) as deadline:
                self._deadline = deadline
                await work
        except TimeoutError:
            if not deadline.expired():
                raise
            return False
        finally:
            self._deadline = None
        return True

    def _pause(self) -> None:
        """Let the task's time stand still: whoever waits for a turn at the model loses none of it."""
        if self._ends is not None:
            self._left_s, self._ends = self._ends - asyncio.get_running_loop().time(), None

    def _start(self) -> None:
        """Let the task's time run, if it does not yet."""
        if self._ends is None:
            self._ends = asyncio.get_running_loop().time() + self._left_s
            if self._deadline is not None:
                self._deadline.reschedule(self._ends)
        if self.started_at is None:
            self.started_at = time.time()
            self.context.tell(TaskStarted(self.context.run_id, self.started_at, self.task.id))

    async def _probe_all(self) -> None:
        async with asyncio.TaskGroup() as probes:
            for name, probe in self.task.probes.items():
                probes.create_task(self._probe(name, probe), name=f"{self.task.id}.{name}")

    def _judge(self, *, in_time: bool) -> tuple[Judgement, Verdict]:
        late = f"took longer than the task's {self.task.time_limit_s:g} s; its search was stopped"
        answered = {seen.probe for seen in self.seen} | {unseen.probe for unseen in self.unseen}
        self.unseen += [Unseen(name, "failed", f"{name} {late}") for name in self.task.probes if name not in answered]
        order = list(self.task.probes)
        self.seen.sort(key=lambda probe: order.index(probe.probe))
        self.unseen.sort(key=lambda probe: order.index(probe.probe))
        rows = {probe.probe: probe.rows for probe in self.seen}
        judgement = self.context.compiled[self.task.id].judge(rows, self.context.problem.parameters)
        self._show_hits(judgement)
        verdict = decide(self.task, self.seen, self.unseen, judgement, self.context.problem.parameters.named())
        if not self.task.probes:
            return judgement, _by_model_alone(verdict, None, None)
        if in_time or verdict.findings:
            return judgement, verdict
        return judgement, replace(verdict, status=TaskStatus.TIMED_OUT)

    def _show_hits(self, judgement: Judgement) -> None:
        """Let a reader of the evidence see the very rows that the findings are about."""
        for probe in self.seen:
            hits = (hit.row for hit in judgement.hits if hit.rule.over == probe.probe)
            self.context.ledger.show_first(probe.evidence.id, [row for row in hits if row is not None])

    def _verdict_result(self, judgement: Judgement, verdict: Verdict) -> TaskResult:
        return self._result(
            status=verdict.status,
            findings=verdict.findings,
            gaps=verdict.gaps,
            notes=notes(
                judgement.context,
                {probe.probe: probe.evidence.id for probe in self.seen},
                self.context.now,
                self.context.onset,
            ),
            reason=verdict.reason,
            scope=verdict.scope,
            interpretation=self.agent.reading,
            model_note=self.agent.note,
        )

    async def _probe(self, name: str, probe: Probe) -> None:
        parameters = self.context.parameters
        missing = _missing(probe, parameters)
        if missing:
            self.unseen.append(Unseen(name, "missing", *unnamed(missing)))
            return
        try:
            query = _query(probe, parameters, self.context.now)
        except BotError as error:
            self.unseen.append(Unseen(name, "missing", str(error)))
            return
        started = time.monotonic()
        answer, shared = await self.context.ledger.ask(name, query, self._start)
        self.searched.append(answer.evidence.id)
        if answer.error is None:
            self.seen.append(Seen(name, answer.evidence, answer.rows))
        else:
            refused = isinstance(answer.error, SplunkForbidden)
            self.unseen.append(Unseen(name, "refused" if refused else "failed", str(answer.error)))
        self.context.tell(
            ProbeFinished(
                self.context.run_id,
                time.time(),
                self.task.id,
                name,
                answer.evidence.id,
                time.monotonic() - started,
                ok=answer.error is None,
                outcome=str(answer.error) if answer.error else f"{answer.evidence.row_count} rows",
                shared=shared,
            )
        )

    def _result(self, **of: object) -> TaskResult:
        ended = time.time()
        return TaskResult.model_validate(
            {
                "task_id": self.task.id,
                "title": self.task.title,
                "evidence": tuple(dict.fromkeys(probe.evidence.id for probe in self.seen)),
                "searched": tuple(dict.fromkeys((*self.searched, *self.agent.searched))),
                "ask": self.task.ask,
                "started_at": self.started_at,
                "duration_s": max(0.0, ended - (self.started_at or ended)),
                **of,
            }
        )


def _by_model_alone(verdict: Verdict, reading: Interpretation | None, note: str | None) -> Verdict:
    """Without probes nothing was seen, so nothing is clear: at best a model has read what other tasks found."""
    if reading:
        return replace(verdict, status=TaskStatus.INCONCLUSIVE, reason="a model's reading, not a check")
    return replace(verdict, status=TaskStatus.NOT_CHECKED, reason=note or "it has no search, and no model has read it")


def _missing(probe: Probe, parameters: Mapping[str, str]) -> list[str]:
    named = placeholders(f"{probe.spl} {probe.earliest or ''} {probe.latest or ''}")
    return sorted(named - parameters.keys())


def _query(probe: Probe, parameters: Mapping[str, str], now: float) -> SearchQuery:
    bounds = [
        fill(bound or DEFAULT_WINDOW[name], parameters)
        for name, bound in (("earliest", probe.earliest), ("latest", probe.latest))
    ]
    return SearchQuery(
        spl=fill(probe.spl, parameters).strip(),
        window=window(bounds[0], bounds[1], now),
        max_rows=probe.max_rows,
    )
