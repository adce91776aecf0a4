"""A question about a finished run: read by a model with the run's ledger, and with a few guarded searches more."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.domain.event import ModelCalled, RunEvent
from bot.domain.evidence import Evidence
from bot.domain.kept import KeptRun, KeptSearch, without_rows
from bot.domain.run import Interpretation, Usage
from bot.engine.agent_search import TaskSearch
from bot.engine.deployments import Deployment
from bot.engine.ledger import Ledger
from bot.errors import StoreError, UsageError
from bot.ports import FollowUpBrief, ProbeRows, TaskAgent
from bot.safety.bounds import SearchPolicy

MOST_SEARCHES = 6
FOLLOW_UP = "follow_up"  # in the place of a task's id

Keep = Callable[[str, KeptSearch], Awaitable[bool]]
"""Keeps a search of the run with that id, so that its id stays its own; False where another search has it already."""


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
        self, agent: TaskAgent, slots: asyncio.Semaphore, deployment: Deployment, policy: SearchPolicy, keep: Keep
    ) -> FollowUp:
        """Let *agent* answer. Raises ModelError, StoreError, and UsageError for a run without a report."""
        run, plan = self.run.run, self.run.plan
        if run is None or plan is None:
            raise UsageError("These checks came to no report that I could answer from.")

        async def keep_search(search: KeptSearch) -> None:
            if not await keep(run.id, search):
                raise StoreError("Somebody else asked about this run meanwhile. Ask again.")

        async with slots, Ledger(deployment.search, deployment.slots, self._known(), keep_search) as ledger:
            look = TaskSearch(
                run_id=run.id,
                task_id=FOLLOW_UP,
                ledger=ledger,
                visible=deployment.book.names,
                now=time.time(),
                most=MOST_SEARCHES,
                tell=self._tell,
                policy=policy,
            )
            brief = FollowUpBrief(
                run=run,
                workflow=plan.workflow,
                question=self.question,
                earlier=self.earlier,
                cited=self._cited(look),
                look=look,
                searches=MOST_SEARCHES,
                splunk=deployment.name,
            )
            reading = await agent.answer(brief, self._tell)
            entries = {entry.id: entry for entry in ledger.entries}
            return FollowUp(reading, tuple(entries[each] for each in look.asked), self._usage(len(look.asked)))

    def _known(self) -> tuple[KeptSearch, ...]:
        """Return the run's ledger as its report shows it, with the rows that are kept, and what questions added."""
        kept = {each.evidence.id: each for each in self.run.searches}
        shown = {entry.id: entry for entry in self.run.run.evidence} if self.run.run else {}
        of_report = (
            kept[each].model_copy(update={"evidence": entry}) if each in kept else without_rows(entry)
            for each, entry in shown.items()
        )
        return (*of_report, *(search for each, search in kept.items() if each not in shown))

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
        tokens = sum(call.tokens for call in self._calls)
        return Usage(searches=searches, model_calls=len(self._calls), tokens=tokens)
