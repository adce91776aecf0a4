"""A model that wants ever more: bounds hold, whatever it asks for, and it is made to answer in the end."""

import json

from bot.agent.meter import Meter
from bot.domain.spending import Budget
from tests.agent.briefs import access
from tests.agent.runs import good, run_with
from tests.agent.test_model_failing import read
from tests.openai_server import Asked, FakeOpenAI, Reply, tool_call


def greedy(asked: Asked) -> Reply:
    """Search further back, and for more rows, each time; answer only when told to."""
    if not asked.body.get("tools") or asked.body.get("tool_choice") == "none":
        return good(asked)
    turn = len(asked.messages)
    spl = f"search index=main | head {10 ** (turn + 2)}"
    return tool_call("search", spl=spl, earliest=f"-{10**turn}m", latest="now")


async def test_ever_larger_searches_end_and_what_the_model_is_sent_stays_small() -> None:
    async with FakeOpenAI(greedy) as server:
        run = await run_with(access(server.base_url))
    assert read(run) == ["one", "two", "three"]
    assert run.report.root_cause
    assert len(server.requests) <= 3 * 7 + 1
    assert max(len(json.dumps(asked.body)) for asked in server.requests) < 60_000
    per_task = [result.searched for result in run.results]
    assert max(map(len, per_task)) > 1  # some were let through
    assert all(len(searched) <= 1 + 4 for searched in per_task)  # its own probe, and as many as a task allows


async def test_a_budget_of_searches_ends_the_models_part() -> None:
    async with FakeOpenAI(greedy) as server:
        run = await run_with(access(server.base_url), meter=Meter(Budget(searches=2)))
    assert run.report.root_cause
    assert "budget of 2 of a model's searches is used up" in str(run.report.note)
    assert sum(len(result.searched) for result in run.results) <= 3 + 2
