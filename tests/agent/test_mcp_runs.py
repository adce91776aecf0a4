"""Whole runs with an MCP server in the settings: model, Splunk and server each behind a socket of its own."""

import asyncio
import json

import pytest

from bot.app.house import open_runs
from bot.domain.run import Run, RunRequest
from bot.domain.workflow import WorkflowDefinition
from bot.sandbox.scenario import load_scenario
from bot.sandbox.splunk import SandboxSplunk
from bot.settings import given_settings
from bot.summary.text import as_text
from bot.summary.tool import ignore
from tests.agent.runs import PROSE
from tests.mcp_server import served
from tests.openai_server import Asked, FakeOpenAI, Reply, tool_call

READING = json.dumps(
    {
        "interpretation": "idx1 belongs to team storage.",
        "evidence": ["E1"],
        "findings": [{"text": "idx1 has 4711 disks", "evidence": ["E1"], "severity": "critical"}],
    }
)


def workflow() -> WorkflowDefinition:
    probe = {"spl": "| tstats count where index=_internal by host", "columns": {"count": "number"}}
    agent = {"when": "always", "guidance": "Read."}
    task = {"id": "hosts", "title": "Hosts", "why": "w", "probes": {"hosts": probe}, "agent": agent}
    rule = {"id": "none", "over": "hosts", "when": "r.count < 0.0", "status": "critical", "finding": "{count}"}
    rule["action"] = {"priority": 1, "owner": "platform", "do": "mend it"}  # type: ignore[assignment]
    whole = {"id": "hosts", "title": "Hosts", "about": "about", "words": ["no events"]}
    again = {**task, "id": "again", "title": "Again"}
    return WorkflowDefinition.model_validate(
        {**whole, "tasks": [{**task, "rules": [rule]}, {**again, "rules": [rule]}]}
    )


def asks_the_server(asked: Asked) -> Reply:
    """Call the server's tool once, and then answer."""
    if "executive_summary" in asked.instructions:
        return PROSE
    offered = [tool["function"]["name"] for tool in asked.body.get("tools", [])]
    if "lab__owner_of" in offered and all(message["role"] != "tool" for message in asked.messages):
        return tool_call("lab__owner_of", host="idx1")
    return READING


async def run_with(url: str) -> tuple[Run, FakeOpenAI]:
    """Do one run whose model may use a tool of the server at *url*."""
    async with FakeOpenAI(asks_the_server) as model, SandboxSplunk(load_scenario("healthy")) as splunk:
        settings = given_settings(
            splunk_url=splunk.url,
            splunk_token="sandbox-token",
            openai_model="m1",
            openai_base_url=model.base_url,
            mcp={"lab": {"url": url, "tools": ["owner_of"]}},
        )
        async with open_runs(settings, {"hosts": workflow()}) as runs:
            run = await runs.result(await runs.start(await runs.prepare(RunRequest(problem="no events")), ignore))
            owners = [task for task in asyncio.all_tasks() if task.get_name().startswith("MCP server lab of run")]
            if owners:
                _, left = await asyncio.wait(owners, timeout=60)
                assert not left, "the run is over, and its connection is not"
        assert run
        return run, model


async def test_a_tools_answer_reaches_the_model_and_proves_nothing() -> None:
    async with served() as server:
        run, model = await run_with(server.url)
    assert server.calls == [("owner_of", {"host": "idx1"})] * 2  # once for each check
    told = [message["content"] for asked in model.requests for message in asked.messages if message["role"] == "tool"]
    assert "team storage, password=***" in told[0]
    assert "hunter2" not in str([asked.body for asked in model.requests])
    assert run.report.interpretations == ()
    assert "unverified" in " ".join(run.report.unverified)
    assert run.report.severity == "clear"
    assert "MCP" not in str(run.report.note)


async def test_a_server_that_is_down_is_a_note_in_the_report_and_no_failure() -> None:
    run, _ = await run_with("http://127.0.0.1:9/mcp")
    assert [result.status for result in run.results] == ["clear", "clear"]
    assert str(run.report.note).count("The MCP server lab could not be reached: 127.0.0.1:9: connection refused.") == 1
    assert "The MCP server lab could not be reached" in as_text(run.report)


@pytest.mark.parametrize("model", [None, "m1"])
async def test_without_servers_nothing_is_said_of_them(model: str | None) -> None:
    async with FakeOpenAI(asks_the_server) as fake, SandboxSplunk(load_scenario("healthy")) as splunk:
        of = {"openai_model": model, "openai_base_url": fake.base_url} if model else {}
        settings = given_settings(splunk_url=splunk.url, splunk_token="sandbox-token", **of)
        async with open_runs(settings, {"hosts": workflow()}) as runs:
            run = await runs.result(await runs.start(await runs.prepare(RunRequest(problem="no events")), ignore))
    assert run
    assert "MCP" not in as_text(run.report)
