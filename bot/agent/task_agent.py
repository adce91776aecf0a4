"""Interprets one task's rows by a language model, which may search further and is bound by what was seen."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from agents import Tool

from bot.agent import follow_up
from bot.agent.asking import Question, ask
from bot.agent.instructions import ROWS_BUDGET, for_task
from bot.agent.lent import Lent
from bot.agent.model import OpenModel
from bot.agent.reading import Reading
from bot.agent.search_tools import Toolbox
from bot.agent.verify import Verifier, seen_by, vocabulary
from bot.domain.names import VisibleNames
from bot.domain.run import Interpretation
from bot.ports import FollowUpBrief, Observer, TaskBrief
from bot.summary.words import distinct

if TYPE_CHECKING:
    from bot.agent.mcp_servers import McpServers  # imported only where there are some


class OpenAITaskAgent:
    """The TaskAgent on openai-agents: one agent and one question a task, no hand-offs."""

    def __init__(self, model: OpenModel, servers: "McpServers | None" = None) -> None:
        """Ask *model*, which may use the tools of *servers* too."""
        self._model = model
        self._servers = servers

    async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
        """Return the model's reading, each claim of it held against what it cites. Raises ModelError, StoreError."""
        seen = seen_by(brief)
        toolbox = Toolbox(brief.look, seen, self._model.access.privacy) if brief.look else None
        lent = Lent()
        tools: list[Tool] = [*toolbox.tools] if toolbox else []
        if toolbox and self._servers and self._model.offer.tools:
            tools += await self._servers.lend(brief.run_id, brief.splunk, toolbox, lent)
        question, halved = _question(brief, tools), partial(_question, brief, tools, ROWS_BUDGET // 2)
        reading = await ask(self._model, replace(question, halved=halved), brief.run_id, brief.task.id, tell)
        names = await brief.look.names() if brief.look else VisibleNames()
        checked = await Verifier(vocabulary(brief.task), seen, names).beside_the_loop(reading)
        return checked.model_copy(update={"missed": distinct(lent.missed)})

    async def answer(self, brief: FollowUpBrief, tell: Observer) -> Interpretation:
        """Return the model's answer to a question about a run, checked as a reading is. Raises as `interpret`."""
        return await follow_up.answer(self._model, brief, tell, self._servers)


def _question(brief: TaskBrief, tools: Sequence[Tool], rows_budget: int = ROWS_BUDGET) -> Question[Reading]:
    instructions, data = for_task(brief, Reading, rows_budget)
    return Question(brief.task.title, instructions, data, Reading, tools)
