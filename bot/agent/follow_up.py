"""Answers a question about a finished run by a language model, from the run's ledger and a few searches more."""

from functools import partial
from typing import Any

from bot.agent.asking import Question, ask
from bot.agent.fence import shaped
from bot.agent.instructions import ROWS_BUDGET, for_follow_up
from bot.agent.model import OpenModel
from bot.agent.reading import Reading
from bot.agent.search_tools import Toolbox
from bot.agent.verify import Verifier, vocabulary
from bot.domain.run import Interpretation
from bot.ports import FollowUpBrief, Observer

_MOST_ENTRIES = 60  # of the ledger, told by a line each


async def answer(model: OpenModel, brief: FollowUpBrief, tell: Observer) -> Interpretation:
    """Return the model's answer, each claim of it held against what it cites. Raises ModelError."""
    seen = {rows.evidence.id: rows for rows in brief.cited}
    tools = Toolbox(brief.look, seen).tools

    def question(rows_budget: int) -> Question[Reading]:
        instructions, data = for_follow_up(brief, Reading, _ledger(brief), _rows(brief, rows_budget))
        return Question("Follow-up", instructions, data, Reading, tools, partial(question, rows_budget // 2))

    reading = await ask(model, question(ROWS_BUDGET), brief.run.id, None, tell)
    words = " ".join(vocabulary(task) for task in brief.workflow.tasks)
    return await Verifier(words, seen, await brief.look.names()).beside_the_loop(reading)


def _ledger(brief: FollowUpBrief) -> list[dict[str, Any]]:
    """Tell of each search of the run, without its rows: the tool `evidence` shows those."""
    return [
        {"id": entry.id, "probe": entry.probe, "spl": entry.spl[:300], "row_count": entry.row_count}
        for entry in brief.run.evidence[:_MOST_ENTRIES]
    ]


def _rows(brief: FollowUpBrief, budget: int) -> dict[str, Any]:
    each = budget // max(len(brief.cited), 1)
    return {f"rows of {rows.evidence.id}": shaped(rows, each) for rows in brief.cited}
