"""A run's evidence ledger: every search asked once, shared by the probes that ask the same, and kept with an id."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from bot.domain.evidence import Cell, Evidence, Row, SearchOutcome, SearchQuery
from bot.domain.kept import KeptSearch
from bot.errors import BotError, StoreError
from bot.ports import LogSearch

SAMPLE_ROWS = 5  # what a person reads of a search
SHOWN_FIRST = 20  # rows of a search that findings are about; several rules may tell of five each
SAMPLE_CELL = 200  # characters of a cell in the sample
SAMPLE_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a search: rows, or the error that says why not."""

    evidence: Evidence
    rows: tuple[Row, ...] = ()
    error: BotError | None = None


@dataclass(slots=True)
class _Asked:
    has_slot: asyncio.Event
    answer: asyncio.Future[Answer]
    waiting: int = field(default=0)


async def _kept_nowhere(_search: KeptSearch) -> None: ...


class Ledger:
    """Owns a run's searches; leaving it cancels those still running and waits for their clean-up.

    *earlier* are searches of the same run in another process: who asks the same gets their answer. Each search that
    comes back is given to *keep* before anybody is told of it; what raises StoreError there is no entry.
    """

    def __init__(
        self,
        search: LogSearch,
        slots: asyncio.Semaphore,
        earlier: Sequence[KeptSearch] = (),
        keep: Callable[[KeptSearch], Awaitable[None]] = _kept_nowhere,
    ) -> None:
        self._search = search
        self._slots = slots
        self._keep = keep
        self._asked = {each.query: _answered(each) for each in earlier if each.rows is not None}
        self._running: list[asyncio.Task[Answer]] = []
        self._entries = {each.evidence.id: each.evidence for each in earlier}
        self.refusal: BotError | None = None  # why no search is begun any more
        self._shown_first: dict[str, list[Row]] = {}
        self._numbered = max((int(id_[1:]) for id_ in self._entries), default=0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for search in self._running:
            search.cancel()
        if self._running:
            await asyncio.wait(self._running)

    @property
    def entries(self) -> tuple[Evidence, ...]:
        """All entries, in the order in which their searches were begun."""
        return tuple(self._entries.values())

    def refuse(self, why: BotError) -> None:
        """Begin no search from now on: who asks for a new one is told *why*. Those on their way come back."""
        self.refusal = why

    def show_first(self, evidence_id: str, rows: Sequence[Row]) -> None:
        """Put *rows* of that search, which findings are about, before the others of its sample."""
        entry, first = self._entries[evidence_id], self._shown_first.setdefault(evidence_id, [])
        first += [row for row in map(_sampled, rows) if row not in first]
        del first[SHOWN_FIRST:]
        sample = [*first, *(row for row in entry.sample if row not in first)][: max(SAMPLE_ROWS, len(first))]
        self._entries[evidence_id] = entry.model_copy(update={"sample": tuple(sample)})

    def knows(self, query: SearchQuery) -> bool:
        """Say whether *query* was asked already, so that asking it costs no search."""
        return query in self._asked

    def answer(self, evidence_id: str) -> Answer | None:
        """Return the search with that id: its rows, or its sample where no more is known; None if there is none."""
        for asked in self._asked.values():
            done = asked.answer.done() and not asked.answer.cancelled() and asked.answer.exception() is None
            if done and asked.answer.result().evidence.id == evidence_id:
                return asked.answer.result()
        entry = self._entries.get(evidence_id)
        return Answer(entry, entry.sample) if entry else None

    async def ask(self, probe: str, query: SearchQuery, on_slot: Callable[[], None]) -> tuple[Answer, bool]:
        """Return the answer to *query*, and whether somebody had asked it before.

        *on_slot* is called when the search has a slot. The search is cancelled when nobody waits for it any more.
        Raises StoreError when *keep* did.
        """
        asked = self._asked.get(query)
        shared = asked is not None
        if asked is None:
            asked = self._asked[query] = self._begin(probe, query)
        asked.waiting += 1
        try:
            await asked.has_slot.wait()
            on_slot()
            return await asyncio.shield(asked.answer), shared
        finally:
            asked.waiting -= 1
            if not asked.waiting and not asked.answer.done():
                del self._asked[query]
                asked.answer.cancel()

    def _begin(self, probe: str, query: SearchQuery) -> _Asked:
        self._numbered += 1
        entry = Evidence(id=f"E{self._numbered}", probe=probe, spl=query.spl, window=query.window)
        has_slot = asyncio.Event()
        answer = asyncio.create_task(self._run(entry, query, has_slot), name=f"{entry.id} {probe}")
        self._running.append(answer)
        return _Asked(has_slot=has_slot, answer=answer)

    async def _run(self, entry: Evidence, query: SearchQuery, has_slot: asyncio.Event) -> Answer:
        async with self._slots:
            has_slot.set()
            started = time.monotonic()
            entry = entry.model_copy(update={"started_at": time.time()})
            if self.refusal:
                answer = Answer(entry.model_copy(update={"error": str(self.refusal)}), error=self.refusal)
                self._entries[entry.id] = answer.evidence
                return answer
            self._entries[entry.id] = entry.model_copy(update={"error": "was cancelled before it ended"})
            try:
                outcome = await self._search.search(query)
            except BotError as error:
                took = {"error": str(error), "duration_s": time.monotonic() - started}
                answer = Answer(entry.model_copy(update=took), error=error)
            except Exception:
                self._entries[entry.id] = entry.model_copy(update={"error": "internal error; the log has it"})
                raise  # a bug: the task that asked fails, and its log tells the rest
            else:
                answer = Answer(_filled(entry, outcome), outcome.rows)
        self._entries[entry.id] = answer.evidence
        rows = None if answer.error else answer.rows
        try:
            await self._keep(KeptSearch(query=query, evidence=answer.evidence, rows=rows))
        except StoreError:  # its id may be another search's by now
            del self._entries[entry.id]
            self._asked.pop(query, None)
            raise
        return answer


def _answered(kept: KeptSearch) -> _Asked:
    """Return what *kept* answers, as if it had just come back."""
    has_slot = asyncio.Event()
    has_slot.set()
    answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    answer.set_result(Answer(kept.evidence, kept.rows or ()))
    return _Asked(has_slot, answer)


def _filled(entry: Evidence, outcome: SearchOutcome) -> Evidence:
    sample = tuple(_sampled(row) for row in outcome.rows[:SAMPLE_ROWS])
    return entry.model_copy(
        update={
            "sample": sample,
            **outcome.model_dump(include={"row_count", "scanned", "duration_s", "messages", "partial", "sid", "link"}),
        }
    )


def _sampled(row: Row) -> Row:
    kept = {name[:SAMPLE_CELL]: _cut(row[name]) for name in list(row)[:SAMPLE_COLUMNS]}
    left_out = len(row) - SAMPLE_COLUMNS
    return {**kept, "…": f"{left_out} more columns"} if left_out > 0 else kept


def _cut(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell if len(cell) <= SAMPLE_CELL else f"{cell[:SAMPLE_CELL]}… {len(cell) - SAMPLE_CELL} more characters"
    kept = tuple(str(_cut(value)) for value in cell[:SAMPLE_ROWS])
    return kept if len(cell) <= SAMPLE_ROWS else (*kept, f"… {len(cell) - SAMPLE_ROWS} more values")
