"""A task's brief as the engine would hand it over, and a model to ask, for the tests of the LLM door."""

from agents import Usage
from agents.testing import ScriptedModel, assistant_message

from bot.agent.access import ModelAccess
from bot.agent.model import OpenModel, model_settings
from bot.domain.evidence import Evidence, Row
from bot.domain.run import Problem, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.window import TimeWindow
from bot.domain.workflow import TaskDefinition
from bot.ports import AgentSearch, ProbeRows, TaskBrief

WINDOW = TimeWindow(earliest=0, latest=60)
GOOD = '{"interpretation": "The disk is full.", "evidence": ["E3"], "confidence": "medium"}'


def access(base_url: str = "http://127.0.0.1:9/v1", **more: object) -> ModelAccess:
    return ModelAccess.model_validate({"base_url": base_url, "model": "m1", "retry_delay_s": 0, **more})


def scripted(*texts: str) -> tuple[OpenModel, ScriptedModel]:
    """Return a model that says *texts* in order, and its record of what it was asked."""
    usage = Usage(requests=1, input_tokens=100, output_tokens=20, total_tokens=120)
    script = ScriptedModel([[assistant_message(text)] for text in texts], default_usage=usage)
    return OpenModel(access(), script, model_settings(access())), script


def rows(count: int = 2) -> tuple[Row, ...]:
    return tuple({"host": f"idx{number}", "queue": "indexqueue"} for number in range(count))


def probe(given: tuple[Row, ...] = rows(), evidence_id: str = "E3") -> ProbeRows:
    entry = Evidence(id=evidence_id, probe="queues", spl="search x", window=WINDOW, row_count=len(given))
    return ProbeRows("queues", entry, given)


def brief(problem: str = "no data", given: tuple[Row, ...] = rows(), look: AgentSearch | None = None) -> TaskBrief:
    task = {
        "id": "queues",
        "title": "Queues",
        "why": "Is a queue blocked?",
        "agent": {"when": "always", "guidance": "Look at fill ratios."},
        "facts": ["A full queue pushes back."],
    }
    need = TaskResult(task_id="license", title="License", status=TaskStatus.CLEAR, evidence=("E1",))
    return TaskBrief(
        run_id="r1",
        task=TaskDefinition.model_validate(task),
        problem=Problem(text=problem),
        probes=(probe(given),),
        needs=(need,),
        findings=(),
        reason="no rule matched",
        look=look,
    )
