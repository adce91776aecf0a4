"""Budgets: a model's part ends when one is used up, the rules' never, and reports say what was spent."""

import asyncio

import pytest
from agents import function_tool

from bot.agent.asking import Question, ask
from bot.agent.meter import Meter, OwnBook
from bot.agent.model import open_model
from bot.agent.reading import Reading
from bot.app.model import open_model_of
from bot.domain.event import RunStarted
from bot.domain.plan import Plan
from bot.domain.run import ModelCall, Problem, RunRequest
from bot.domain.spending import Budget, Cost, Price, Spent
from bot.engine.doors import Earlier
from bot.engine.service import RunService
from bot.errors import ModelError, StoreError
from bot.settings import given_settings
from bot.summary.spent import spent
from bot.summary.tool import ignore
from tests.agent.briefs import access
from tests.agent.runs import READING, chain, good, run_with
from tests.agent.test_model_failing import check_rules_report, read
from tests.fakes import FakeSplunk
from tests.openai_server import Answer, FakeOpenAI


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Budget(model_calls=2), "2 model calls"),
        (Budget(tokens=240), "240 tokens"),
        (Budget(tokens=121), "121 tokens"),
    ],
)
@pytest.mark.parametrize("span", ["run", "day"])
async def test_a_budget_that_is_used_up_ends_the_models_part_and_one_line_says_so(
    budget: Budget, said: str, span: str
) -> None:
    meter = Meter(budget) if span == "run" else Meter(day=budget)
    async with FakeOpenAI(good) as server:
        run = await run_with(access(server.base_url), meter=meter)
    check_rules_report(run)
    assert read(run) == ["one", "two"]  # of three checks and a summary
    assert len(server.requests) == 2
    assert run.report.note
    assert run.report.note.count(f"The {span}'s budget of {said} is used up; the rules' verdict stands.") == 1


@pytest.mark.parametrize(
    ("usage", "least", "most"),
    [
        ((-5, 10**12), 150_000, 170_000),
        ((10**12, -5), 10_000, 20_000),
        ((100, 50_000), 50_100, 50_100),  # a model that thinks says little of it
        ((-5, -5), 0, 0),
    ],
)
@pytest.mark.parametrize("api", ["chat_completions", "responses"])
async def test_an_endpoint_that_counts_what_cannot_be_uses_up_no_more_than_can(
    api: str, usage: tuple[int, int], least: int, most: int
) -> None:
    book = OwnBook()
    async with (
        FakeOpenAI([Answer(text=READING, usage=usage)]) as server,
        open_model(access(server.base_url, api=api), Meter(day=Budget(tokens=1), book=book)) as model,
    ):
        await ask(model, Question("q", "i", "d", Reading), "r", None, ignore)
    [taken] = book._days.values()
    assert least <= taken.tokens <= most


async def test_a_models_time_is_bounded_too() -> None:
    async with FakeOpenAI(good) as server:
        run = await run_with(access(server.base_url), meter=Meter(Budget(seconds=1e-9)))
    assert (read(run), len(server.requests)) == (["one"], 1)
    assert "s of a model's time" in str(run.report.note)


async def test_without_a_budget_nothing_is_ended() -> None:
    async with FakeOpenAI(good) as server:
        run = await run_with(access(server.base_url))
    assert (read(run), run.report.prose_by, run.report.note) == (["one", "two", "three"], "model", None)


async def test_a_budget_is_each_runs_own() -> None:
    meter = Meter(Budget(model_calls=1))
    async with FakeOpenAI(good) as server:
        for _ in range(2):
            assert read(await run_with(access(server.base_url), meter=meter)) == ["one"]


async def test_the_searches_that_a_model_may_do_are_counted() -> None:
    done = []

    @function_tool
    async def search() -> str:
        """Search."""
        done.append(1)
        return "no rows"

    question = Question("Queues", "Look.", "rows", Reading, (search,))
    meter = Meter(Budget(searches=2))
    async with (
        FakeOpenAI(lambda _: Answer(calls=(("search", "{}"),))) as server,
        open_model(access(server.base_url), meter) as model,
    ):
        with pytest.raises(ModelError, match="run's budget of 2 of a model's searches is used up"):
            await ask(model, question, "r1", "queues", ignore)
    assert len(done) == 2


DAY_S = 86_400


async def test_a_day_is_counted_over_all_who_share_a_book_and_a_new_one_begins_at_midnight() -> None:
    at, book = [10.0], OwnBook()
    mine, theirs = (Meter(day=Budget(tokens=100), book=book, now=lambda: at[0]) for _ in range(2))
    theirs.count("r1", Spent(tokens=60))
    await theirs.book()
    mine.count("r2", Spent(tokens=40))
    mine.check("r2")  # it has not heard of the others yet
    await mine.book()
    with pytest.raises(ModelError, match="day's budget of 100 tokens"):
        mine.check("r2")
    at[0] += DAY_S
    mine.check("r2")
    await mine.book()
    mine.check("r2")


async def test_a_book_that_fails_stops_nobody_and_nothing_spent_is_forgotten() -> None:
    class Shut(OwnBook):
        shut = True

        async def spend(self, day: str, spent: Spent) -> Spent:
            if self.shut:
                raise StoreError("The disk is full.")
            return await super().spend(day, spent)

    book = Shut()
    meter = Meter(day=Budget(tokens=100), book=book)
    meter.count("r1", Spent(tokens=60))
    await meter.book()
    meter.check("r1")
    book.shut = False
    meter.count("r1", Spent(tokens=40))
    await meter.book()
    with pytest.raises(ModelError):
        meter.check("r1")


async def test_a_report_says_what_was_spent_and_by_the_settings_prices_what_it_cost() -> None:
    price = Price(of_input=2, of_output=8, currency="EUR")
    async with FakeOpenAI(good) as server:
        dear = await run_with(access(server.base_url, price=price))
        unpriced = await run_with(access(server.base_url))
    # four calls of 100 tokens in and 20 out
    assert spent(dear) == ("3 searches", "4 model calls", "480 tokens", "0.0014 EUR")
    assert spent(unpriced) == ("3 searches", "4 model calls", "480 tokens")


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "0.00 USD"), (0.000123, "0.00012 USD"), (0.5, "0.5 USD"), (12.344, "12.34 USD")]
)
def test_money_is_shown_with_the_digits_that_matter(amount: float, shown: str) -> None:
    assert str(Cost(amount=amount, currency="USD")) == shown


class SlowBook(OwnBook):
    """A DayBook that answers when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def spend(self, day: str, spent: Spent) -> Spent:
        await self.may_answer.wait()
        return await super().spend(day, spent)


async def test_what_is_on_its_way_into_the_book_counts_already() -> None:
    book = SlowBook()
    meter = Meter(day=Budget(tokens=100), book=book)
    meter.count("r", Spent(tokens=500))
    booking = asyncio.create_task(meter.book())
    await asyncio.sleep(0)
    with pytest.raises(ModelError, match="100 tokens"):
        meter.check("r")
    book.may_answer.set()
    await booking
    with pytest.raises(ModelError, match="100 tokens"):
        meter.check("r")


async def test_what_a_run_spent_before_it_was_resumed_counts_against_its_budget() -> None:
    workflow = chain(2)
    call = ModelCall(model="m", ended_at=1, duration_s=1, input_tokens=90, output_tokens=20)
    async with FakeOpenAI(good) as server:
        settings = given_settings(openai_base_url=server.base_url, openai_model="m1", max_tokens_per_run=100)
        async with (
            open_model_of(settings, None) as model,
            RunService(
                {workflow.id: workflow}, FakeSplunk(), agent=model.agent, writer=model.writer, observers=model.observers
            ) as runs,
        ):
            prepared, earlier = await runs.prepare(RunRequest(problem="no events")), Earlier(model_calls=(call,))
            run = await runs.result(await runs.start(prepared, earlier=earlier))
    assert run
    assert "The run's budget of 100 tokens is used up" in (run.report.note or "")
    assert server.requests == []


def began(run_id: str, spent: Spent) -> RunStarted:
    return RunStarted(run_id, 0, Plan(workflow=chain(1), phases=()), Problem(text="no events"), spent)


async def test_a_run_that_comes_back_brings_what_was_spent_on_it_elsewhere() -> None:
    meter = Meter(Budget(tokens=100, searches=3))
    meter.count("r1", Spent(tokens=50, searches=3))
    meter.heed(began("r1", Spent(tokens=99)))  # by both, but nobody keeps how often a model searched
    meter.check("r1")
    with pytest.raises(ModelError, match="3 of a model's searches"):
        meter.check("r1", searching=True)
    meter.count("r1", Spent(tokens=1))
    with pytest.raises(ModelError, match="100 tokens"):
        meter.check("r1")


async def test_runs_that_only_came_by_are_forgotten_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.agent.meter._MOST_RUNS", 2)
    meter = Meter(Budget(tokens=100))
    for run_id in ("r1", "r2", "r3"):
        meter.heed(began(run_id, Spent(tokens=100)))
    assert list(meter._runs) == ["r2", "r3"]
