"""The ledger: each search asked once, numbered, kept; cancelled when nobody waits for it."""

import asyncio

import pytest

from bot.domain.evidence import Row, SearchQuery
from bot.domain.kept import KeptSearch
from bot.domain.window import TimeWindow
from bot.engine.ledger import SAMPLE_CELL, SHOWN_FIRST, Ledger
from bot.errors import SplunkUnreachable, StoreError
from tests.fakes import FakeSplunk, outcome


def query(spl: str) -> SearchQuery:
    return SearchQuery(spl=spl, window=TimeWindow(earliest=0, latest=60))


def nothing() -> None:
    """Take note of no slot."""


def ledger(splunk: FakeSplunk, slots: int = 6) -> Ledger:
    return Ledger(splunk, asyncio.Semaphore(slots))


async def test_two_probes_that_ask_the_same_share_one_search_and_one_id() -> None:
    splunk = FakeSplunk({"info": ({"version": "9"},)})
    async with ledger(splunk) as kept:
        first, second = await asyncio.gather(
            kept.ask("info", query("| rest info"), nothing), kept.ask("other", query("| rest info"), nothing)
        )
    assert len(splunk.asked) == 1
    assert first[0] is second[0]
    assert (first[1], second[1]) == (False, True)
    assert [entry.id for entry in kept.entries] == ["E1"]


async def test_a_failed_search_is_an_entry_with_its_sentence() -> None:
    async with ledger(FakeSplunk({"x": SplunkUnreachable("Splunk is down.")})) as kept:
        answer, _ = await kept.ask("x", query("| rest x"), nothing)
    assert isinstance(answer.error, SplunkUnreachable)
    assert kept.entries[0].error == "Splunk is down."


async def test_no_more_searches_are_in_flight_than_there_are_slots() -> None:
    splunk = FakeSplunk()
    async with ledger(splunk, slots=2) as kept:
        await asyncio.gather(*(kept.ask("p", query(f"| rest {n}"), nothing) for n in range(7)))
    assert splunk.most_in_flight == 2


async def test_a_search_that_nobody_waits_for_any_more_is_cancelled_and_can_be_asked_again() -> None:
    splunk = FakeSplunk(hold=asyncio.Event())
    slot = asyncio.Event()
    async with ledger(splunk) as kept:
        waiter = asyncio.create_task(kept.ask("p", query("| rest x"), slot.set))
        await slot.wait()
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        splunk.hold = None
        await kept.ask("p", query("| rest x"), nothing)
    assert len(splunk.cancelled) == 1
    assert [entry.error for entry in kept.entries] == ["was cancelled before it ended", None]


async def test_one_waiter_less_leaves_a_shared_search_running() -> None:
    splunk = FakeSplunk(hold=asyncio.Event())
    slots = asyncio.Barrier(3)
    async with ledger(splunk) as kept:

        async def wait() -> str:
            reached = asyncio.Event()
            asking = asyncio.create_task(kept.ask("p", query("| rest x"), reached.set))
            await reached.wait()
            await slots.wait()
            return (await asking)[0].evidence.id

        gone, stays = asyncio.create_task(wait()), asyncio.create_task(wait())
        await slots.wait()
        gone.cancel()
        assert splunk.hold
        splunk.hold.set()
        assert await stays == "E1"
    assert not splunk.cancelled


async def test_leaving_the_ledger_cancels_what_still_runs() -> None:
    splunk = FakeSplunk(hold=asyncio.Event())
    slot = asyncio.Event()
    async with ledger(splunk) as kept:
        waiter = asyncio.create_task(kept.ask("p", query("| rest x"), slot.set))
        await slot.wait()
    assert len(splunk.cancelled) == 1
    with pytest.raises(asyncio.CancelledError):
        await waiter


async def test_the_sample_is_small_whatever_came_back() -> None:
    rows: list[Row] = [{"raw": "x" * 5000, "many": tuple("abcdefghij")}]
    rows += [{"raw": "y"}] * 50
    wide = outcome(*rows)
    async with ledger(FakeSplunk({"x": wide})) as kept:
        answer, _ = await kept.ask("p", query("| rest x"), nothing)
    assert len(answer.rows) == 51
    assert len(answer.evidence.sample) == 5
    assert str(answer.evidence.sample[0]["raw"]).endswith(f"… {5000 - SAMPLE_CELL} more characters")
    assert answer.evidence.sample[0]["many"] == ("a", "b", "c", "d", "e", "… 5 more values")


async def test_a_bug_in_a_search_is_told_as_one_and_not_as_a_cancellation() -> None:
    splunk = FakeSplunk(on_search=lambda _: 1 / 0)  # type: ignore[arg-type]  # it breaks before it returns
    async with ledger(splunk) as kept:
        with pytest.raises(ZeroDivisionError):
            await kept.ask("p", query("| rest x"), nothing)
    assert kept.entries[0].error == "internal error; the log has it"


async def test_a_search_that_could_not_be_kept_is_no_entry_and_may_be_asked_again() -> None:
    faults = [StoreError("The disk is full.")]

    async def keep(_: KeptSearch) -> None:
        if faults:
            raise faults.pop()

    async with Ledger(FakeSplunk(), asyncio.Semaphore(1), keep=keep) as kept:
        with pytest.raises(StoreError):
            await kept.ask("p", query("| rest x"), nothing)
        assert (kept.entries, kept.answer("E1")) == ((), None)
        again, _ = await kept.ask("p", query("| rest x"), nothing)
        assert kept.entries == (again.evidence,)


async def test_rows_that_findings_are_about_come_first_in_the_sample_whoever_tells_of_them() -> None:
    rows: tuple[Row, ...] = tuple({"host": f"h{number}"} for number in range(40))
    async with ledger(FakeSplunk({"x": rows})) as kept:
        await kept.ask("p", query("| rest x"), nothing)
        kept.show_first("E1", [rows[30], rows[1]])
        assert [row["host"] for row in kept.entries[0].sample] == ["h30", "h1", "h0", "h2", "h3"]
        kept.show_first("E1", [rows[30], *rows[33:38]])
        hosts = ["h30", "h1", "h33", "h34", "h35", "h36", "h37"]
        assert [row["host"] for row in kept.entries[0].sample] == hosts
        kept.show_first("E1", rows)
    assert len(kept.entries[0].sample) == SHOWN_FIRST
