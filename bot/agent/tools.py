"""What an agent may call: so far the summarization tool."""

from collections.abc import Sequence

from agents import FunctionTool, function_tool

from bot.domain.evidence import Evidence
from bot.domain.report import RootCause
from bot.domain.run import Problem, TaskResult
from bot.summary.text import as_text
from bot.summary.tool import SummarizationTool


def summarization_tool(
    tool: SummarizationTool,
    problem: Problem | str,
    results: Sequence[TaskResult],
    *,
    evidence: Sequence[Evidence] = (),
    diagnosis: RootCause | None = None,
) -> FunctionTool:
    """Offer *tool* on these results to an agent. It takes no agent slot: its caller holds one already."""

    async def summarize_results() -> str:
        """Summarize all results so far: severity, root cause, actions, evidence, and what was not checked."""
        return as_text(await tool.summarize(problem, results, evidence=evidence, diagnosis=diagnosis))

    return function_tool(summarize_results, failure_error_function=None)  # a bug of ours is raised, not told to a model
