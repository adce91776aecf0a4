"""A model's own searches: guarded as a model's, bounded, in the run's ledger, in the slots that all searches share."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest

from bot.domain.event import ProbeFinished, RunEvent
from bot.domain.evidence import MODEL_SEARCH, SearchQuery
from bot.domain.names import VisibleNames
from bot.domain.window import TimeWindow
from bot.engine.agent_search import MOST_ROWS, TaskSearch
from bot.engine.ledger import Ledger
from bot.errors import BotError, SearchFailed
from tests.fakes import FakeSplunk

WEB = "index=web | stats count by host"


async def indexes() -> VisibleNames:
    return VisibleNames(indexes=frozenset({"web"}))


@contextlib.asynccontextmanager
async def searching(splunk: FakeSplunk, slots: int = 6) -> AsyncIterator[tuple[TaskSearch, list[RunEvent], Ledger]]:
    heard: list[RunEvent] = []
    async with Ledger(splunk, asyncio.Semaphore(slots)) as ledger:
        yield TaskSearch("r", "queues", ledger, indexes, time.time(), 2, heard.append), heard, ledger


async def test_a_search_gets_an_id_in_the_runs_ledger_and_is_told_of() -> None:
    splunk = FakeSplunk({"web": ({"host": "fwd07", "count": "9"},)})
    async with searching(splunk) as (look, heard, ledger):
        found = await look.search(WEB, "-4h", "now")
        assert (found.evidence.id, found.probe, found.rows) == ("E1", MODEL_SEARCH, ({"host": "fwd07", "count": "9"},))
        assert [entry.id for entry in ledger.entries] == ["E1"]
        assert look.asked == ["E1"]
        again = look.entry("E1")
        assert again
        assert again.rows == found.rows
    (event,) = heard
    assert isinstance(event, ProbeFinished)
    assert (event.task_id, event.evidence_id, event.outcome) == ("queues", "E1", "1 rows")
    assert splunk.asked[0].max_rows == MOST_ROWS


@pytest.mark.parametrize(
    ("spl", "earliest", "why"),
    [
        ("index=web | delete", "-1h", "'delete'"),
        ("index=web | outputlookup x", "-1h", "'outputlookup'"),
        ("index=web | sendemail to=a", "-1h", "'sendemail'"),
        ('index=web | map search="search index=a"', "-1h", "'map'"),
        ("index=web | collect index=a", "-1h", "'collect'"),
        ("index=web [| rest /services/storage/passwords]", "-1h", "'rest'"),
        ("index=*", "-1h", "is not held to an index"),
        ("error", "-1h", "is not held to an index"),
        ("index=web", "-30d", "covers 30.0 days"),
        ("index=web earliest=-30d", "-1h", "covers 30.0 days"),
        ("index=web", "rt", "real time"),
        ("index=web", "when it broke", "cannot be read as a time"),
        ("index=web " + "x" * 5000, "-1h", "over 4000 characters"),
        ("index=web password=hunter2hunter2", "-1h", "looks like a secret"),
    ],
)
async def test_what_is_unsafe_or_too_wide_is_refused_before_it_is_sent(spl: str, earliest: str, why: str) -> None:
    splunk = FakeSplunk()
    async with searching(splunk) as (look, heard, ledger):
        with pytest.raises(BotError, match=r"not sent|as a time|real time") as refused:
            await look.search(spl, earliest, "now")
        assert why in str(refused.value)
    assert (splunk.asked, heard, ledger.entries) == ([], [], ())


async def test_the_same_search_again_is_answered_without_a_search_and_past_the_bound_a_new_one_is_not() -> None:
    splunk = FakeSplunk()
    async with searching(splunk) as (look, heard, _):
        for spl in (WEB, WEB, "index=os", WEB):
            await look.search(spl, "-1h", "now")
        with pytest.raises(BotError, match="this check has had its 2 searches; answer from what you have seen"):
            await look.search("index=third", "-1h", "now")
        await look.search(WEB, "-1h", "now")
    assert [query.spl for query in splunk.asked] == [WEB, "index=os"]
    assert len(heard) == 2


async def test_a_search_that_fails_tells_its_sentence_and_stays_in_the_ledger() -> None:
    async with searching(FakeSplunk({"web": SearchFailed("No such index.")})) as (look, _, ledger):
        with pytest.raises(SearchFailed, match="No such index"):
            await look.search(WEB, "-1h", "now")
        assert [entry.error for entry in ledger.entries] == ["No such index."]
        assert look.asked == ["E1"]


async def test_a_models_search_waits_for_a_slot_as_any_other() -> None:
    splunk = FakeSplunk(hold=asyncio.Event())
    async with searching(splunk, slots=1) as (look, _, ledger):
        has_slot = asyncio.Event()
        query = SearchQuery(spl="| rest x", window=TimeWindow(earliest=0, latest=1))
        probing = asyncio.create_task(ledger.ask("p", query, has_slot.set))
        await has_slot.wait()
        looking = asyncio.create_task(look.search(WEB, "-1h", "now"))
        await asyncio.sleep(0)
        assert splunk.in_flight == 1
        assert splunk.hold
        splunk.hold.set()
        await asyncio.gather(probing, looking)
    assert splunk.most_in_flight == 1


async def test_things_are_described_by_a_fixed_search_and_nothing_else_is() -> None:
    splunk = FakeSplunk()
    async with searching(splunk) as (look, _, _ledger):
        await look.describe("host", "fwd07")
        with pytest.raises(BotError, match="cannot go into a search"):
            await look.describe("host", 'x" | delete "')
        with pytest.raises(BotError, match="Only an index, a sourcetype or a host"):
            await look.describe("user", "ann")
    (query,) = splunk.asked
    assert 'host="fwd07"' in query.spl
    assert (await indexes()).indexes == (await look.names()).indexes


async def test_a_run_has_no_entry_by_another_id() -> None:
    async with searching(FakeSplunk()) as (look, _, _ledger):
        assert look.entry("E1") is None
