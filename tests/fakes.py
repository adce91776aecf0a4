"""The second implementation of each port, shared by all tests."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.evidence import Row, SearchOutcome, SearchQuery
from bot.domain.names import VisibleNames
from bot.domain.report import SummaryDraft
from bot.domain.run import Interpretation
from bot.errors import BotError
from bot.ports import FollowUpBrief, Observer, ProbeRows, SummaryBrief, TaskBrief

Reply = tuple[Row, ...] | BotError | SearchOutcome


def outcome(*rows: Row, **of: object) -> SearchOutcome:
    """Return an outcome with *rows* and whatever else is named."""
    return SearchOutcome.model_validate({"rows": rows, "row_count": len(rows), "duration_s": 0.01, **of})


@dataclass
class FakeSplunk:
    """A LogSearch that answers by words in the SPL: the first key of `replies` that the search contains wins."""

    replies: Mapping[str, Reply] = field(default_factory=dict)
    role_quota: int | BotError | None = None
    visible: VisibleNames | BotError = field(default_factory=VisibleNames)
    hold: asyncio.Event | None = None  # searches wait for it
    asked: list[SearchQuery] = field(default_factory=list)
    cancelled: list[SearchQuery] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    on_search: Callable[[SearchQuery], None] | None = None

    async def search(self, query: SearchQuery) -> SearchOutcome:
        self.asked.append(query)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.on_search:
                self.on_search(query)
            if self.hold:
                await self.hold.wait()
            else:
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cancelled.append(query)
            raise
        finally:
            self.in_flight -= 1
        reply = next((reply for word, reply in self.replies.items() if word in query.spl), ())
        if isinstance(reply, BotError):
            raise reply
        return reply if isinstance(reply, SearchOutcome) else outcome(*reply)

    async def quota(self) -> int | None:
        if isinstance(self.role_quota, BotError):
            raise self.role_quota
        return self.role_quota

    async def names(self) -> VisibleNames:
        if isinstance(self.visible, BotError):
            raise self.visible
        return self.visible


@dataclass
class FakeLook:
    """An AgentSearch with these entries: a search for "x" brings the first whose SPL holds x, or fails."""

    entries: tuple[ProbeRows, ...] = ()
    visible: VisibleNames = field(default_factory=VisibleNames)
    fails: BotError | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def search(self, spl: str, earliest: str, latest: str) -> ProbeRows:
        self.asked.append((spl, earliest, latest))
        if self.fails:
            raise self.fails
        return next(entry for entry in self.entries if spl in entry.evidence.spl)

    async def describe(self, kind: str, name: str) -> ProbeRows:
        return await self.search(name, kind, "")

    def entry(self, evidence_id: str) -> ProbeRows | None:
        return next((entry for entry in self.entries if entry.evidence.id == evidence_id), None)

    async def names(self) -> VisibleNames:
        return self.visible


@dataclass
class FakeAgent:
    """A TaskAgent that says the same of every task and to every question, or fails."""

    says: Interpretation | Exception = field(default_factory=lambda: Interpretation(text="nothing"))
    briefs: list[TaskBrief] = field(default_factory=list)
    questions: list[FollowUpBrief] = field(default_factory=list)

    async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
        self.briefs.append(brief)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    async def answer(self, brief: FollowUpBrief, tell: Observer) -> Interpretation:
        self.questions.append(brief)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@dataclass
class FakeWriter:
    """A SummaryWriter with one draft, or a failure."""

    says: SummaryDraft | Exception
    briefs: list[SummaryBrief] = field(default_factory=list)

    async def draft(self, brief: SummaryBrief, tell: Observer) -> SummaryDraft:
        self.briefs.append(brief)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says
