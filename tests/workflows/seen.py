"""A shipped task before the sandbox's Splunk, without a socket: what its probes are shown, and how it judges that."""

import asyncio
from collections.abc import Mapping
from functools import cache

from bot.domain.evidence import SearchOutcome
from bot.domain.run import Parameters, Problem, TaskResult
from bot.domain.workflow import DEFAULT_WINDOW, Probe, TaskDefinition
from bot.engine.attempt import attempt
from bot.engine.ledger import Ledger
from bot.engine.rules import CompiledTask, compile_task
from bot.engine.run_context import RunContext
from bot.safety.spl import sendable
from bot.safety.times import window
from bot.safety.values import fill
from bot.sandbox.deployment import ScenarioDeployment
from bot.sandbox.spl.context import Context
from bot.sandbox.spl.pipeline import parse_search
from tests.fakes import FakeSplunk, Reply, outcome
from tests.shipped import TASKS, shipped_scenario

NOTHING_NAMED = Parameters()


def shown(scenario: str, probe: Probe, now: float, named: Parameters = NOTHING_NAMED) -> SearchOutcome:
    """Return what *probe* is shown of a shipped scenario that began at *now*."""
    spl, earliest, latest = sent(probe, named)
    covered = window(earliest, latest, now)
    return _searched(scenario, spl, now, covered.earliest, covered.latest)


def sent(probe: Probe, named: Parameters) -> tuple[str, str, str]:
    """Return the search and its window as they are sent."""
    filled = {**DEFAULT_WINDOW, **named.named()}
    bounds = (probe.earliest or DEFAULT_WINDOW["earliest"], probe.latest or DEFAULT_WINDOW["latest"])
    earliest, latest = (fill(bound, filled) for bound in bounds)
    return fill(probe.spl, filled), earliest, latest


@cache
def _searched(scenario: str, spl: str, now: float, earliest: float, latest: float) -> SearchOutcome:
    pretended = shipped_scenario(scenario)
    context = Context(ScenarioDeployment(pretended, now, pretended.faults), now, earliest, latest)
    rows = [
        {column: cell if isinstance(cell, str) else tuple(cell) for column, cell in row.items()}
        for row in parse_search(sendable(spl), now)(context)
    ]
    return outcome(*rows, messages=tuple(message.text for message in context.messages))


@cache
def _compiled(task_id: str) -> CompiledTask:
    return compile_task(next(task for task in TASKS if task.id == task_id))


def judged(
    task: TaskDefinition, replies: Mapping[str, Reply], now: float, named: Parameters = NOTHING_NAMED
) -> TaskResult:
    """Run *task* where each probe, by name, gets its reply."""
    by_search = {sent(task.probes[name], named)[0].strip(): reply for name, reply in replies.items()}
    longest_first = {spl: by_search[spl] for spl in sorted(by_search, key=len, reverse=True)}

    async def run() -> TaskResult:
        async with Ledger(FakeSplunk(longest_first), asyncio.Semaphore(6)) as ledger:
            context = RunContext(
                run_id="r",
                problem=Problem(text="p", parameters=named),
                now=now,
                compiled={task.id: _compiled(task.id)},
                ledger=ledger,
                agent=None,
                agent_slots=asyncio.Semaphore(1),
                tell=lambda _: None,
            )
            return await attempt(context)(task, {})

    return asyncio.run(run())
