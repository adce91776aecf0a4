"""A question about a finished run: read by a model with the run's ledger, and with a few guarded searches more."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.domain.event import ModelCalled, RunEvent
from bot.domain.evidence import Evidence
from bot.domain.kept import KeptRun, KeptSearch
from bot.domain.run import Interpretation, Usage
from bot.engine.agent_search import TaskSearch
from bot.engine.deployments import Deployment
from bot.engine.ledger import Ledger
from bot.errors import UsageError
from bot.ports import FollowUpBrief, ProbeRows, TaskAgent

MOST_SEARCHES = 6
FOLLOW_UP = "follow_up"  # in the place of a task's id

Keep = Callable[[str, KeptSearch], Awaitable[None]]
"""Keeps a search of the run with that id, so that its id stays its own."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What came of a question: the answer, the searches it took, and what it cost."""

    reading: Interpretation
    searches: tuple[Evidence, ...]
    usage: Usage


@dataclass(slots=True)
class Asked:
    """One question, with what was said before it in the same thread: pairs of question and answer, the oldest first."""

    run: KeptRun
    question: str
    earlier: tuple[tuple[str, str], ...] = ()
    _calls: list[ModelCalled] = field(default_factory=list)

    async def answer(
        self, agent: TaskAgent, agent_slots: asyncio.Semaphore, deployment: Deployment, keep: Keep
    ) -> FollowUp:
        """Let *agent* answer. Raises ModelError, StoreError, and UsageError for a run without a report."""
        run, plan = self.run.run, self.run.plan
        if run is None or plan is None:
            raise UsageError("These checks came to no report that I could answer from.")

        async def keep_search(search: KeptSearch) -> None:
            await keep(run.id, search)

        async with agent_slots, Ledger(deployment.search, deployment.slots, self._known(), keep_search) as ledger:
            look = TaskSearch(
                run_id=run.id,
                task_id=FOLLOW_UP,
                ledger=ledger,
                visible=deployment.book.names,
                now=time.time(),
                most=MOST_SEARCHES,
                tell=self._tell,
            )
            brief = FollowUpBrief(
                run, plan.workflow, self.question, self.earlier, self._cited(look), look, MOST_SEARCHES
            )
            reading = await agent.answer(brief, self._tell)
            entries = {entry.id: entry for entry in ledger.entries}
            return FollowUp(reading, tuple(entries[each] for each in look.asked), self._usage(len(look.asked)))

    def _known(self) -> tuple[KeptSearch, ...]:
        """Return the run's searches as its report shows them, with the rows that are kept, and those of questions."""
        shown = {entry.id: entry for entry in self.run.run.evidence} if self.run.run else {}
        return tuple(
            each.model_copy(update={"evidence": shown.get(each.evidence.id, each.evidence)})
            for each in self.run.searches
        )

    def _cited(self, look: TaskSearch) -> tuple[ProbeRows, ...]:
        """Return what the report rests on: the searches of its cause, then those of its findings."""
        run = self.run.run
        if run is None:
            return ()
        cause = run.report.root_cause.evidence if run.report.root_cause else ()
        ids = dict.fromkeys((*cause, *(each for result in run.results for f in result.findings for each in f.evidence)))
        return tuple(rows for each in ids if (rows := look.entry(each)))

    def _tell(self, event: RunEvent) -> None:
        if isinstance(event, ModelCalled):
            self._calls.append(event)

    def _usage(self, searches: int) -> Usage:
        tokens = sum(call.input_tokens + call.output_tokens for call in self._calls)
        return Usage(searches=searches, model_calls=len(self._calls), tokens=tokens)
