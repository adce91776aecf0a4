"""Grants and rows taken away at random from every task of every workflow: none is ever clear of what it did not see."""

import time
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.evidence import Row
from bot.domain.run import Parameters, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import Probe, TaskDefinition
from bot.engine.conditions import uses
from bot.errors import SearchFailed, SplunkForbidden
from tests.fakes import Reply, outcome
from tests.shipped import TASKS
from tests.workflows.seen import judged, shown

NAMED = Parameters(index="web", sourcetype="access_combined", host="fwd01")
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


def rows_of(name: str, probe: Probe) -> tuple[Row, ...]:
    """Return what a healthy deployment shows to a probe."""
    return CLUSTERED[name] if name in CLUSTERED else shown("healthy", probe, NOW, NAMED).rows


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


def attempted(task: TaskDefinition, sights: dict[str, Sight], rows: dict[str, tuple[Row, ...]] = NO_ROWS) -> TaskResult:
    """Run *task* against a Splunk that shows of each probe what *sights* says, and *rows* in place of healthy ones."""
    replies = {
        name: reply(rows.get(name, rows_of(name, probe)), sights.get(name, Sight.WHOLE))
        for name, probe in task.probes.items()
    }
    return judged(task, replies, NOW, NAMED)


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


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_one_blind_eye_is_enough(task: TaskDefinition) -> None:
    for name in task.probes:
        for sight in Sight:
            if unseen(task, {name: sight}):
                result = attempted(task, {name: sight})
                assert result.status is not TaskStatus.CLEAR, (name, sight)
                assert result.line, (name, sight)


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


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_task_is_not_clear_of_a_cell_that_says_nothing(task: TaskDefinition) -> None:
    for name, probe in task.probes.items():
        rows = rows_of(name, probe)
        for column in judged_columns(task, name) if rows else ():
            for cell in ("", None, *(["unknown"] if column in STATES else [])):
                first, *others = rows
                spoiled = {**first, column: cell} if cell is not None else {k: first[k] for k in first if k != column}
                result = attempted(task, {}, {name: (spoiled, *others)})
                assert result.status is not TaskStatus.CLEAR, (name, column, cell)
