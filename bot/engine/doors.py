"""What a run is given from outside: the ways to the world, and what is known of it already."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.evidence import MODEL_SEARCH
from bot.domain.kept import KeptSearch
from bot.domain.names import VisibleNames
from bot.domain.run import ModelCall, TaskResult
from bot.domain.spending import Spent
from bot.engine.recheck import Before
from bot.engine.run_context import no_names
from bot.ports import LogSearch, TaskAgent
from bot.safety.bounds import POLICIES, Origin, SearchPolicy
from bot.summary.tool import SummarizationTool


@dataclass(frozen=True, slots=True)
class Doors:
    """What a run reaches the world through, and the slots it shares with other runs."""

    search: LogSearch
    agent: TaskAgent | None
    summarizer: SummarizationTool
    search_slots: asyncio.Semaphore
    agent_slots: asyncio.Semaphore
    names: Callable[[], Awaitable[VisibleNames]] = no_names
    policy: SearchPolicy = POLICIES[Origin.AGENT]  # of a model's own searches
    notes: tuple[str, ...] = ()
    splunk: str = ""  # the deployment's name, "" where there is only one


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a process before this one found out in the same run, and the run that this one checks again."""

    results: tuple[TaskResult, ...] = ()
    searches: tuple[KeptSearch, ...] = ()
    model_calls: tuple[ModelCall, ...] = ()
    before: Before | None = None

    @property
    def spent(self) -> Spent:
        """What models have taken already."""
        return Spent(
            tokens=sum(call.tokens for call in self.model_calls),
            model_calls=len(self.model_calls),
            searches=sum(search.evidence.probe == MODEL_SEARCH for search in self.searches),
            seconds=sum(call.duration_s for call in self.model_calls),
        )
