"""Plans: phases by depth, efficiency, the critical path, shared searches."""

import pytest

from bot.domain.workflow import Guidance, Probe, TaskDefinition, WorkflowDefinition
from bot.engine.planner import critical_path, plan, rounds, searches
from bot.errors import WorkflowError


def workflow(**needs: tuple[str, ...]) -> WorkflowDefinition:
    tasks = tuple(
        TaskDefinition(id=name, title=name, why="why", needs=of, agent=Guidance(guidance="look"))
        for name, of in needs.items()
    )
    return WorkflowDefinition(id="w", title="W", about="a", tasks=tasks)


def test_a_task_is_in_the_phase_after_its_deepest_need() -> None:
    phases = plan(workflow(d=("b", "a"), a=(), b=("a",), c=())).phases
    assert [[task.id for task in phase.tasks] for phase in phases] == [["a", "c"], ["b"], ["d"]]


def test_ten_tasks_in_two_phases_are_8_of_9_efficient() -> None:
    names = "abcdefgh"
    ten = workflow(**dict.fromkeys(names, ()), i=("a",), j=("a",))
    assert round(plan(ten).parallel_efficiency, 3) == 0.889
    assert plan(workflow(a=())).parallel_efficiency == 1.0


def test_a_cycle_is_named_in_order() -> None:
    with pytest.raises(WorkflowError, match=r"(a → b → c → a|b → c → a → b|c → a → b → c)"):
        plan(workflow(a=("b",), b=("c",), c=("a",)))


def test_the_critical_path_is_the_dearest_chain() -> None:
    chain = plan(workflow(a=(), b=("a",), c=(), d=("c",)))
    cost = {"a": 1.0, "b": 1.0, "c": 5.0, "d": 0.5}
    assert critical_path(chain, lambda task: cost[task.id]) == (("c", "d"), 5.5)
    assert critical_path(chain)[1] == 2


def test_probes_that_ask_the_same_count_as_one_search() -> None:
    probe = Probe(spl="| rest /services/server/info", columns={"version": "text"})
    tasks = tuple(TaskDefinition(id=name, title=name, why="w", probes={"info": probe}) for name in "ab")
    asked = searches(plan(WorkflowDefinition(id="w", title="W", about="a", tasks=tasks)))
    assert list(asked.values()) == [("a.info", "b.info")]


def test_rounds_fill_the_first_free_place() -> None:
    assert rounds([3, 1, 1, 1], cap=2) == 3
    assert rounds([1.0] * 7, cap=3) == 3
