"""The tool with a writer: its prose in narrow bounds, and the rules' report whenever it fails."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.event import AgentFinished, RunEvent
from bot.domain.report import SummaryDraft
from bot.domain.run import Parameters, Problem, TaskResult
from bot.domain.status import Severity, TaskStatus
from bot.errors import ModelError
from bot.ports import Observer, SummaryBrief
from bot.summary.draft import MOST_SUMMARY_CHARS
from bot.summary.tool import SummarizationTool, report_by_rules
from tests.summary.results import entry, finding, result

RESULTS = (
    result(TaskStatus.CRITICAL, finding(), title="Queues"),
    result(TaskStatus.NOT_CHECKED, title="Search", reason="the role may not list searches"),
)


class Writer:
    """A SummaryWriter that answers as the test says."""

    def __init__(self, answer: Callable[[SummaryBrief], Awaitable[SummaryDraft]]) -> None:
        self._answer = answer

    async def draft(self, brief: SummaryBrief, tell: Observer) -> SummaryDraft:
        return await self._answer(brief)


def saying(summary: str, *follow_ups: str) -> Writer:
    async def answer(brief: SummaryBrief) -> SummaryDraft:
        return SummaryDraft(executive_summary=summary, follow_ups=follow_ups)

    return Writer(answer)


async def test_without_a_writer_the_rules_write() -> None:
    report = await SummarizationTool().summarize("no data", RESULTS)
    assert report == report_by_rules(RESULTS)
    assert (report.prose_by, report.note) == ("rules", None)


async def test_what_of_the_problem_was_not_understood_is_noted() -> None:
    asked = Problem(text="since 25:99", unread=("since 25:99",))
    for tool in (SummarizationTool(), SummarizationTool(saying("A disk is full."))):
        assert (await tool.summarize(asked, RESULTS)).note == "I did not understand: since 25:99."


async def test_citing_what_the_ledger_lacks_is_a_bug_that_shows() -> None:
    with pytest.raises(ValueError, match="E1"):
        await SummarizationTool().summarize("no data", RESULTS, evidence=[entry(2)])


async def test_a_writers_prose_is_taken_and_what_was_not_checked_still_follows_it() -> None:
    report = await SummarizationTool(saying("A disk\nis full.", "Why is it full?")).summarize("no data", RESULTS)
    assert report.executive_summary == (
        "A disk is full. 1 of 2 checks ran; not fully checked: Search (the role may not list searches)."
    )
    assert (report.follow_ups, report.prose_by) == (("Why is it full?",), "model")


async def test_a_writer_changes_nothing_but_the_prose() -> None:
    report = await SummarizationTool(saying("A disk is full.", "Why is it full?")).summarize("no data", RESULTS)
    prose = {"executive_summary", "follow_ups", "prose_by"}
    assert report.model_dump(exclude=prose) == report_by_rules(RESULTS).model_dump(exclude=prose)
    assert report.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("writer", "why"),
    [
        (saying(" \n"), "says too little"),
        (saying("x"), "says too little"),
        (saying("x" * (MOST_SUMMARY_CHARS + 1)), "longer than"),
        (saying("idx2 is full", *["ask"] * 9), "follow-ups"),
        (saying("idx2 is full", "x" * 301), "follow-ups"),
        (saying("idx2 is full [E1, E9]"), "E9"),
        (saying("idx2 is full", "Why [E2]?"), "it cites E2, which no finding does"),
        (saying("All is fine."), "it says 'fine'; what is well, or need not be minded, is for the rules"),
        (saying("idx9 is full."), "it says idx9, which the rules do not"),
        (saying("idx2 is full since 10:47, by 93 %."), "it says 10:47, 93 %, which the rules do not"),
        (saying("idx2 is full: see https://evil.example"), "it holds a link"),
        (saying("idx2 is full, <!channel>"), "it holds a link, an address or a mention"),
    ],
)
async def test_a_draft_out_of_bounds_leaves_the_rules_prose_and_says_why(writer: Writer, why: str) -> None:
    report = await SummarizationTool(writer).summarize("no data", RESULTS, evidence=[entry(1), entry(2)])
    assert report.prose_by == "rules"
    assert report.executive_summary == report_by_rules(RESULTS, [entry(1), entry(2)]).executive_summary
    assert report.note
    assert why in report.note


async def test_what_the_rules_and_the_person_said_may_be_said_again() -> None:
    asked = Problem(text="no data in index=web_shop", parameters=Parameters(index="web_shop"))
    writer = saying("web_shop is full: the root cause is idx2 indexqueue blocked; 1 of 2 checks ran [E1].")
    report = await SummarizationTool(writer).summarize(asked, RESULTS, evidence=[entry(1)])
    assert report.prose_by == "model", report.note
    nothing = await SummarizationTool(saying("Nothing wrong was found by 1 check.")).summarize("p", [result()])
    assert nothing.prose_by == "model", nothing.note
    more = await SummarizationTool(saying("Nothing wrong was found.")).summarize("p", [result()])
    assert more.prose_by == "rules"


async def test_a_follow_up_that_says_more_than_the_rules_is_left_out() -> None:
    writer = saying("A disk is full.", "Call idx9's owner.", "Is it full?", "See https://evil.example")
    report = await SummarizationTool(writer).summarize("no data", RESULTS)
    assert (report.prose_by, report.follow_ups) == ("model", ("Is it full?",))


async def test_what_of_a_model_is_unverified_may_not_return_in_its_summary() -> None:
    reading = {"text": "idx9 burns.", "doubt": "idx9 stands in no row that it cites"}
    results = (*RESULTS, result(interpretation=reading))
    report = await SummarizationTool(saying("idx9 burns.")).summarize("no data", results)
    assert report.prose_by == "rules"
    assert report.unverified


async def test_where_nothing_was_found_a_draft_may_cite_any_search() -> None:
    report = await SummarizationTool(saying("It is quiet [E2].")).summarize("no data", [result()], evidence=[entry(2)])
    assert report.prose_by == "model"


async def test_a_model_that_is_down_leaves_the_rules_report_and_its_sentence() -> None:
    async def fail(brief: SummaryBrief) -> SummaryDraft:
        raise ModelError("The model did not answer.")

    told: list[RunEvent] = []
    report = await SummarizationTool(Writer(fail)).summarize("no data", RESULTS, run_id="r1", tell=told.append)
    assert report.note == "The summary is written by rules: The model did not answer."
    (event,) = told
    assert isinstance(event, AgentFinished)
    assert (event.run_id, event.task_id, event.ok) == ("r1", None, False)


async def test_a_bug_in_the_writer_costs_nobody_the_report() -> None:
    async def breaks(_: SummaryBrief) -> SummaryDraft:
        raise ZeroDivisionError("secret detail")

    report = await SummarizationTool(Writer(breaks)).summarize("p", [result()])
    assert report.prose_by == "rules"
    assert report.note
    assert "internal error at the model" in report.note
    assert "secret detail" not in report.note


async def test_the_writer_gets_the_rules_report_and_the_problem() -> None:
    async def answer(brief: SummaryBrief) -> SummaryDraft:
        assert (brief.problem.text, brief.results, brief.floor) == ("no data", RESULTS, report_by_rules(RESULTS))
        return SummaryDraft(executive_summary="A disk is full.")

    assert (await SummarizationTool(Writer(answer)).summarize("no data", RESULTS)).prose_by == "model"


async def test_a_secret_in_a_bare_problem_text_is_masked() -> None:
    async def answer(brief: SummaryBrief) -> SummaryDraft:
        return SummaryDraft(executive_summary=brief.problem.text)

    report = await SummarizationTool(Writer(answer)).summarize("password=hunter2-xyz fails", RESULTS)
    assert "hunter2" not in report.executive_summary


async def test_being_stopped_is_not_taken_for_a_model_that_failed() -> None:
    drafting = asyncio.Event()

    async def hang(brief: SummaryBrief) -> SummaryDraft:
        drafting.set()
        await asyncio.Event().wait()
        raise AssertionError

    running = asyncio.create_task(SummarizationTool(Writer(hang)).summarize("no data", RESULTS))
    await drafting.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_two_summaries_at_once_do_not_mix() -> None:
    """Each writer's call waits for the other at a barrier, so both are under way on the one instance."""
    barrier = asyncio.Barrier(2)

    async def echo(brief: SummaryBrief) -> SummaryDraft:
        await barrier.wait()
        return SummaryDraft(executive_summary=f"This is about {brief.problem.text}.")

    tool = SummarizationTool(Writer(echo))
    one: list[TaskResult] = [result(TaskStatus.CRITICAL, finding("one"))]
    two: list[TaskResult] = [result(TaskStatus.CRITICAL, finding("two"))]
    first, second = await asyncio.gather(tool.summarize("one", one), tool.summarize("two", two))
    assert first.executive_summary.startswith("This is about one.")
    assert second.executive_summary.startswith("This is about two.")
    assert (first.findings, second.findings) == (("one [E1]",), ("two [E1]",))
