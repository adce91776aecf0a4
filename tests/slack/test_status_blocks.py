"""The status message: phases, states and findings, readable and within Slack's limits with any plan."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.event import RunFailed, RunQueued, RunStarted, TaskFinished, TaskStarted
from bot.domain.plan import Phase, Plan
from bot.domain.run import Finding, Problem, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import TaskDefinition, WorkflowDefinition
from bot.engine.planner import plan
from bot.slack.plan_blocks import plan_message
from bot.slack.progress import Progress
from bot.slack.status_blocks import status_message
from bot.slack.status_words import TASKS_SHOWN
from tests.slack.bench import WORKFLOWS
from tests.slack.hostile import hostile
from tests.slack.shape import check, nodes

PROBLEM = Problem(text="no events")


def shown(progress: Progress) -> str:
    return "".join(n["text"] for n in nodes(status_message(progress).blocks) if isinstance(n.get("text"), str))


def cards(progress: Progress) -> dict[str, str]:
    plans = [block for block in plan_message(progress).blocks if block["type"] == "plan"]
    return {card["task_id"]: card["status"] for each in plans for card in each["tasks"]}


def progress() -> Progress:
    return Progress(plan(WORKFLOWS["missing_data"]), PROBLEM, "asked for by name")


def wide(count: int, phases: int = 1) -> Progress:
    tasks = tuple(TaskDefinition(id=f"t{i}", title=f"Task {i}", why="?") for i in range(count))
    per_phase = count // phases
    cut = tuple(Phase(number=n + 1, tasks=tasks[n * per_phase : (n + 1) * per_phase]) for n in range(phases))
    workflow = WorkflowDefinition(id="wide", title="Wide", about="Many.", tasks=tasks)
    return Progress(Plan(workflow=workflow, phases=cut), PROBLEM)


def done(task_id: str, status: TaskStatus = TaskStatus.CLEAR, **more: Any) -> TaskFinished:
    given_ = {"task_id": task_id, "title": task_id, "status": status, "started_at": 1, "duration_s": 2.34, **more}
    return TaskFinished("r", 0, TaskResult.model_validate(given_))


def test_a_task_goes_from_waiting_to_running_to_its_finding() -> None:
    run = progress()
    run.tell(RunStarted("r", 0, run.plan, PROBLEM))
    assert "Queues · waiting" in shown(run)
    run.tell(TaskStarted("r", 0, "queues"))
    assert "Queues · running" in shown(run)
    finding = Finding(id="queues.blocked", status=TaskStatus.CRITICAL, text="idx2: 41 blocked", evidence=("E1",))
    run.tell(done("queues", TaskStatus.CRITICAL, findings=(finding,)))
    assert "Queues · critical · 2.3 s\n↳ idx2: 41 blocked" in shown(run)
    assert "Phase 1 of 2 · 1 of 2 done" in shown(run)
    assert "queues: critical, idx2: 41 blocked" in status_message(run).text


def test_a_clear_task_takes_one_line() -> None:
    run = progress()
    run.tell(done("queues"))
    assert "Queues · clear · 2.3 s\n⚪ License" in shown(run)
    assert "nothing wrong" not in shown(run)


def test_what_of_the_problem_was_not_understood_is_said_and_how_to_say_it() -> None:
    run = Progress(plan(WORKFLOWS["missing_data"]), Problem(text="x", unread=("since 25:99", "index=<!channel>*")), "")
    assert "I did not understand: since 25:99, index=" in shown(run)
    assert "Ask again with index=NAME" in shown(run)
    check(status_message(run))
    assert "I did not" not in shown(progress())


def test_as_a_plan_a_task_goes_from_pending_to_its_finding_and_only_what_is_clear_gets_a_tick() -> None:
    run = progress()
    run.tell(RunStarted("r", 0, run.plan, PROBLEM))
    run.tell(TaskStarted("r", 0, "queues"))
    assert cards(run) == {"queues": "in_progress", "license": "pending", "forwarders": "pending"}
    finding = Finding(id="queues.blocked", status=TaskStatus.CRITICAL, text="idx2: 41 blocked", evidence=("E1",))
    run.tell(done("queues", TaskStatus.CRITICAL, findings=(finding,)))
    run.tell(done("license"))
    run.tell(done("forwarders", TaskStatus.NOT_CHECKED, reason="may not look"))
    assert cards(run) == {"queues": "error", "license": "complete", "forwarders": "error"}
    drawn = plan_message(run)
    first = next(block for block in drawn.blocks if block["type"] == "plan")
    assert first["title"] == "Phase 1 of 2 · 2 of 2 done"
    assert first["tasks"][0]["title"] == "Queues · critical · 2.3 s"
    assert "idx2: 41 blocked" in str(first["tasks"][0]["output"])
    assert drawn.text == status_message(run).text
    assert drawn.plainer == status_message(run)


@pytest.mark.parametrize("status", TaskStatus)
def test_of_all_a_task_may_come_to_only_clear_gets_a_tick(status: TaskStatus) -> None:
    run = progress()
    run.tell(done("queues", status, reason="?"))
    assert (cards(run)["queues"] == "complete") == (status is TaskStatus.CLEAR)


def test_a_queued_run_says_how_many_are_ahead() -> None:
    run = progress()
    run.tell(RunQueued("r", 0, 2))
    assert "Waiting: 2 runs ahead." in shown(run)
    run.tell(RunStarted("r", 0, run.plan, PROBLEM))
    assert "ahead" not in shown(run)


def test_a_failed_run_says_so_and_leaves_nothing_waiting() -> None:
    run = progress()
    run.tell(RunFailed("r", 0, "Internal error; the log has it under run r."))
    assert "Failed: Internal error" in shown(run)
    assert "· waiting" not in shown(run)


def test_two_hundred_tasks_fit_and_the_bad_one_is_shown() -> None:
    run = wide(200)
    for number in range(200):
        run.tell(done(f"t{number}", TaskStatus.WARNING if number == 180 else TaskStatus.CLEAR, reason="y" * 500))
    check(status_message(run))
    check(plan_message(run))
    assert "Task 180 · warning" in shown(run)
    assert f"… {200 - TASKS_SHOWN} more: 160 clear" in shown(run)


def test_two_hundred_phases_fit_and_the_rest_is_counted() -> None:
    run = wide(200, phases=200)
    check(status_message(run))
    check(plan_message(run))
    assert "… 180 more phases: 180 waiting" in shown(run)


@settings(max_examples=50, deadline=None)
@given(hostile, hostile, st.sampled_from(TaskStatus))
def test_hostile_text_stays_text(line: str, title: str, status: TaskStatus) -> None:
    run = progress()
    run.reason = title
    for task in run.plan.tasks:
        run.tell(done(task.id, status, title=title, reason=line))
    check(status_message(run))
    check(plan_message(run))
