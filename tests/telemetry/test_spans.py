"""The span tree: run → phase → task → probe, agent → model."""

import asyncio
from collections.abc import Iterator

from bot.domain.event import ModelCalled
from bot.domain.run import Interpretation, RunRequest
from bot.domain.workflow import WorkflowDefinition
from bot.engine.service import RunService
from bot.ports import Observer, TaskBrief
from bot.telemetry.spans import Span, span_tree
from tests.fakes import FakeAgent, FakeSplunk

PROBE = {"spl": "| rest /services/x", "columns": {"n": "number"}}
GUIDANCE = {"when": "always", "guidance": "look"}
WORKFLOW = WorkflowDefinition.model_validate(
    {
        "id": "w",
        "title": "W",
        "about": "a",
        "tasks": [
            {"id": "one", "title": "One", "why": "w", "probes": {"p": PROBE}, "agent": GUIDANCE},
            {"id": "two", "title": "Two", "why": "w", "probes": {"q": PROBE}, "needs": ["one"]},
        ],
    }
)


class CallingAgent(FakeAgent):
    """An agent that asks its model once."""

    async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
        await asyncio.sleep(0)
        tell(ModelCalled(brief.run_id, 0, brief.task.id, "tiny", 0, 10, 5, ok=True))
        return Interpretation(text="t", evidence=("E1",))


def paths(span: Span, above: str = "") -> Iterator[str]:
    here = f"{above}/{span.kind}:{span.name.split()[0]}"
    yield here
    for child in span.children:
        yield from paths(child, here)


async def test_every_level_hangs_under_the_one_above() -> None:
    async with RunService({"w": WORKFLOW}, FakeSplunk(), agent=CallingAgent()) as runs:
        run_id = await runs.start(await runs.prepare(RunRequest(problem="p", workflow="w")))
        run = await runs.result(run_id)
    assert run
    tree = span_tree(run)
    assert list(paths(tree)) == [
        "/run:w",
        "/run:w/phase:phase",
        "/run:w/phase:phase/task:one",
        "/run:w/phase:phase/task:one/probe:p",
        "/run:w/phase:phase/task:one/agent:agent",
        "/run:w/phase:phase/task:one/agent:agent/model:tiny",
        "/run:w/phase:phase",
        "/run:w/phase:phase/task:two",
        "/run:w/phase:phase/task:two/probe:p",  # the same search, under the name that asked first
    ]
    assert "(shared)" in tree.children[1].children[0].children[0].name
    assert (run.usage.model_calls, run.usage.tokens) == (1, 15)
