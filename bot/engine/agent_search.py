"""A model's own searches for one task: guarded as a model's, bounded in number, rows and time, in the run's ledger."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.domain.event import ProbeFinished
from bot.domain.evidence import MODEL_SEARCH, SearchQuery
from bot.domain.names import VisibleNames
from bot.engine.ledger import Answer, Ledger
from bot.errors import SearchOutOfBounds, UnsafeSearch, UsageError
from bot.ports import Observer, ProbeRows
from bot.safety.bounds import POLICIES, Origin, SearchPolicy
from bot.safety.masking import mask
from bot.safety.spl import check, limit
from bot.safety.times import window
from bot.safety.values import quoted

MOST_ROWS = 200  # of one search; what a model can read of them is less
TIME_LIMIT_S = 30.0  # of one search; a person waits for what comes of it
_MOST_CHARS = 4000  # of a search that a model writes
DESCRIBED_BACK = "-24h"

# What is told of a thing: the busiest of what stands beside it, and when each was last seen.
_DESCRIPTIONS = {
    "index": '| tstats count max(_time) as last_event where index="{name}" by sourcetype host',
    "sourcetype": '| tstats count max(_time) as last_event where index IN (*, _*) sourcetype="{name}" by index host',
    "host": '| tstats count max(_time) as last_event where index IN (*, _*) host="{name}" by index sourcetype',
}


@dataclass(slots=True)
class TaskSearch:
    """The AgentSearch of one task. It holds no slot of its own: a search takes one among all searches, as a probe's."""

    run_id: str
    task_id: str
    ledger: Ledger
    visible: Callable[[], Awaitable[VisibleNames]]
    now: float  # epoch seconds: what relative times count from
    most: int  # searches
    tell: Observer
    policy: SearchPolicy = POLICIES[Origin.AGENT]
    asked: list[str] = field(default_factory=list)  # ids of its searches
    _begun: int = 0

    async def search(self, spl: str, earliest: str, latest: str) -> ProbeRows:
        """Search, or return what the same search brought before.

        Raises SearchRefused, BadTime, SplunkError, and StoreError where it cannot be kept: nothing rests on it then.
        """
        if len(spl) > _MOST_CHARS:
            raise UnsafeSearch(f"The search is not sent: it has over {_MOST_CHARS} characters; write a shorter one.")
        if mask(spl) != spl:
            raise UnsafeSearch("The search is not sent: it holds what looks like a secret; take that out.")
        bounds = window(earliest, latest, self.now)
        check(spl)
        limit(spl, bounds, self.policy)
        query = SearchQuery(spl=spl.strip(), window=bounds, max_rows=MOST_ROWS, time_limit_s=TIME_LIMIT_S)
        if not self.ledger.knows(query):
            if self._begun >= self.most:
                had = f"this check has had its {self.most} searches; answer from what you have seen"
                raise SearchOutOfBounds(f"The search is not sent: {had}.")
            self._begun += 1
        return await self._ask(query)

    async def describe(self, kind: str, name: str) -> ProbeRows:
        """Count the last day's events by what stands beside *name*. Raises as `search`, and UsageError."""
        if kind not in _DESCRIPTIONS:
            raise UsageError(f"Only an index, a sourcetype or a host can be described, and {kind[:40]!r} is none.")
        return await self.search(_DESCRIPTIONS[kind].replace("{name}", quoted(name)), DESCRIBED_BACK, "now")

    def entry(self, evidence_id: str) -> ProbeRows | None:
        """Return a search of this run, whoever asked it; None if there is none by that id."""
        answer = self.ledger.answer(evidence_id)
        return ProbeRows(answer.evidence.probe, answer.evidence, answer.rows) if answer else None

    async def names(self) -> VisibleNames:
        """Return the names that our role may see."""
        return await self.visible()

    async def _ask(self, query: SearchQuery) -> ProbeRows:
        began = time.monotonic()
        answer, shared = await self.ledger.ask(MODEL_SEARCH, query, lambda: None)
        if answer.evidence.id not in self.asked:
            self.asked.append(answer.evidence.id)
            self.tell(self._finished(answer, time.monotonic() - began, shared=shared))
        if error := answer.error or self.ledger.refusal:  # it may have come back, and been kept nowhere
            raise error
        return ProbeRows(answer.evidence.probe, answer.evidence, answer.rows)

    def _finished(self, answer: Answer, took_s: float, *, shared: bool) -> ProbeFinished:
        return ProbeFinished(
            self.run_id,
            time.time(),
            self.task_id,
            MODEL_SEARCH,
            answer.evidence.id,
            took_s,
            ok=answer.error is None,
            outcome=str(answer.error) if answer.error else f"{answer.evidence.row_count} rows",
            shared=shared,
        )
