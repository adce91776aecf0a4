"""MCP servers' tools in a task's hands over real connections: what is allowed, asked, told, and one that is down."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from agents import Usage
from agents.testing import ScriptedModel, assistant_message, function_call
from mcp import Client
from mcp.types import Tool
from pydantic import SecretStr

from bot.agent.lent import Lent
from bot.agent.mcp_access import McpAccess
from bot.agent.mcp_connection import McpConnection
from bot.agent.mcp_servers import McpServers
from bot.agent.mcp_tools import mcp_tools
from bot.agent.model import OpenModel, model_settings
from bot.agent.search_tools import MOST_CALLS, ROWS_BUDGET, Toolbox
from bot.agent.task_agent import OpenAITaskAgent
from bot.domain import run as domain
from bot.domain.event import RunLeft
from bot.domain.run import Interpretation, TaskResult
from bot.domain.status import TaskStatus
from bot.ports import FollowUpBrief, TaskBrief
from bot.slack.questions import answer_message
from bot.summary.tool import ignore
from tests.agent.briefs import access, brief, probe
from tests.agent.runs import chain
from tests.evals.runs import a_run
from tests.fakes import FakeLook
from tests.mcp_server import Served, served

SAYS = json.dumps(
    {
        "interpretation": "The host idx1 is slow.",
        "evidence": ["E3"],
        "findings": [
            {"text": "idx1 has the queue indexqueue", "evidence": ["E3"]},
            {"text": "idx1 has 4711 disks", "evidence": ["E3"]},
        ],
    }
)
OWNER = ("lab__owner_of", {"host": "idx1"})
PROGRAM = Path(__file__).parent.parent / "mcp_server.py"


@pytest.fixture
async def server() -> AsyncIterator[Served]:
    async with served() as one:
        yield one


def lab(url: str, *tools: str, **of: Any) -> McpAccess:
    return McpAccess(name="lab", tools=tools or ("owner_of",), url=url, **of)


def started(*tools: str, **of: Any) -> McpAccess:
    """Return access to the same server as a program of its own."""
    return McpAccess(name="own", tools=tools, command=sys.executable, args=(str(PROGRAM),), start_limit_s=120, **of)


def task(run_id: str = "r1") -> TaskBrief:
    return replace(brief(look=FakeLook()), run_id=run_id)


def script(calls: Sequence[tuple[str, dict[str, Any]]]) -> ScriptedModel:
    """Return a model that makes *calls*, one a turn, and then says SAYS."""
    steps = [[function_call(name, given, call_id=f"c{at}")] for at, (name, given) in enumerate(calls)]
    return ScriptedModel([*steps, [assistant_message(SAYS)]], default_usage=Usage())


async def read(
    to: McpServers | McpAccess, *calls: tuple[str, dict[str, Any]], of: TaskBrief | None = None
) -> tuple[Interpretation, list[str], ScriptedModel]:
    """Return the reading of a model that makes *calls*, what they brought, and what it was sent."""
    if isinstance(to, McpAccess):
        async with McpServers([to]) as servers:
            return await read(servers, *calls, of=of)
    model = script(calls)
    reading = await agent(model, to).interpret(of or task(), ignore)
    return reading, outputs(model), model


async def told_of(servers: McpServers, calls: Sequence[Any]) -> list[str]:
    """Return what *calls*, made at once, brought."""
    model = ScriptedModel([calls, [assistant_message(SAYS)]], default_usage=Usage())
    await agent(model, servers).interpret(task(), ignore)
    return outputs(model)


def agent(model: ScriptedModel, servers: McpServers | None) -> OpenAITaskAgent:
    return OpenAITaskAgent(OpenModel(access(), model, model_settings(access())), servers)


def outputs(model: ScriptedModel) -> list[str]:
    return [str(item["output"]) for item in model.calls[-1].input if item.get("type") == "function_call_output"]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_only_allowed_tools_are_offered_beside_our_own(server: Served) -> None:
    _, _, model = await read(lab(server.url, "owner_of", "no_such_tool"))
    offered = [tool.name for tool in model.calls[0].tools]
    assert offered == ["search", "list_indexes", "describe", "evidence", "lab__owner_of"]
    about = str(getattr(model.calls[0].tools[-1], "description", ""))
    assert "Say who owns a host" in about
    assert "no finding can rest on it" in about


async def test_a_tool_that_is_not_allowed_cannot_be_called(server: Served) -> None:
    _, (told,), _ = await read(lab(server.url), ("lab__wipe", {}))
    assert server.calls == []
    assert "not found" in told


async def test_an_answer_comes_fenced_and_masked_and_headers_go_out(server: Served) -> None:
    headers = {"Authorization": SecretStr("Bearer xyz")}
    _, (told,), _ = await read(lab(server.url, headers=headers), OWNER)
    assert server.calls == [("owner_of", {"host": "idx1"})]
    assert {one.get("authorization") for one in server.headers} == {"Bearer xyz"}
    first, body, last = told.splitlines()
    boundary = first.removeprefix("<<<").split()[0]
    assert (first, last) == (f"<<<{boundary} begin lab__owner_of", f"{boundary} end lab__owner_of>>>")
    assert json.loads(body) == {"answer": "idx1 belongs to team storage, password=***, 4711 disks"}


async def test_a_search_in_the_arguments_passes_the_guard(server: Served) -> None:
    searches = lab(server.url, "run_search")
    wide = {"query": "index=web", "earliest_time": "-30d"}
    _, told, _ = await read(
        searches,
        ("lab__run_search", {"query": "index=web | delete"}),
        ("lab__run_search", wide),
        ("lab__run_search", {"query": "index=web", "earliest_time": "-2h"}),
    )
    assert "'delete'" in told[0]
    assert "covers 30.0 days" in told[1]
    ((_, sent),) = server.calls
    assert sent["query"] == "search index=web"
    assert float(sent["latest_time"]) - float(sent["earliest_time"]) == 7200


async def test_a_long_answer_is_cut_to_the_budget_of_rows(server: Served) -> None:
    _, (told,), _ = await read(lab(server.url, "run_search"), ("lab__run_search", {"query": "index=web"}))
    assert len(told) < ROWS_BUDGET + 200
    assert "more" in told


async def test_failures_are_told_as_failures(server: Served) -> None:
    failing = lab(server.url, "fails", "fails_in_words", "owner_of")
    reading, told, _ = await read(failing, ("lab__fails", {}), ("lab__fails_in_words", {}), ("lab__owner_of", {}))
    assert ['"failed"' in one for one in told] == [True, True, True]
    assert reading.missed == ()


async def test_arguments_that_are_no_object_are_not_sent(server: Served) -> None:
    async with McpServers([lab(server.url)]) as servers:
        bad = ("[1]", "{", '"' + "x" * 10_001 + '"')
        calls = [function_call("lab__owner_of", given, call_id=f"c{at}") for at, given in enumerate(bad)]
        told = await told_of(servers, calls)
    assert server.calls == []
    assert ["no JSON object" in one for one in told] == [True] * len(bad)


async def test_a_slow_tool_is_given_up_and_named_in_the_report(server: Served) -> None:
    slow = lab(server.url, "hangs", "owner_of", time_limit_s=0.2)
    reading, told, _ = await read(slow, ("lab__hangs", {}), OWNER)
    late = "The MCP server lab did not answer hangs within 0.2 s."
    assert reading.missed == (late,)
    assert late in told[0]
    assert "team storage" in told[1]


@pytest.mark.parametrize(("splunk", "is_lent"), [("prod", True), ("dev", False), ("", True)])
async def test_a_server_of_one_deployment_is_not_used_in_runs_on_another(
    server: Served, splunk: str, *, is_lent: bool
) -> None:
    of_prod = lab(server.url, deployments=("prod",))
    _, _, model = await read(of_prod, of=replace(task(), splunk=splunk))
    assert ("lab__owner_of" in [tool.name for tool in model.calls[0].tools]) == is_lent
    assert bool(server.headers) == is_lent


def question(*earlier: tuple[str, str]) -> FollowUpBrief:
    """Return a question about a run on prod."""
    return FollowUpBrief(
        run=a_run(TaskResult(task_id="queues", title="Queues", status=TaskStatus.CLEAR)),
        workflow=chain(1),
        question="whose is idx1?",
        earlier=earlier,
        cited=(probe(),),
        look=FakeLook(),
        searches=6,
        splunk="prod",
    )


async def test_a_question_has_the_tools_and_a_connection_of_its_own_until_it_is_answered(server: Served) -> None:
    model = script([OWNER])
    async with McpServers([lab(server.url), lab(server.url, deployments=("dev",))]) as servers:
        reading = await agent(model, servers).answer(question(), ignore)
        owners = {task for task in asyncio.all_tasks() if task.get_name().startswith("MCP server lab")}
        _, left = await asyncio.wait(owners, timeout=60) if owners else ((), ())
    assert not left, "the question is answered, and its connection is open"
    assert server.calls == [("owner_of", {"host": "idx1"})]
    assert "team storage" in outputs(model)[0]
    assert [claim.doubt is None for claim in reading.claims] == [True, False]
    assert reading.missed == ()


async def test_a_server_that_is_down_is_said_in_the_answer_and_does_not_fail_it() -> None:
    async with McpServers([lab("http://127.0.0.1:9/mcp")]) as servers:
        reading = await agent(script([]), servers).answer(question(), ignore)
    assert [claim.doubt is None for claim in reading.claims] == [True, False]
    assert "The MCP server lab could not be reached" in reading.missed[0]
    told = json.dumps(answer_message("U0REQUESTER", reading, (), domain.Usage()).blocks)
    assert "The MCP server lab could not be reached" in told


async def test_what_a_tool_said_is_not_verified_either_when_a_later_answer_repeats_it(server: Served) -> None:
    said = ["idx1 is of team storage", "idx1 is corrupted", "idx1 is database-corrupted", "idx1 is of indexqueue"]
    says = json.dumps({"interpretation": "x", "findings": [{"text": text, "evidence": ["E3"]} for text in said]})
    model = ScriptedModel([[assistant_message(says)]], default_usage=Usage())
    async with McpServers([lab(server.url)]) as servers:
        asked = question(("who has it?", "A tool says that idx1 belongs to team storage:\n\tcorrupted."))
        reading = await agent(model, servers).answer(asked, ignore)
    assert {claim.text: claim.doubt for claim in reading.claims} == {
        "idx1 is of team storage": "no cited row says 'team'",
        "idx1 is corrupted": "no cited row says 'corrupted'",
        "idx1 is database-corrupted": "no cited row says 'database'",
        "idx1 is of indexqueue": None,
    }


async def test_a_server_that_is_down_is_named_and_the_others_are_used(server: Served) -> None:
    down = McpAccess(name="gone", tools=("a",), url="http://127.0.0.1:9/mcp")
    missing = McpAccess(name="missing", tools=("a",), command="/no/such/program")
    async with McpServers([down, missing, lab(server.url)]) as servers:
        reading, (told,), _ = await read(servers, OWNER)
    assert "team storage" in told
    assert [claim.doubt is None for claim in reading.claims] == [True, False]
    gone, lost = reading.missed
    assert gone.startswith(
        "The MCP server gone could not be reached: 127.0.0.1:9: connection refused. Check mcp.gone.url"
    )
    assert lost.startswith(
        "The MCP server missing could not be reached: the command /no/such/program cannot be started"
    )


async def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other side has had enough
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        reading, _, _ = await read(lab(f"http://127.0.0.1:{port}/mcp", start_limit_s=0.2))
    assert "did not say within 0.2 s what tools it has" in reading.missed[0]


async def test_calls_count_together_with_our_own(server: Served) -> None:
    async with McpServers([lab(server.url)]) as servers:
        calls = [function_call("lab__owner_of", {"host": "a"}, call_id=f"c{at}") for at in range(MOST_CALLS + 1)]
        told = await told_of(servers, calls)
    assert len(server.calls) == MOST_CALLS
    assert "answer now" in told[-1]


async def test_a_program_serves_each_run_by_a_process_of_its_own_that_knows_none_of_our_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    look: tuple[str, dict[str, Any]] = ("own__environment", {})
    async with McpServers([started("environment", env={"A_WORD": SecretStr("given")})]) as servers:
        told = [(await read(servers, look, of=task(run_id)))[1][0] for run_id in ("r1", "r1", "r2")]
        seen = [json.loads(one.splitlines()[1])["answer"] for one in told]
        assert {one["word"] for one in seen} == {"given"}
        assert "SLACK_BOT_TOKEN" not in seen[0]["names"]
        first, again, other = (one["pid"] for one in seen)
        assert first == again != other
        owners = {task for task in asyncio.all_tasks() if task.get_name() == "MCP server own of run r1"}
        servers.heed(RunLeft("r1", 0, None))
        await asyncio.wait(owners, timeout=60)
        assert not alive(first)
        assert alive(other)
        os.kill(other, signal.SIGKILL)
        broken, told, _ = await read(servers, look, of=task("r2"))
    assert broken.missed == ("The MCP server own broke off while it was asked for environment.",)
    assert broken.missed[0] in told[0]


async def test_a_program_that_dies_says_why_without_the_secrets_it_was_given() -> None:
    text = "import sys, os; sys.exit(f'nobody knows {os.environ[\"LAB\"]} here')"
    dying = McpAccess(
        name="own",
        tools=("a",),
        command=sys.executable,
        args=("-c", text),
        env={"LAB": SecretStr("sesame")},
        start_limit_s=60,
    )
    reading, _, _ = await read(dying)
    assert 'last it wrote "nobody knows *** here"' in reading.missed[0]
    assert "sesame" not in reading.missed[0]


async def test_a_program_that_writes_something_else_is_quoted_without_the_secrets_it_was_given() -> None:
    text = "import os, time\nprint('hello\\x1b', os.environ['LAB'], 'x' * 99, flush=True)\ntime.sleep(60)"
    chatty = McpAccess(
        name="own",
        tools=("a",),
        command=sys.executable,
        args=("-S", "-c", text),
        env={"LAB": SecretStr("sesame")},
        start_limit_s=1,
    )
    reading, _, _ = await read(chatty)
    assert 'what is not MCP to its standard output: "hello\\u001b *** xxx' in reading.missed[0]
    assert reading.missed[0].endswith('x…". Check mcp.own.')


async def test_a_tool_whose_window_stands_behind_a_reference_is_bounded_by_time() -> None:
    window = {"type": "object", "properties": {"query": {}, "earliest_time": {"type": "string"}}}
    schema = {"type": "object", "properties": {"search": {"$ref": "#/$defs/S"}}, "$defs": {"S": window}}
    tool = Tool(name="find", input_schema=schema)
    connection = McpConnection(lab("http://127.0.0.1:9"), (tool,), ("find",), Client("http://127.0.0.1:9"))
    [find] = mcp_tools([connection], Toolbox(FakeLook(), {}), Lent())
    told = await find.on_invoke_tool(cast(Any, None), json.dumps({"search": {"query": "index=web"}}))
    assert "give each search its earliest" in told


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("idx1 belongs to team storage.", False),  # plain words, which only the tool has said
        ("idx1 has 4711 disks", False),
        ("idx1 has a disk [E7]", False),  # an id that no search has
        ("The queue of idx1 is the indexqueue.", True),
        ("idx1 is a host with data", True),  # "data" was said by who asked
    ],
)
async def test_what_only_a_tool_has_said_is_not_verified(server: Served, claim: str, *, holds: bool) -> None:
    says = json.dumps({"interpretation": "x", "findings": [{"text": claim, "evidence": ["E3"]}]})
    model = ScriptedModel([[function_call(*OWNER, call_id="c")], [assistant_message(says)]], default_usage=Usage())
    async with McpServers([lab(server.url)]) as servers:
        reading = await agent(model, servers).interpret(task(), ignore)
    assert (reading.claims[0].doubt is None) == holds
