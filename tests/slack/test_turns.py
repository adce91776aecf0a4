"""Turns: reports before posts before edits, each run its share, and an overtaken edit leaves the line."""

import asyncio
from dataclasses import dataclass, field

from bot.slack.budget import Budget, Rate
from bot.slack.turns import Rank, Turns

ONE_A_SECOND = Rate(at_once=1, per_s=1)
METHOD = "chat.update"


@dataclass
class Clock:
    """Time that passes when a test says so."""

    seconds: float = 0.0
    sleepers: list[tuple[float, asyncio.Event]] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    async def pause(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.sleepers.append((self.seconds + seconds, woken))
        await woken.wait()

    async def go_to(self, seconds: float) -> None:
        """Wake whoever has slept long enough by then, in order, and let each do what it does."""
        await self._settle()
        while due := sorted((at, number) for number, (at, _) in enumerate(self.sleepers) if at <= seconds):
            at, number = due[0]
            self.seconds = max(self.seconds, at)
            self.sleepers.pop(number)[1].set()
            await self._settle()
        self.seconds = seconds

    async def _settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


@dataclass
class Office:
    """Several who want a turn, and the order in which they got one."""

    clock: Clock = field(default_factory=Clock)
    gone: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turns = Turns(Budget({METHOD: ONE_A_SECOND}), now=self.clock.now, pause=self.clock.pause)

    async def want(self, name: str, rank: Rank = Rank.EDIT, dropped: asyncio.Event | None = None) -> None:
        if await self.turns.wait(METHOD, "C1", rank, dropped=dropped):
            self.gone.append(name)


async def test_who_comes_first_goes_first_one_a_second() -> None:
    office = Office()
    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(office.want(name))
        await office.clock.go_to(0.5)
        assert office.gone == ["a"]
        await office.clock.go_to(1.0)
        assert office.gone == ["a", "b"]
        await office.clock.go_to(2.0)
    assert office.gone == ["a", "b", "c"]


async def test_a_report_overtakes_edits_that_have_waited_longer() -> None:
    office = Office()
    async with asyncio.TaskGroup() as group:
        for name in ("spent", "edit 1", "edit 2"):
            group.create_task(office.want(name))
        await office.clock.go_to(0.5)
        group.create_task(office.want("post", Rank.POST))
        group.create_task(office.want("report", Rank.REPORT))
        await office.clock.go_to(10)
    assert office.gone == ["spent", "report", "post", "edit 1", "edit 2"]


async def test_runs_that_edit_without_end_get_the_same_number_of_turns() -> None:
    office = Office()

    async def edits(name: str) -> None:
        while True:
            await office.want(name)

    await office.want("spent")
    editing = [asyncio.create_task(edits(name)) for name in "abcd"]
    await office.clock.go_to(40.5)
    for task in editing:
        task.cancel()
    await asyncio.gather(*editing, return_exceptions=True)
    assert {name: office.gone.count(name) for name in "abcd"} == dict.fromkeys("abcd", 10)


async def test_a_dropped_edit_leaves_the_line_at_once_and_costs_no_turn() -> None:
    office, ended = Office(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(office.want("spent"))
        dropped = group.create_task(office.want("dropped", dropped=ended))
        group.create_task(office.want("next"))
        await office.clock.go_to(0.5)
        ended.set()
        await dropped
        await office.clock.go_to(1.0)
        assert office.gone == ["spent", "next"]


async def test_a_turn_that_is_free_is_taken_although_the_run_has_ended() -> None:
    office, ended = Office(), asyncio.Event()
    ended.set()
    await office.want("last", dropped=ended)
    assert office.gone == ["last"]


async def test_one_who_is_cancelled_holds_up_nobody() -> None:
    office = Office()
    await office.want("spent")
    cancelled = asyncio.create_task(office.want("cancelled"))
    following = asyncio.create_task(office.want("next"))
    await office.clock.go_to(0.5)
    cancelled.cancel()
    await office.clock.go_to(1.0)
    await following
    assert office.gone == ["spent", "next"]


async def test_slow_down_holds_those_who_wait_already() -> None:
    office = Office()
    async with asyncio.TaskGroup() as group:
        for name in ("spent", "waits"):
            group.create_task(office.want(name))
        await office.clock.go_to(0.5)
        office.turns.hold(METHOD, 30)
        await office.clock.go_to(30.4)
        assert office.gone == ["spent"]
        await office.clock.go_to(30.5)
    assert office.gone == ["spent", "waits"]
