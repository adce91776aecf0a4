"""Drafts a report's prose by a language model; the summarization tool decides whether it is used."""

from pydantic import BaseModel, ConfigDict, Field

from bot.agent.asking import Question, ask
from bot.agent.instructions import for_summary
from bot.agent.model import OpenModel
from bot.domain.report import SummaryDraft
from bot.ports import Observer, SummaryBrief


class Prose(BaseModel):
    """What a model answers about a whole report."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # weak models add fields

    executive_summary: str = Field(min_length=1, description="Two to four sentences.")
    follow_ups: list[str] = Field(default=[], description="Up to five, each one sentence.")


class OpenAISummaryWriter:
    """The SummaryWriter on openai-agents."""

    def __init__(self, model: OpenModel) -> None:
        self._model = model

    async def draft(self, brief: SummaryBrief, tell: Observer) -> SummaryDraft:
        """Return the model's prose, unchecked. Raises ModelError."""
        instructions, data = for_summary(brief, Prose)
        question = Question("Summary", instructions, data, Prose)
        prose = await ask(self._model, question, brief.run_id, None, tell)
        return SummaryDraft(executive_summary=prose.executive_summary, follow_ups=tuple(prose.follow_ups))
