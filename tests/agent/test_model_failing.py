"""A model that fails while a run goes on: the rules' report comes all the same, and one line says why."""

import pytest

from bot.agent.meter import AWAY_S, Meter
from bot.domain.run import Run
from bot.domain.status import TaskStatus
from bot.errors import ModelAway
from tests.agent.briefs import access
from tests.agent.runs import READING, run_with
from tests.openai_server import Asked, FakeOpenAI, Reply, hang, page, status

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


@pytest.mark.parametrize(
    ("reply", "said", "asked"),
    [
        (status(401), "does not accept the key", 1),
        (status(404, "model m1 not found"), "knows no model m1", 1),
        (page(), "answered with a web page", 1),
        (hang(), "gave no answer within 0.3 s", 1),
        (status(429), "over its rate limit", 4),  # it may pass, so each check and the summary ask for themselves
    ],
)
async def test_a_run_does_not_ask_again_what_cannot_be_had(reply: Reply, said: str, asked: int) -> None:
    async with FakeOpenAI(lambda _: reply) as server:
        run = await run_with(access(server.base_url, retries=0, time_limit_s=0.3 if reply == hang() else 60))
    check_rules_report(run)
    assert str(run.report.note).count(said) == 1
    assert len(server.requests) == asked


async def test_the_next_run_asks_anew_and_so_does_the_same_after_a_while() -> None:
    at = [0.0]
    meter = Meter(now=lambda: at[0])
    meter.away("r1", ModelAway("It is away."))
    meter.check("r2")
    with pytest.raises(ModelAway, match="It is away"):
        meter.check("r1")
    at[0] += AWAY_S
    meter.check("r1")
