"""The summarization tool, called by an agent."""

from agents import Agent, Runner
from agents.testing import ScriptedModel, assistant_message, function_call

from bot.agent.tools import summarization_tool
from bot.domain.run import TaskResult
from bot.domain.status import TaskStatus
from bot.summary.tool import SummarizationTool


async def test_an_agent_gets_the_whole_report_from_the_tool() -> None:
    shut = TaskResult(task_id="q", title="Queues", status=TaskStatus.NOT_CHECKED, reason="the role may not look")
    tool = summarization_tool(SummarizationTool(), "no data", [shut])
    model = ScriptedModel(
        [[function_call("summarize_results", {}, call_id="c1")], [assistant_message("Nobody could look.")]]
    )
    result = await Runner.run(Agent(name="a", model=model, tools=[tool]), "What is wrong?")
    assert result.final_output == "Nobody could look."
    answered = str(model.calls[1].input[-1]["output"])
    assert "INCOMPLETE" in answered
    assert "Queues: the role may not look" in answered
