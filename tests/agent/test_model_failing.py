"""A model that fails while a run goes on: the rules' report comes all the same, and one line says why."""

import pytest

from bot.domain.run import Run
from bot.domain.status import TaskStatus
from tests.agent.briefs import access
from tests.agent.runs import READING, run_with
from tests.openai_server import Asked, FakeOpenAI, Reply

BOTH = pytest.mark.parametrize("api", ["chat_completions", "responses"])


def check_rules_report(run: Run) -> None:
    """Assert that all the rules say is there."""
    assert [result.status for result in run.results] == [TaskStatus.CRITICAL, TaskStatus.CLEAR, TaskStatus.CLEAR]
    assert run.report.root_cause
    assert run.report.root_cause.text == "n is 5"
    assert run.report.prose_by == "rules"
    assert str(run.report.coverage) == "3 of 3 checks ran"


def read(run: Run) -> list[str]:
    """Return the tasks that a model has read."""
    return [result.task_id for result in run.results if result.interpretation]


@BOTH
@pytest.mark.parametrize("answers", [0, 1, 2, 3])
async def test_killed_over_any_question_it_leaves_the_rules_report_and_what_it_read_before(
    api: str, answers: int
) -> None:
    async def dying(asked: Asked) -> Reply:
        if len(server.requests) > answers:
            await server.kill()
        return READING

    server = FakeOpenAI(dying)
    async with server:
        run = await run_with(access(server.base_url, api=api))
    check_rules_report(run)
    assert read(run) == ["one", "two", "three"][:answers]
    assert run.report.note
    assert run.report.note.count("cannot be reached (connection refused)") == 1
    assert len(server.requests) == answers + 1
