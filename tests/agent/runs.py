"""Whole runs whose every check a model is asked to read, for the tests of the LLM door."""

import json
from typing import Any

from bot.agent.access import ModelAccess
from bot.agent.meter import Meter
from bot.agent.model import open_model
from bot.agent.summary_writer import OpenAISummaryWriter
from bot.agent.task_agent import OpenAITaskAgent
from bot.domain.run import Run, RunRequest
from bot.domain.workflow import WorkflowDefinition
from bot.engine.service import RunService
from bot.ports import Observer
from bot.summary.tool import ignore
from tests.fakes import FakeSplunk
from tests.openai_server import Asked

PROSE = json.dumps({"executive_summary": "One check found that n is 5.", "follow_ups": []})
READING = json.dumps({"interpretation": "One queue is full.", "evidence": ["E1"], "confidence": "low"})


def good(asked: Asked) -> str:
    """Answer what is asked for: the summary's prose, or a task's reading."""
    return PROSE if "executive_summary" in asked.instructions else READING


def chain(length: int) -> WorkflowDefinition:
    """Return a workflow of checks "one", "two", …, one after the other, the first of which finds something."""
    names = ("one", "two", "three", "four", "five", "six")[:length]
    tasks = [_task(name, needs=[before] if before else []) for before, name in zip((None, *names), names, strict=False)]
    return WorkflowDefinition.model_validate(
        {"id": "chain", "title": "chain", "about": "about", "words": ["no events"], "tasks": tasks}
    )


def _task(name: str, **of: Any) -> dict[str, Any]:
    probe = {"spl": f"| rest /services/{name}", "columns": {"n": "number"}}
    rule: dict[str, Any] = {"id": "bad", "over": "p", "when": "r.n > 1.0", "status": "critical", "finding": "n is {n}"}
    rule["action"] = {"priority": 1, "owner": "platform", "do": "mend it"}
    agent = {"when": "always", "guidance": "Read."}
    return {"id": name, "title": name, "why": "w", "probes": {"p": probe}, "rules": [rule], "agent": agent, **of}


async def run_with(access: ModelAccess, length: int = 3, tell: Observer = ignore, meter: Meter | None = None) -> Run:
    """Do one run of *length* checks with the model at *access*, and return it."""
    splunk = FakeSplunk({"one": ({"n": "5"},), "rest": ({"n": "0"},)})
    workflow = chain(length)
    async with (
        open_model(access, meter) as model,
        RunService(
            {workflow.id: workflow}, splunk, agent=OpenAITaskAgent(model), writer=OpenAISummaryWriter(model)
        ) as runs,
    ):
        run = await runs.result(await runs.start(await runs.prepare(RunRequest(problem="no events")), tell))
    assert run
    return run
