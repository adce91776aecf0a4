"""The task agent's tools: searches and rows that the run has, fenced and bounded; what they show can be cited."""

import json
from typing import Any

from agents import Usage
from agents.testing import ScriptedModel, assistant_message, function_call

from bot.agent.model import OpenModel, model_settings
from bot.agent.search_tools import MOST_CALLS
from bot.agent.task_agent import OpenAITaskAgent
from bot.domain.names import VisibleNames
from bot.domain.run import Interpretation
from bot.errors import UnsafeSearch
from bot.safety.privacy import SECRETS_ONLY, Privacy
from bot.summary.tool import ignore
from tests.agent.briefs import access, brief, probe, rows
from tests.fakes import FakeLook

SAYS = json.dumps(
    {
        "interpretation": "idx2 stands there.",
        "evidence": ["E7"],
        "findings": [{"text": "idx2 has an indexqueue", "evidence": ["E7"], "severity": "warning"}],
    }
)


async def read(
    look: FakeLook, *calls: tuple[str, dict[str, Any]], privacy: Privacy = SECRETS_ONLY
) -> tuple[Interpretation, list[str]]:
    """Return what came of a model that makes *calls*, one a turn, and then says SAYS; and what it was told."""
    steps = [[function_call(name, given, call_id=f"c{at}")] for at, (name, given) in enumerate(calls)]
    script = ScriptedModel([*steps, [assistant_message(SAYS)]], default_usage=Usage())
    model = OpenModel(access(privacy=privacy), script, model_settings(access()))
    reading = await OpenAITaskAgent(model).interpret(brief(look=look), ignore)
    told = [str(item["output"]) for item in script.calls[-1].input if item.get("type") == "function_call_output"]
    return reading, told


def look(**of: Any) -> FakeLook:
    return FakeLook((probe(rows(3), "E7"),), **of)


async def test_what_a_search_shows_can_be_cited_and_is_told_behind_a_fence() -> None:
    given = {"spl": "x", "earliest": "-4h", "latest": "now"}
    splunk = look()
    reading, (told,) = await read(splunk, ("search", given))
    assert splunk.asked == [("x", "-4h", "now")]
    assert [claim.doubt for claim in reading.claims] == [None]
    first, body, last = told.splitlines()
    boundary = first.removeprefix("<<<").split()[0]
    assert (first, last) == (f"<<<{boundary} begin search", f"{boundary} end search>>>")
    assert json.loads(body)["evidence"] == "E7"


async def test_what_was_not_shown_cannot_be_cited_although_the_run_has_it() -> None:
    reading, _ = await read(look())
    assert [claim.doubt for claim in reading.claims] == ["it cites E7, which was not looked at for this"]


async def test_evidence_and_descriptions_are_shown_and_can_be_cited_too() -> None:
    for call in (("evidence", {"id": "[E7]"}), ("describe", {"kind": "host", "name": "x"})):
        reading, (told,) = await read(look(), call)
        assert '"row_count": 3' in told
        assert [claim.doubt for claim in reading.claims] == [None]


async def test_the_indexes_are_named_and_bounded() -> None:
    names = VisibleNames(indexes=frozenset(f"i{number:03}" for number in range(250)))
    _, (told,) = await read(look(visible=names), ("list_indexes", {}))
    assert '"i000", "i001"' in told
    assert '"left_out": 150' in told


async def test_a_refused_search_tells_the_model_the_guards_sentence() -> None:
    refused = UnsafeSearch("The search is not sent: 'delete' writes; take it out.")
    _, (told,) = await read(look(fails=refused), ("search", {"spl": "| delete"}))
    assert "'delete' writes; take it out." in told


async def test_calls_that_cannot_be_read_say_why() -> None:
    moon = {"kind": "moon", "name": "x"}
    calls: list[tuple[str, dict[str, Any]]] = [("search", {}), ("describe", moon), ("evidence", {"id": "E99"})]
    _, told = await read(look(), *calls)
    assert "spl: Field required" in told[0]
    assert "kind: Input should be" in told[1]
    assert "this run has no search E99" in told[2]


async def test_a_model_that_calls_without_end_is_told_to_answer() -> None:
    calls = [function_call("list_indexes", {}, call_id=f"c{at}") for at in range(MOST_CALLS + 1)]
    script = ScriptedModel([calls, [assistant_message(SAYS)]], default_usage=Usage())
    model = OpenModel(access(), script, model_settings(access()))
    await OpenAITaskAgent(model).interpret(brief(look=look()), ignore)
    told = [str(item["output"]) for item in script.calls[-1].input if item.get("type") == "function_call_output"]
    assert ["answer now" in one for one in told] == [False] * MOST_CALLS + [True]


async def test_the_model_is_told_of_its_tools_only_where_it_has_some() -> None:
    for given, tools in ((look(), ["search", "list_indexes", "describe", "evidence"]), (None, [])):
        script = ScriptedModel([[assistant_message(SAYS)]], default_usage=Usage())
        model = OpenModel(access(), script, model_settings(access()))
        await OpenAITaskAgent(model).interpret(brief(look=given), ignore)
        call = script.calls[0]
        assert [tool.name for tool in call.tools] == tools
        assert ("at most 4 searches" in str(call.system_instructions)) == bool(tools)


async def test_a_search_that_names_who_is_hidden_is_not_sent() -> None:
    splunk = look()
    names = ("search", {"spl": "index=web owner=alice"}), ("describe", {"kind": "host", "name": "user=alice"})
    _, told = await read(splunk, *names, privacy=Privacy(names=True))
    assert ["it holds what is hidden" in each for each in told] == [True, True]
    assert splunk.asked == []
