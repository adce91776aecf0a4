"""Questions in a run's thread: answered from its ledger, with further searches, and without a model too."""

import asyncio
from collections.abc import Callable

import pytest

from bot.domain.run import Claim, Interpretation
from bot.errors import ModelError
from bot.ports import FollowUpBrief, Observer
from bot.sandbox.slack import Message
from bot.sandbox.slack.terminal import render
from bot.slack.questions import BUSY, GOING_ON, LOOKING, asks_evidence, is_question
from tests.fakes import FakeAgent, FakeSplunk
from tests.slack.bench import BLOCKED, COMMAND, Bench, at_work, begun, held, let_go, reports, run_of, settled, told


class Answerer(FakeAgent):
    """Searches once for each question, and answers with what it found and what it made up."""

    go_on: asyncio.Event | None = None

    async def answer(self, brief: FollowUpBrief, tell: Observer) -> Interpretation:
        self.questions.append(brief)
        if self.go_on:
            await self.go_on.wait()
        found = await brief.look.search("index=web host=fwd07 | stats count by host", "-1d", "now")
        made_up = Claim(text="fwd99 sends nothing", evidence=(found.evidence.id,), doubt="fwd99 is not in it")
        return Interpretation(text="fwd07 sent 3 events", evidence=(found.evidence.id,), doubt=None, claims=(made_up,))


def splunk() -> FakeSplunk:
    return FakeSplunk({"fwd07": ({"host": "fwd07", "count": "3"},), "queues": (BLOCKED,)})


async def asked(bench: Bench, text: str, under: Message) -> None:
    await bench.slack.mention(text, thread_ts=under.thread_ts)


async def until_said(bench: Bench, holds: Callable[[str], bool]) -> str:
    """Wait for a message of the bot's for which that *holds*."""

    def found() -> list[str]:
        shown = (render(each, bench.slack.workspace) for each in bench.slack.workspace.messages)
        return [text for text in shown if holds(text)]

    await bench.slack.until(lambda _: bool(found()))
    return found()[0]


async def until_answered(bench: Bench, count: int) -> None:
    await bench.slack.until(lambda w: sum("fwd07 sent" in each.text for each in w.messages) == count)


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_question_is_answered_in_the_thread_what_is_made_up_last_and_marked(http: bool) -> None:  # noqa: FBT001
    agent = Answerer()
    async with at_work(http=http, splunk=splunk(), agent=agent) as bench:
        report = await run_of(bench)
        await settled(bench)
        await asked(bench, "which forwarders still send?", report)
        answer = await until_said(bench, lambda text: "A model answers" in text)
        assert (
            answer.index("fwd07 sent 3 events [E4]") < answer.index("Unverified") < answer.index("fwd99 sends nothing")
        )
        assert "index=web host=fwd07" in answer
        [brief] = agent.questions
        assert brief.question == "which forwarders still send?"
        assert [rows.evidence.id for rows in brief.cited] == ["E1"]
        assert brief.cited[0].rows == (BLOCKED,)
        assert len(reports(bench.slack.workspace)) == 1


async def test_what_was_said_before_and_searched_for_it_is_known_to_the_next_question() -> None:
    agent = Answerer()
    async with at_work(splunk=splunk(), agent=agent) as bench:
        report = await run_of(bench)
        await settled(bench)
        for count, text in enumerate(("which forwarders?", "and since yesterday?"), 1):
            await asked(bench, text, report)
            await until_answered(bench, count)
        assert agent.questions[1].earlier == (("which forwarders?", "fwd07 sent 3 events"),)
        assert agent.questions[1].look.entry("E4") is not None
        await asked(bench, "show me evidence 4", report)
        shown = await until_said(bench, lambda text: text.startswith("E4 of Missing data, run"))
        assert "index=web host=fwd07" in shown


async def test_one_question_at_a_time_in_a_thread() -> None:
    agent = Answerer()
    agent.go_on = asyncio.Event()
    async with at_work(splunk=splunk(), agent=agent) as bench:
        report = await run_of(bench)
        await settled(bench)
        await asked(bench, "which forwarders?", report)
        await until_said(bench, lambda text: LOOKING in text)
        await asked(bench, "and since yesterday?", report)
        assert await told(bench) == BUSY
        agent.go_on.set()
        await until_said(bench, lambda text: "A model answers" in text)
        assert len(agent.questions) == 1


@pytest.mark.parametrize("agent", [None, FakeAgent(ModelError("The model is away."))], ids=["no model", "model away"])
async def test_without_a_model_searches_and_checks_are_offered(agent: FakeAgent | None) -> None:
    async with at_work(splunk=splunk(), agent=agent) as bench:
        report = await run_of(bench)
        await settled(bench)
        await asked(bench, "which forwarders?", report)
        offer = await until_said(bench, lambda text: "I can show a search" in text)
        assert offer.startswith("No model is configured" if agent is None else "The model is away.")
        assert "[Evidence]  [Check again]  [Rerun]" in offer
        await asked(bench, "show me the search", report)
        shown = await until_said(bench, lambda text: text.startswith("The searches that the root cause rests on, of"))
        assert "search index=_internal queues" in shown
        assert "host=idx2 · blocked=41" in shown
        await asked(bench, "evidence 77", report)
        await until_said(bench, lambda text: "no search E77; it has E1 to E3" in text)


async def test_a_question_during_the_run_waits_for_its_report_and_a_problem_starts_a_run() -> None:
    a_splunk = held()
    async with at_work(splunk=a_splunk, agent=Answerer()) as bench:
        await bench.slack.command(COMMAND, "no events")
        root = await begun(bench.slack)
        await bench.slack.mention("which forwarders?", thread_ts=root.ts)
        assert GOING_ON in await told(bench)
        let_go(a_splunk)
        await bench.reports()
        await settled(bench)
        await bench.slack.mention("no events in index=web", thread_ts=root.ts)
        await bench.reports(2)


@pytest.mark.parametrize(
    "text",
    [
        "which forwarders?",
        "And since yesterday?",
        "is it over?",
        "why",
        "E3",
        "Show me E3",
        "\u54ea\u4e9b\u4e3b\u673a\uff1f",
        "please run `index=web | delete`",
    ],
)
def test_a_question_is_known_by_its_mark_or_its_first_word(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "no events in index=web",
        "no events in index=web?",
        "so no events in web",
        "is it over",
        "503",
        "#",
        "",
        "health",
    ],
)
def test_a_problem_is_no_question(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize("text", ["show me the search", "Evidence 3", "E12", "the searches", "show spl", "rows?"])
def test_to_see_a_search_no_model_is_needed(text: str) -> None:
    assert asks_evidence(text)


@pytest.mark.parametrize("text", ["show me the forwarders", "which searches are slow?", "3", ""])
def test_more_than_a_search_needs_one(text: str) -> None:
    assert not asks_evidence(text)
