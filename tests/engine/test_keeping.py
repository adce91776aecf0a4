"""A run and its journal: what is kept, what is not asked again, and what happens when keeping fails."""

import asyncio
from dataclasses import dataclass, field

from bot.domain.event import ModelCalled, RunEvent, RunFinished, RunLeft
from bot.domain.kept import KeptPlan, KeptSearch
from bot.domain.run import Interpretation, ModelCall, Problem, Run, RunRequest, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import WorkflowDefinition
from bot.engine.doors import Earlier
from bot.engine.preparing import resumed
from bot.engine.service import RunService
from bot.engine.unkept import Unkept
from bot.errors import RunTaken, StoreError
from bot.ports import Observer, TaskBrief
from tests.fakes import FakeAgent, FakeSplunk


def a_task(name: str, *needs: str) -> dict[str, object]:
    probe = {"spl": f"| rest /services/{name}", "columns": {"n": "number"}}
    return {"id": name, "title": name, "why": "?", "needs": list(needs), "probes": {"p": probe}}


WORKFLOW = WorkflowDefinition.model_validate(
    {"id": "w", "title": "W", "about": "a", "tasks": [a_task("one"), a_task("two"), a_task("three", "one")]}
)


@dataclass
class FakeJournal(Unkept):
    """Keeps in lists; `fails` is raised at the first result."""

    fails: Exception | None = None
    searches: list[KeptSearch] = field(default_factory=list)
    results: list[TaskResult] = field(default_factory=list)
    calls: dict[int, ModelCall] = field(default_factory=dict)
    run: Run | None = None
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep_search(self, search: KeptSearch) -> None:
        self.searches.append(search)

    async def keep_model_call(self, number: int, call: ModelCall) -> None:
        self.calls[number] = call
        self.called.set()

    async def keep_result(self, result: TaskResult) -> None:
        if self.fails:
            raise self.fails
        self.results.append(result)

    async def keep_run(self, run: Run) -> None:
        self.run = run


NOW = 1_800_000_000.0
PREPARED_PLAN = KeptPlan(workflow=WORKFLOW, problem=Problem(text="p"), reason="", now=NOW)
PREPARED = resumed(PREPARED_PLAN, RunRequest(problem="p", workflow="w"))


async def conducted(
    journal: FakeJournal, splunk: FakeSplunk, earlier: Earlier | None = None
) -> tuple[Run | None, list[RunEvent]]:
    heard: list[RunEvent] = []
    async with RunService({"w": WORKFLOW}, splunk) as runs:
        run_id = await runs.start(PREPARED, heard.append, journal=journal, earlier=earlier)
        return await runs.result(run_id), heard


async def test_each_search_and_result_is_kept_before_the_run() -> None:
    journal = FakeJournal()
    run, _ = await conducted(journal, FakeSplunk())
    assert run
    assert [kept.evidence.id for kept in journal.searches] == ["E1", "E2", "E3"]
    assert {result.task_id for result in journal.results} == {"one", "two", "three"}
    assert journal.run == run


async def test_what_was_kept_is_not_asked_again() -> None:
    first = FakeJournal()
    await conducted(first, FakeSplunk())
    splunk = FakeSplunk()
    done = [result for result in first.results if result.task_id == "one"]
    earlier = Earlier(tuple(done), tuple(each for each in first.searches if each.query.spl.endswith(("one", "two"))))
    second = FakeJournal()
    run, _ = await conducted(second, splunk, earlier)
    assert run
    assert [query.spl for query in splunk.asked] == ["| rest /services/three"]
    assert {result.task_id for result in second.results} == {"two", "three"}
    assert any("interrupted and resumed, 1 of 3 checks kept" in note for note in run.notes)


class Reads(FakeAgent):
    """An agent that asks the model once a task, and then thinks until it may `go_on`."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
        tell(ModelCalled(brief.run_id, NOW, brief.task.id, "m", 1.0, 100, 10, ok=True))
        await self.go_on.wait()
        return Interpretation(text="?")


async def test_what_the_model_cost_before_a_resume_is_kept_at_once_and_added_up() -> None:
    workflow = WorkflowDefinition.model_validate(
        {
            "id": "w",
            "title": "W",
            "about": "a",
            "tasks": [{**a_task("one"), "agent": {"when": "always", "guidance": "?"}}],
        }
    )
    prepared = resumed(PREPARED_PLAN.model_copy(update={"workflow": workflow}), PREPARED.request)
    journal, agent = FakeJournal(), Reads()
    async with RunService({"w": workflow}, FakeSplunk(), agent=agent) as runs:
        await runs.start(prepared, journal=journal)
        await journal.called.wait()  # while the agent still thinks
        runs.leave_all("restarting")
    agent.go_on.set()
    async with RunService({"w": workflow}, FakeSplunk(), agent=agent) as runs:
        earlier = Earlier(model_calls=tuple(journal.calls.values()))
        run = await runs.result(await runs.start(prepared, journal=journal, earlier=earlier))
    assert run
    assert (run.usage.model_calls, run.usage.tokens) == (2, 220)
    assert tuple(journal.calls.values()) == run.model_calls


async def test_a_store_that_fails_ends_the_run_with_what_is_known() -> None:
    journal = FakeJournal(fails=StoreError("The database has no space left."))
    splunk = FakeSplunk()
    run, heard = await conducted(journal, splunk)
    assert run
    assert "The database has no space left." in (run.stopped or "")
    assert [result.task_id for result in run.results if result.evidence] == ["one", "two"]  # both were on their way
    assert [query.spl for query in splunk.asked] == ["| rest /services/one", "| rest /services/two"]
    assert isinstance(heard[-1], RunFinished)


async def test_what_a_model_found_and_the_store_did_not_take_is_not_cited() -> None:
    class Searches(FakeAgent):
        async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
            assert brief.look
            found = await brief.look.search("index=web", "-1h", "now")
            return Interpretation(text="so", evidence=(found.evidence.id,), doubt=None)

    class Full(FakeJournal):
        async def keep_search(self, search: KeptSearch) -> None:
            if search.query.spl == "index=web":
                raise StoreError("The database has no space left.")

    reads = {**a_task("one"), "agent": {"when": "always", "guidance": "?"}}
    workflow = WorkflowDefinition.model_validate({"id": "w", "title": "W", "about": "a", "tasks": [reads]})
    prepared = resumed(PREPARED_PLAN.model_copy(update={"workflow": workflow}), PREPARED.request)
    async with RunService({"w": workflow}, FakeSplunk(), agent=Searches()) as runs:
        run = await runs.result(await runs.start(prepared, journal=Full()))
    assert run
    assert (run.results[0].interpretation, run.results[0].status) == (None, TaskStatus.CLEAR)
    assert run.results[0].model_note == "no model was used: The database has no space left."


async def test_a_run_that_another_process_took_ends_quietly() -> None:
    run, heard = await conducted(FakeJournal(fails=RunTaken("taken")), FakeSplunk())
    assert run is None
    assert isinstance(heard[-1], RunLeft)
    assert heard[-1].reason is None
    assert not any(isinstance(event, RunFinished) for event in heard)


async def test_a_run_let_go_of_says_why_and_reports_nothing() -> None:
    heard: list[RunEvent] = []
    splunk = FakeSplunk(hold=asyncio.Event())
    async with RunService({"w": WORKFLOW}, splunk) as runs:
        run_id = await runs.start(PREPARED, heard.append)
        await asyncio.sleep(0)
        runs.leave_all("restarting")
        assert await runs.result(run_id) is None
    assert isinstance(heard[-1], RunLeft)
    assert heard[-1].reason == "restarting"
