"""The real mcp-server-for-splunk, a program of its own, on the sandbox Splunk. `make mcp` installs it and runs this."""

import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from agents import Usage
from agents.testing import ScriptedModel, assistant_message, function_call
from pydantic import SecretStr

from bot.agent.mcp_access import McpAccess
from bot.agent.mcp_servers import McpServers
from bot.agent.model import OpenModel, model_settings
from bot.agent.task_agent import OpenAITaskAgent
from bot.sandbox.scenario import load_scenario
from bot.sandbox.splunk import SandboxSplunk
from bot.summary.tool import ignore
from tests.agent.briefs import GOOD, access, brief
from tests.fakes import FakeLook

INSTALLED = Path(__file__).parents[2] / ".venv-mcp" / "bin" / "python"
NOT_INSTALLED = "no mcp-server-for-splunk here: `make mcp` installs it into .venv-mcp and runs this"
HOSTS = "search index=_internal | stats count by host | sort host"


@pytest.fixture
def python() -> str:
    """Return the Python that has the server; without, the test is skipped, or fails if MCP_SPLUNK_REQUIRED is set."""
    if not INSTALLED.exists():
        (pytest.fail if os.environ.get("MCP_SPLUNK_REQUIRED") else pytest.skip)(NOT_INSTALLED)
    return str(INSTALLED)


def server(python: str, splunk: SandboxSplunk) -> McpAccess:
    at = urlsplit(splunk.url)
    env = {"SPLUNK_HOST": str(at.hostname), "SPLUNK_PORT": str(at.port), "SPLUNK_SCHEME": "http"}
    env |= {"SPLUNK_TOKEN": "sandbox-token", "MCP_LOG_LEVEL": "ERROR", "HOME": "/nonexistent"}
    return McpAccess(
        name="splunk",
        tools=("run_oneshot_search", "get_splunk_health"),
        command=python,
        args=("-m", "src.server", "--transport", "stdio"),
        env={name: SecretStr(value) for name, value in env.items()},
        start_limit_s=120,
        time_limit_s=60,
    )


async def test_a_model_searches_through_the_real_server_as_the_guard_allows(python: str) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("splunk__run_oneshot_search", {"query": HOSTS, "earliest_time": "-2h"}),
        ("splunk__run_oneshot_search", {"query": "index=_internal | delete"}),
        ("splunk__get_splunk_health", {}),
    ]
    steps = [[function_call(name, given, call_id=f"c{at}")] for at, (name, given) in enumerate(calls)]
    script = ScriptedModel([*steps, [assistant_message(GOOD)]], default_usage=Usage())
    async with SandboxSplunk(load_scenario("queue_blocked")) as splunk:
        async with McpServers([server(python, splunk)]) as servers:
            agent = OpenAITaskAgent(OpenModel(access(), script, model_settings(access())), servers)
            reading = await agent.interpret(brief(look=FakeLook()), ignore)
        sent = splunk.searches
    assert reading.missed == ()
    told = [
        json.loads(str(item["output"]).splitlines()[1])
        for item in script.calls[-1].input
        if item.get("type") == "function_call_output"
    ]
    assert {"host", "count"} == set(told[0]["answer"]["results"][0])
    assert "'delete'" in told[1]["not done"]
    assert "404" in told[2]["failed"]  # the sandbox knows no such endpoint, and the server says so in plain text
    assert [search.spl for search in sent] == [HOSTS]
    assert float(str(sent[0].latest_time)) - float(str(sent[0].earliest_time)) == 7200
    assert abs(float(str(sent[0].latest_time)) - time.time()) < 600
