"""RunService: runs started once, queued, stopped, bounded, and always reported."""

import asyncio
from typing import Any

import pytest

from bot.domain.event import RunEvent, RunFailed, RunFinished, RunQueued, RunStarted, TaskFinished, TaskStarted
from bot.domain.evidence import SearchOutcome, SearchQuery
from bot.domain.names import VisibleNames
from bot.domain.report import SummaryDraft
from bot.domain.run import RunRequest
from bot.domain.status import TaskStatus
from bot.domain.workflow import WorkflowDefinition
from bot.engine.caps import Caps
from bot.engine.preparing import NeedsChoice, PreparedRun
from bot.engine.service import RunService
from bot.errors import SplunkUnreachable, UnknownWorkflow, UsageError
from bot.ports import Observer, SummaryBrief
from tests.fakes import FakeAgent, FakeSplunk, FakeWriter

ACTION = {"priority": 1, "owner": "platform", "do": "mend it"}


def a_task(name: str, **of: Any) -> dict[str, Any]:
    probe = {"spl": f"| rest /services/{name}", "columns": {"n": "number"}}
    rule = {"id": "bad", "over": "p", "when": "r.n > 1.0", "status": "critical", "finding": "n is {n}"}
    return {"id": name, "title": name, "why": "w", "probes": {"p": probe}, "rules": [rule | {"action": ACTION}]} | of


def a_workflow(name: str, *tasks: dict[str, Any], words: tuple[str, ...] = ()) -> WorkflowDefinition:
    return WorkflowDefinition.model_validate(
        {"id": name, "title": name.replace("_", " "), "about": "about", "words": words, "tasks": tasks}
    )


LOST = a_workflow("lost_data", a_task("one"), a_task("two"), a_task("three", needs=["one"]), words=("no events",))
SLOW = a_workflow("slow_search", a_task("four"), words=("searches are slow",))
WORKFLOWS = {one.id: one for one in (LOST, SLOW)}


async def prepared(runs: RunService, **of: Any) -> PreparedRun:
    return await runs.prepare(RunRequest.model_validate({"problem": "no events in index=web", **of}))


async def test_a_run_tells_its_story_and_ends_with_a_report_on_every_task() -> None:
    heard: list[RunEvent] = []
    async with RunService(WORKFLOWS, FakeSplunk({"one": ({"n": "5"},), "rest": ({"n": "0"},)})) as runs:
        run_id = await runs.start(await prepared(runs), heard.append)
        run = await runs.result(run_id)
    assert run
    assert {result.task_id: result.status for result in run.results} == {
        "one": TaskStatus.CRITICAL,
        "two": TaskStatus.CLEAR,
        "three": TaskStatus.CLEAR,
    }
    assert run.diagnosis
    assert run.report.root_cause == run.diagnosis
    assert run.phases == (("one", "two"), ("three",))
    assert run.usage.searches == 3
    assert isinstance(heard[0], RunStarted)
    assert isinstance(heard[-1], RunFinished)
    finished = [event.result.task_id for event in heard if isinstance(event, TaskFinished)]
    assert finished.index("three") > finished.index("one")


async def test_an_agent_is_told_which_deployment_the_run_is_on_where_there_are_several() -> None:
    agent = FakeAgent()
    read = a_workflow("read", a_task("one", agent={"when": "always", "guidance": "look"}))
    for searches in ({"prod": FakeSplunk(), "lab": FakeSplunk()}, {"prod": FakeSplunk()}):
        async with RunService({"read": read}, searches, agent=agent) as runs:
            asked = await prepared(runs, workflow="read", splunk=list(searches)[-1])
            await runs.result(await runs.start(asked))
    assert [brief.splunk for brief in agent.briefs] == ["lab", ""]


async def test_a_listener_that_breaks_costs_the_run_nothing() -> None:
    def broken(_: RunEvent) -> None:
        raise ZeroDivisionError

    async with RunService(WORKFLOWS, FakeSplunk()) as runs:
        assert await runs.result(await runs.start(await prepared(runs), broken))


async def test_past_the_cap_a_run_waits_and_says_its_place() -> None:
    hold = asyncio.Event()
    splunk = FakeSplunk(hold=hold)
    async with RunService(WORKFLOWS, splunk, caps=Caps(runs=1)) as runs:
        begun = asyncio.Event()
        ids = [await runs.start(await prepared(runs), lambda _: begun.set())]
        await begun.wait()
        heard: list[list[RunEvent]] = [[], []]
        told = asyncio.Event()

        def tell(event: RunEvent) -> None:
            heard[1].append(event)
            told.set()

        ids.append(await runs.start(await prepared(runs), heard[0].append))
        ids.append(await runs.start(await prepared(runs), tell))
        await told.wait()
        assert [event.ahead for events in heard for event in events if isinstance(event, RunQueued)] == [0, 1]
        hold.set()
        assert all([await runs.result(run_id) for run_id in ids])


async def test_stopping_a_run_stops_its_searches_and_reports_what_is_known() -> None:
    searching = asyncio.Event()
    splunk = FakeSplunk({"one": ({"n": "5"},)})
    splunk.on_search = lambda query: _hold_two(splunk, query.spl, searching)
    heard: list[RunEvent] = []
    known = asyncio.Event()

    def listen(event: RunEvent) -> None:
        heard.append(event)
        if isinstance(event, TaskFinished) and event.result.task_id == "one":
            known.set()

    async with RunService(WORKFLOWS, splunk) as runs:
        run_id = await runs.start(await prepared(runs), listen)
        await searching.wait()
        await known.wait()
        waiting = asyncio.create_task(runs.result(run_id))
        assert runs.stop(run_id, "stopped by ana")
        run = await waiting
    assert run
    assert run.stopped == "stopped by ana"
    assert [result.status for result in run.results][:2] == [TaskStatus.CRITICAL, TaskStatus.SKIPPED]
    assert run.results[1].reason == "stopped by ana"
    assert "one" not in {query.spl for query in splunk.cancelled}
    assert splunk.in_flight == 0


def _hold_two(splunk: FakeSplunk, spl: str, searching: asyncio.Event) -> None:
    splunk.hold = None if spl.endswith("one") else asyncio.Event()
    if spl.endswith("two"):
        searching.set()


async def test_past_its_limit_a_run_ends_with_what_is_known() -> None:
    splunk = FakeSplunk(hold=asyncio.Event())
    writer = FakeWriter(SummaryDraft(executive_summary="never asked for"))
    async with RunService(WORKFLOWS, splunk, writer=writer, caps=Caps(run_time_limit_s=0.01)) as runs:
        run = await runs.result(await runs.start(await prepared(runs)))
    assert run
    assert {result.status for result in run.results} == {TaskStatus.TIMED_OUT}
    assert splunk.in_flight == 0
    assert run.report.coverage.ran == 0
    assert not writer.briefs  # whoever waits for an ended run does not wait for a model too


async def test_closing_the_service_ends_every_run_and_leaves_nothing_running() -> None:
    before = asyncio.all_tasks()
    heard: list[RunEvent] = []
    begun = asyncio.Event()
    splunk = FakeSplunk(hold=asyncio.Event(), on_search=lambda _: begun.set())
    async with RunService(WORKFLOWS, splunk) as runs:
        await runs.start(await prepared(runs), heard.append)
        await begun.wait()
    assert isinstance(heard[-1], RunFinished)
    assert splunk.in_flight == 0
    assert asyncio.all_tasks() == before


async def test_a_broken_run_is_told_not_lost() -> None:
    heard: list[RunEvent] = []

    class Broken(FakeSplunk):
        async def quota(self) -> int | None:
            return None

    async with RunService(WORKFLOWS, Broken()) as runs:
        runs._summarizer = None  # type: ignore[assignment]  # breaks the run after its tasks
        run_id = await runs.start(await prepared(runs), heard.append)
        assert await runs.result(run_id) is None
    assert isinstance(heard[-1], RunFailed)
    assert run_id in heard[-1].reason


async def test_the_role_s_quota_lowers_the_searches_in_flight_and_is_said() -> None:
    splunk = FakeSplunk(role_quota=1)
    async with RunService(WORKFLOWS, splunk) as runs:
        run = await runs.result(await runs.start(await prepared(runs)))
    assert splunk.most_in_flight == 1
    assert run
    assert "srchJobsQuota" in run.notes[0]


async def test_a_quota_that_cannot_be_seen_changes_nothing() -> None:
    splunk = FakeSplunk(role_quota=SplunkUnreachable("down"))
    async with RunService(WORKFLOWS, splunk) as runs:
        run = await runs.result(await runs.start(await prepared(runs)))
    assert run
    assert run.notes == ()


async def test_a_writer_may_word_the_summary_and_no_more() -> None:
    writer = FakeWriter(SummaryDraft(executive_summary="All quiet but for one."))
    splunk = FakeSplunk({"one": ({"n": "5"},), "rest": ({"n": "0"},)})
    async with RunService(WORKFLOWS, splunk, writer=writer) as runs:
        run = await runs.result(await runs.start(await prepared(runs)))
    assert run
    assert run.report.prose_by == "model"
    assert run.report.severity == "critical"


async def test_an_unknown_workflow_an_empty_problem_and_a_vague_one_are_told_apart() -> None:
    async with RunService(WORKFLOWS, FakeSplunk()) as runs:
        with pytest.raises(UnknownWorkflow, match="lost_data, slow_search"):
            await prepared(runs, workflow="nope")
        with pytest.raises(UsageError, match="Say what is wrong"):
            await prepared(runs, problem="  \n ")
        with pytest.raises(NeedsChoice) as asked:
            await prepared(runs, problem="the coffee is cold")
        assert {choice.workflow for choice in asked.value.choices} == {"lost_data", "slow_search"}
        assert (await prepared(runs, problem="serches are slow")).workflow.id == "slow_search"


async def test_a_task_is_told_as_started_before_it_is_finished() -> None:
    heard: list[RunEvent] = []
    async with RunService(WORKFLOWS, FakeSplunk()) as runs:
        await runs.result(await runs.start(await prepared(runs), heard.append))
    order = [
        (type(event).__name__, event.task_id if isinstance(event, TaskStarted) else event.result.task_id)
        for event in heard
        if isinstance(event, TaskStarted | TaskFinished)
    ]
    for name in ("one", "two", "three"):
        assert order.index(("TaskStarted", name)) < order.index(("TaskFinished", name))


async def test_a_bare_word_that_splunk_knows_is_understood_and_a_name_before_a_colon_chooses() -> None:
    splunk = FakeSplunk(visible=VisibleNames(indexes=frozenset({"web"})))
    async with RunService(WORKFLOWS, splunk) as runs:
        ready = await prepared(runs, problem="slow_search: no web events")
    assert (ready.workflow.id, ready.reason) == ("slow_search", "asked for by name")
    assert ready.problem.text == "no web events"
    assert [str(one) for one in ready.problem.understood] == ["index=web (matched)"]


async def test_without_names_from_splunk_a_problem_is_read_all_the_same() -> None:
    async with RunService(WORKFLOWS, FakeSplunk(visible=SplunkUnreachable("down"))) as runs:
        ready = await prepared(runs, problem="no web events in index=os")
    assert ready.problem.parameters.index == "os"


async def test_a_run_whose_checks_are_done_is_hurried_not_stopped() -> None:
    drafting = asyncio.Event()

    class Slow(FakeWriter):
        async def draft(self, brief: SummaryBrief, tell: Observer) -> SummaryDraft:
            drafting.set()
            await asyncio.Event().wait()
            raise AssertionError

    writer = Slow(SummaryDraft(executive_summary="too late"))
    async with RunService(WORKFLOWS, FakeSplunk(), writer=writer) as runs:
        run_id = await runs.start(await prepared(runs))
        await drafting.wait()
        waiting = asyncio.create_task(runs.result(run_id))
        assert runs.stop(run_id, "the bot was stopped")
        run = await waiting
    assert run
    assert (run.stopped, run.report.prose_by) == (None, "rules")
    assert run.report.note == "The summary is written by rules: the model was still writing when the run was stopped."
    assert {result.status for result in run.results} == {TaskStatus.CLEAR}


async def test_a_stop_while_the_last_search_is_cancelled_is_not_lost_on_the_summary() -> None:
    cancelled, finished = asyncio.Event(), asyncio.Event()

    class SlowToCancel(FakeSplunk):
        async def search(self, query: SearchQuery) -> SearchOutcome:
            try:
                return await super().search(query)
            finally:
                await cancelled.wait()

    def listen(event: RunEvent) -> None:
        if isinstance(event, TaskFinished):
            finished.set()

    writer = FakeWriter(SummaryDraft(executive_summary="never asked for"))
    late = a_workflow("late", a_task("one", time_limit_s=0.01))
    async with RunService({"late": late}, SlowToCancel(hold=asyncio.Event()), writer=writer) as runs:
        run_id = await runs.start(await prepared(runs, workflow="late"), listen)
        await finished.wait()
        checks = runs._conductors[run_id]._execution
        assert checks
        await asyncio.wait({checks})
        waiting = asyncio.create_task(runs.result(run_id))
        assert runs.stop(run_id, "stopped by ana")
        cancelled.set()
        run = await waiting
    assert run
    assert (run.stopped, run.report.prose_by, writer.briefs) == (None, "rules", [])


async def test_a_summary_that_comes_too_late_is_not_waited_for_and_the_report_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Never(FakeWriter):
        async def draft(self, brief: SummaryBrief, tell: Observer) -> SummaryDraft:
            await asyncio.Event().wait()
            raise AssertionError

    monkeypatch.setattr("bot.engine.drafting.DRAFT_LIMIT_S", 0)
    writer = Never(SummaryDraft(executive_summary="never"))
    async with RunService(WORKFLOWS, FakeSplunk(), writer=writer) as runs:
        run = await runs.result(await runs.start(await prepared(runs)))
    assert run
    assert run.report.note == "The summary is written by rules: no model has written one within 0 s."


async def test_a_task_skipped_for_want_of_a_need_is_told_as_finished() -> None:
    heard: list[RunEvent] = []
    async with RunService(WORKFLOWS, FakeSplunk({"one": SplunkUnreachable("down")})) as runs:
        await runs.result(await runs.start(await prepared(runs), heard.append))
    finished = {event.result.task_id: event.result.status for event in heard if isinstance(event, TaskFinished)}
    assert finished["three"] is TaskStatus.SKIPPED


async def test_a_run_that_waits_for_a_slot_is_stopped_at_once() -> None:
    splunk = FakeSplunk(hold=asyncio.Event())
    async with RunService(WORKFLOWS, splunk, caps=Caps(runs=1)) as runs:
        first = await runs.start(await prepared(runs))
        waiting = await runs.start(await prepared(runs))
        await asyncio.sleep(0)
        assert runs.stop(waiting, "stopped by Ana")
        run = await runs.result(waiting)
        assert run
        assert run.stopped == "stopped by Ana"
        assert {result.status for result in run.results} == {TaskStatus.SKIPPED}
        assert runs.stop(first, "enough")
        assert await runs.result(first)


async def test_a_stop_does_not_wait_for_a_splunk_that_does_not_answer() -> None:
    class Silent(FakeSplunk):
        async def quota(self) -> int | None:
            await asyncio.Event().wait()
            return None

    async with RunService(WORKFLOWS, Silent()) as runs:
        run_id = await runs.start(await prepared(runs))
        await asyncio.sleep(0)
        assert runs.stop(run_id, "enough")
        run = await runs.result(run_id)
        assert run
        assert run.stopped == "enough"
