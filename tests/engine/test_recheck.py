"""Checking again: what was bad or unchecked is looked at anew with its needs, and each finding's fate is told."""

import pytest

from bot.domain.kept import KeptPlan
from bot.domain.run import Finding, Parameters, Problem, Run, RunRequest, TaskResult
from bot.domain.status import TaskStatus
from bot.engine.doors import Earlier
from bot.engine.preparing import resumed
from bot.engine.recheck import Before, Kept, compare, is_worth_it, keep_clear, plan_again
from bot.engine.service import RunService
from bot.errors import SplunkForbidden
from tests.engine.test_service import a_task, a_workflow
from tests.fakes import FakeSplunk, Reply

WORKFLOW = a_workflow(
    "w",
    a_task("license"),
    a_task("peers", needs=["license"]),
    a_task("queues", needs=["peers"]),
    a_task("disk"),
    a_task("agents"),
)
PLAN = KeptPlan(
    workflow=WORKFLOW,
    problem=Problem(text="p", parameters=Parameters(index="web", latest="-1h")),
    reason="",
    now=1_800_000_000.0,
)


async def run_of(plan: KeptPlan, replies: dict[str, Reply], before: Run | None = None) -> tuple[Run, FakeSplunk]:
    splunk = FakeSplunk(replies)
    async with RunService({}, splunk) as runs:
        earlier = Earlier(before=Before(before, "Asia/Kolkata")) if before else None
        run_id = await runs.start(
            resumed(plan, RunRequest(problem="p")), run_id="r2" if before else "r1", earlier=earlier
        )
        run = await runs.result(run_id)
    assert run
    return run, splunk


async def test_only_what_was_bad_or_unchecked_is_searched_again_with_what_it_needs() -> None:
    well: dict[str, Reply] = {"rest": ({"n": "0"},)}
    first, _ = await run_of(PLAN, {"queues": ({"n": "5"},), "agents": SplunkForbidden("may not look"), **well})
    again, splunk = await run_of(plan_again(PLAN, "r1", PLAN.now + 600), well, first)
    assert sorted(query.spl for query in splunk.asked) == [
        f"| rest /services/{n}" for n in ("agents", "license", "peers", "queues")
    ]
    assert again.again
    assert again.again.kept == 1
    [outcome] = again.again.outcomes
    assert outcome.startswith("cleared ")
    assert outcome.endswith(" IST: n is 5")
    assert str(again.report.coverage) == "5 of 5 checks ran"
    assert again.usage.searches == 4
    cited = {each for result in again.results for each in result.evidence}
    assert cited <= {entry.id for entry in again.evidence}
    assert not any("interrupted" in note for note in again.notes)
    assert not is_worth_it(again)
    assert keep_clear(again, WORKFLOW).results == again.results


async def test_what_is_still_bad_is_told_in_its_new_words() -> None:
    first, _ = await run_of(PLAN, {"queues": ({"n": "5"},), "rest": ({"n": "0"},)})
    again, _ = await run_of(plan_again(PLAN, "r1", PLAN.now), {"queues": ({"n": "7"},), "rest": ({"n": "0"},)}, first)
    assert again.again
    assert again.again.outcomes == ("still: n is 7",)


async def test_what_cannot_be_looked_at_now_is_not_called_cleared() -> None:
    first, _ = await run_of(PLAN, {"queues": ({"n": "5"},), "rest": ({"n": "0"},)})
    blind: dict[str, Reply] = {"queues": SplunkForbidden("may not look"), "rest": ({"n": "0"},)}
    again, _ = await run_of(plan_again(PLAN, "r1", PLAN.now), blind, first)
    assert again.again
    [outcome] = again.again.outcomes
    assert outcome.startswith("not known: n is 5 (")


def test_the_end_of_a_time_that_is_over_is_dropped_and_all_else_that_was_named_is_kept() -> None:
    again = plan_again(PLAN, "r1", 5.0)
    assert again.problem.parameters == Parameters(index="web")
    assert again.now == 5.0


def finding(text: str, host: str | None = None, rule: str = "t.bad") -> Finding:
    return Finding(id=rule, status=TaskStatus.CRITICAL, text=text, evidence=("E1",), host=host)


@pytest.mark.parametrize(
    ("earlier", "later", "outcomes"),
    [
        (["index web: 3", "index app: 4"], ["index app: 9"], ["cleared", "still: index app: 9"]),
        (["idx1 has 4", "idx2 has 4"], ["idx2 has 8"], ["cleared", "still: idx2 has 8"]),
        (["3 of 5 hosts"], ["all hosts"], ["still: all hosts"]),
        ([], ["fresh"], ["new: fresh"]),
    ],
)
async def test_findings_are_told_apart_by_all_their_words_but_numbers(
    earlier: list[str], later: list[str], outcomes: list[str]
) -> None:
    run, _ = await run_of(PLAN, {"rest": ({"n": "0"},)})

    def result(texts: list[str]) -> TaskResult:
        status = TaskStatus.CRITICAL if texts else TaskStatus.CLEAR
        return TaskResult(task_id="t", title="T", status=status, findings=tuple(map(finding, texts)), started_at=1.0)

    before = Before(run.model_copy(update={"results": (result(earlier),)}))
    told = compare(before, (result(later),), Kept((), ()), 2.0).outcomes
    assert [each if not each.startswith("cleared") else "cleared" for each in told] == outcomes
