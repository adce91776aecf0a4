"""Names are asked for once in minutes, waited for briefly, and done without when Splunk is down."""

import asyncio

import pytest

from bot.domain.names import VisibleNames
from bot.engine import name_book
from bot.engine.name_book import NameBook
from bot.errors import SplunkUnreachable
from tests.fakes import FakeSplunk

NAMES = VisibleNames(indexes=frozenset({"web"}))


class Counting(FakeSplunk):
    """Counts how often it is asked; answers when `answer` is set."""

    def __init__(self, *, visible: VisibleNames | SplunkUnreachable = NAMES) -> None:
        super().__init__(visible=visible)
        self.times = 0
        self.answer = asyncio.Event()
        self.ended = False

    async def names(self) -> VisibleNames:
        self.times += 1
        try:
            await self.answer.wait()
            return await super().names()
        finally:
            self.ended = True


async def test_all_who_ask_meanwhile_share_one_search_and_later_ones_its_answer() -> None:
    splunk = Counting()
    book = NameBook(splunk)
    asking = [asyncio.create_task(book.names()) for _ in range(3)]
    await asyncio.sleep(0)
    splunk.answer.set()
    assert await asyncio.gather(*asking) == [NAMES] * 3
    assert await book.names() == NAMES
    assert splunk.times == 1


async def test_old_names_serve_while_new_ones_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    splunk = Counting()
    book = NameBook(splunk)
    splunk.answer.set()
    await book.names()
    monkeypatch.setattr(name_book, "FRESH_S", -1.0)
    splunk.answer.clear()
    assert await book.names() == NAMES
    await asyncio.sleep(0)
    assert splunk.times == 2
    await book.close()


async def test_a_search_that_takes_longer_than_names_stay_fresh_is_not_joined_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(name_book, "WAIT_S", 0.0)
    monkeypatch.setattr(name_book, "FRESH_S", -1.0)
    splunk = Counting()
    book = NameBook(splunk)
    await book.names()
    await book.names()
    await asyncio.sleep(0)
    assert splunk.times == 1
    await book.close()
    assert splunk.ended


async def test_whoever_asks_first_does_not_wait_for_a_slow_splunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_book, "WAIT_S", 0.0)
    splunk = Counting()
    book = NameBook(splunk)
    assert await book.names() == VisibleNames()
    await asyncio.sleep(0)
    splunk.answer.set()
    monkeypatch.setattr(name_book, "WAIT_S", 5.0)
    assert await book.names() == NAMES
    assert splunk.times == 1


async def test_a_splunk_that_is_down_yields_no_names_and_is_left_alone_for_a_while() -> None:
    splunk = Counting(visible=SplunkUnreachable("down"))
    splunk.answer.set()
    book = NameBook(splunk)
    assert await book.names() == VisibleNames()
    assert await book.names() == VisibleNames()
    assert splunk.times == 1


async def test_closing_ends_the_search() -> None:
    splunk = Counting()
    book = NameBook(splunk)
    asking = asyncio.create_task(book.names())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await book.close()
    assert splunk.ended
    assert await asking == VisibleNames()
