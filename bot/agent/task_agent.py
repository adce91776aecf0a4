"""Interprets one task's rows by a language model, bound by what the probes saw."""

from dataclasses import replace
from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.agent.asking import Question, ask
from bot.agent.instructions import ROWS_BUDGET, for_task
from bot.agent.model import OpenModel
from bot.agent.verify import known_evidence, verified
from bot.domain.run import Interpretation
from bot.ports import Observer, TaskBrief


class Reading(BaseModel):
    """What a model answers about one task."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # weak models add fields

    interpretation: str = Field(min_length=1, description="Two to five sentences.")
    evidence: list[str] = Field(default=[], description="Ids of the searches that support it, such as E3.")
    confidence: Literal["high", "medium", "low"] = "low"


class OpenAITaskAgent:
    """The TaskAgent on openai-agents: one agent and one question a task, no hand-offs."""

    def __init__(self, model: OpenModel) -> None:
        self._model = model

    async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
        """Return the model's reading with its citations checked. Raises ModelError."""
        question, halved = _question(brief), partial(_question, brief, ROWS_BUDGET // 2)
        reading = await ask(self._model, replace(question, halved=halved), brief.run_id, brief.task.id, tell)
        return verified(reading.interpretation, reading.evidence, reading.confidence, known_evidence(brief))


def _question(brief: TaskBrief, rows_budget: int = ROWS_BUDGET) -> Question[Reading]:
    instructions, data = for_task(brief, Reading, rows_budget)
    return Question(brief.task.title, instructions, data, Reading)
