"""What all attempts of a run share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.names import VisibleNames
from bot.domain.run import Problem, TaskResult
from bot.domain.workflow import DEFAULT_WINDOW
from bot.engine.ledger import Ledger
from bot.engine.rules import CompiledTask
from bot.errors import BadTime
from bot.ports import Observer, TaskAgent
from bot.safety.bounds import POLICIES, Origin, SearchPolicy
from bot.safety.times import resolve


async def no_names() -> VisibleNames:
    """Know no names."""
    return VisibleNames()


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all attempts of a run share."""

    run_id: str
    problem: Problem
    now: float  # epoch seconds: every relative time of the run counts from here
    compiled: Mapping[str, CompiledTask]
    ledger: Ledger
    agent: TaskAgent | None
    agent_slots: asyncio.Semaphore
    tell: Observer
    keep: Callable[[TaskResult], None] = lambda _: None  # takes a result that is good enough to end with
    names: Callable[[], Awaitable[VisibleNames]] = no_names  # what an agent may learn of indexes and hosts
    policy: SearchPolicy = POLICIES[Origin.AGENT]  # of an agent's own searches
    splunk: str = ""  # the deployment's name; "" where there is only one

    @property
    def parameters(self) -> dict[str, str]:
        """Everything that a probe may name, the default window included."""
        return {**DEFAULT_WINDOW, **self.problem.parameters.named()}

    @property
    def onset(self) -> float | None:
        """When the trouble began, in epoch seconds; None if nobody said, or not in a way that can be read."""
        said = self.problem.parameters.earliest
        try:
            return resolve(said, self.now) if said else None
        except BadTime:
            return None
