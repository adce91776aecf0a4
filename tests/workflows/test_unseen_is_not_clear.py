"""Grants and rows taken away at random from every task of every workflow: none is ever clear of what it did not see."""

import asyncio
import time
from enum import Enum
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.evidence import Row
from bot.domain.run import Parameters, Problem, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import DEFAULT_WINDOW, Probe, TaskDefinition
from bot.engine.attempt import attempt
from bot.engine.conditions import uses
from bot.engine.ledger import Ledger
from bot.engine.loader import load_workflows
from bot.engine.rules import CompiledTask, compile_task
from bot.engine.run_context import RunContext
from bot.errors import SearchFailed, SplunkForbidden
from bot.safety.spl import sendable
from bot.safety.times import window
from bot.safety.values import fill
from bot.sandbox.deployment import ScenarioDeployment
from bot.sandbox.scenario import load_scenario
from bot.sandbox.spl.context import Context
from bot.sandbox.spl.pipeline import parse_search
from tests.fakes import FakeSplunk, Reply, outcome

NAMED = Parameters(index="web", sourcetype="access_combined", host="fwd01")
FILLED = {**DEFAULT_WINDOW, **NAMED.named()}
TASKS = [
    task for workflow in load_workflows(Path(__file__).parents[2] / "workflows").values() for task in workflow.tasks
]
CLUSTERED: dict[str, tuple[Row, ...]] = {  # the healthy scenario has no cluster
    "generation": ({"is_searchable": "1", "replication_factor_met": "1", "search_factor_met": "1"},),
    "cluster_peers": ({"label": "idx1", "status": "Up"}, {"label": "idx2", "status": "Up"}),
}
MAY_BE_EMPTY = {  # everyday noise, and what a quiet hour lacks; a gate of the same task sees the index
    "blocked_outputs",
    "failed_connections",
    "long_searches",
}
TELLS_OF_RIGHTS = ("permissions_verification.", "data_availability.nothing_visible")  # and says so
STATES = {"health_info", "kvStoreStatus", "licenseState", "status"}  # columns with a few known words
NOW = time.time()


NO_ROWS: dict[str, tuple[Row, ...]] = {}


class Sight(Enum):
    """What becomes of a search."""

    WHOLE = "all its rows"
    FORBIDDEN = "403"
    REFUSED = "a WARN message with 403, as | rest tells it"
    FAILED = "no answer"
    PARTIAL = "a peer was down"
    EMPTY = "no rows"
    ZERO = "a count of 0"


@cache
def healthy_rows(name: str, spl: str, earliest: str | None, latest: str | None) -> tuple[Row, ...]:
    """Return what a healthy deployment shows to a probe."""
    if name in CLUSTERED:
        return CLUSTERED[name]
    scenario = load_scenario("healthy")
    start, end = (fill(bound or "now", FILLED) for bound in (earliest or "-24h", latest or "now"))
    covered = window(start, end, NOW)
    context = Context(ScenarioDeployment(scenario, NOW, scenario.faults), NOW, covered.earliest, covered.latest)
    rows = parse_search(sendable(fill(spl, FILLED)), NOW)(context)
    return tuple(
        {column: cell if isinstance(cell, str) else tuple(cell) for column, cell in row.items()} for row in rows
    )


def rows_of(name: str, probe: Probe) -> tuple[Row, ...]:
    return healthy_rows(name, probe.spl, probe.earliest, probe.latest)


def reply(rows: tuple[Row, ...], sight: Sight) -> Reply:
    replies: dict[Sight, Reply] = {
        Sight.WHOLE: outcome(*rows),
        Sight.FORBIDDEN: SplunkForbidden("the role lacks a capability"),
        Sight.REFUSED: outcome(messages=("Unexpected status for to fetch REST endpoint uri=x status=403 - Forbidden",)),
        Sight.FAILED: SearchFailed("it took too long"),
        Sight.PARTIAL: outcome(*rows, messages=("Unable to distribute to peer named idx2",), partial=True),
        Sight.EMPTY: outcome(),
        Sight.ZERO: outcome(*({**row, "count": "0"} if "count" in row else row for row in rows)),
    }
    return replies[sight]


@cache
def compiled(task_id: str) -> CompiledTask:
    return compile_task(next(task for task in TASKS if task.id == task_id))


def attempted(task: TaskDefinition, sights: dict[str, Sight], rows: dict[str, tuple[Row, ...]] = NO_ROWS) -> TaskResult:
    """Run *task* against a Splunk that shows of each probe what *sights* says, and *rows* in place of healthy ones."""
    replies = {
        fill(probe.spl, FILLED).strip(): reply(rows.get(name, rows_of(name, probe)), sights.get(name, Sight.WHOLE))
        for name, probe in task.probes.items()
    }
    longest_first = {spl: replies[spl] for spl in sorted(replies, key=len, reverse=True)}

    async def run() -> TaskResult:
        async with Ledger(FakeSplunk(longest_first), asyncio.Semaphore(6)) as ledger:
            context = RunContext(
                run_id="r",
                problem=Problem(text="p", parameters=NAMED),
                now=NOW,
                compiled={task.id: compiled(task.id)},
                ledger=ledger,
                agent=None,
                agent_slots=asyncio.Semaphore(1),
                tell=lambda _: None,
            )
            return await attempt(context)(task, {})

    return asyncio.run(run())


def tells_only_what_changed(task: TaskDefinition, name: str) -> bool:
    over = {rule.status for rule in task.rules if rule.over == name}
    return over == {"context"} and name not in task.gates


def unseen(task: TaskDefinition, sights: dict[str, Sight]) -> list[str]:
    """Return the probes of *task* that did not show what a healthy deployment shows."""
    hidden = []
    for name, sight in sights.items():
        shows = bool(rows_of(name, task.probes[name])) and name not in MAY_BE_EMPTY
        counts = name in task.gates and any("count" in row for row in rows_of(name, task.probes[name]))
        matters = {Sight.EMPTY: shows, Sight.ZERO: counts, Sight.WHOLE: False}.get(sight, True)
        if matters and not tells_only_what_changed(task, name):
            hidden.append(name)
    return hidden


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_task_that_sees_a_healthy_deployment_is_clear(task: TaskDefinition) -> None:
    """Else the test below proves nothing."""
    result = attempted(task, {})
    assert (result.status, result.findings) == (TaskStatus.CLEAR, ()), result.line


@pytest.mark.parametrize(
    ("task", "name"),
    [(task, name) for task in TASKS for name in task.probes],
    ids=lambda value: value if isinstance(value, str) else value.id,
)
@pytest.mark.parametrize("sight", [sight for sight in Sight if sight is not Sight.WHOLE])
def test_one_blind_eye_is_enough(task: TaskDefinition, name: str, sight: Sight) -> None:
    if unseen(task, {name: sight}):
        result = attempted(task, {name: sight})
        assert result.status is not TaskStatus.CLEAR
        assert result.line


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_task_is_clear_of_what_it_did_not_see(task: TaskDefinition, data: st.DataObject) -> None:
    sights = data.draw(st.fixed_dictionaries({name: st.sampled_from(Sight) for name in task.probes}))
    result = attempted(task, sights)
    hidden = unseen(task, sights)
    assert (result.status is TaskStatus.CLEAR) <= (not hidden), hidden
    if not any(sight is Sight.ZERO and name not in task.gates for name, sight in sights.items()):  # such a 0 was seen
        faults = {finding.id for finding in result.findings if not finding.id.startswith(TELLS_OF_RIGHTS)}
        assert not faults, "blindness is no fault"
    assert all(gap.unlock for gap in result.gaps if "refuse" in gap.reason), "what is refused needs a way out"


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_what_is_refused_names_the_grant_that_mends_it(task: TaskDefinition) -> None:
    for name, probe in task.probes.items():
        if not tells_only_what_changed(task, name):
            for sight in (Sight.FORBIDDEN, Sight.REFUSED) if "| rest" in probe.spl else (Sight.FORBIDDEN,):
                result = attempted(task, {name: sight})
                assert result.status is TaskStatus.NOT_CHECKED, name
                assert probe.unlock in {gap.unlock for gap in result.gaps}, name


def judged_columns(task: TaskDefinition, name: str) -> list[str]:
    """Return the columns of a probe by which something is judged."""
    conditions = [(rule.when, rule.over) for rule in task.rules if rule.status != "context"]
    conditions += [(blind.when, None) for blind in task.blind]
    named = [uses(when, task.probes) for when, over in conditions if name in {over, *uses(when, task.probes).probes}]
    return sorted(set(task.probes[name].columns) & {column for each in named for column in each.columns})


CELLS = [
    (task, name, column)
    for task in TASKS
    for name, probe in task.probes.items()
    if rows_of(name, probe)
    for column in judged_columns(task, name)
]


@pytest.mark.parametrize(
    ("task", "name", "column", "cell"),
    [(*place, cell) for place in CELLS for cell in ("", None, *(["unknown"] if place[-1] in STATES else []))],
    ids=lambda value: getattr(value, "id", value),
)
def test_a_task_is_not_clear_of_a_cell_that_says_nothing(
    task: TaskDefinition, name: str, column: str, cell: str | None
) -> None:
    first, *others = rows_of(name, task.probes[name])
    spoiled = {**first, column: cell} if cell is not None else {key: first[key] for key in first if key != column}
    result = attempted(task, {}, {name: (spoiled, *others)})
    assert result.status is not TaskStatus.CLEAR
