"""What the page shows: a sandbox Slack, a sandbox Splunk with one scenario, and the bot that lives in them."""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Literal, TypeAlias

from bot.sandbox.scenario import Scenario
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.splunk import SandboxSplunk

OpenBot: TypeAlias = "Callable[[SandboxSlack, SandboxSplunk, Path], AbstractAsyncContextManager[object]]"
PACE_S = 0.1  # a Splunk that answers at once would leave nothing to watch
CONNECTS_WITHIN_S = 30.0  # a bot that starts on a busy machine


class Bell:
    """Wakes every open page when something changed; a page that is at work meanwhile looks again afterwards."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def ring(self, _changed: object = None) -> None:
        for event in self._waiting:
            event.set()

    @contextlib.contextmanager
    def heard(self) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield event
        finally:
            self._waiting.discard(event)


class Stage:
    """`perform()` opens the world and the bot in it, and opens them again as asked, until it is cancelled.

    *open_bot* gets the two sandboxes and a folder of the bot's own, which lasts as long as this world: so a bot that
    starts again finds its runs. *command* is the slash command that the bot listens to.
    """

    def __init__(self, open_bot: OpenBot, scenario: Scenario, command: str) -> None:
        self.scenario = scenario
        self.command = command
        self.bell = Bell()
        self.state: Literal["starting", "ready"] = "starting"
        self.slack = SandboxSlack()
        self.splunk = SandboxSplunk(scenario)
        self.world_number = 0
        self._open_bot = open_bot
        self._next: Literal["bot", "world"] | None = None
        self._asked = asyncio.Event()

    async def perform(self) -> None:
        """Keep a world open, one after the other."""
        while True:
            self.world_number += 1
            self.slack, self.splunk = a_slack(), SandboxSplunk(slowed(self.scenario))
            self.slack.on_change(self.bell.ring)
            with tempfile.TemporaryDirectory(prefix="troubleshooter-play-") as folder:
                async with self.splunk, self.slack:
                    await self._act(Path(folder))

    def start_over(self, scenario: Scenario) -> None:
        """Ask for a fresh world: empty channels, another Splunk, a bot that remembers nothing."""
        self.scenario = scenario
        self._ask("world")

    def restart_bot(self) -> None:
        """Ask for a bot that starts again in the same world."""
        self._ask(self._next or "bot")

    def _ask(self, what: Literal["bot", "world"]) -> None:
        self._next, self.state = what, "starting"
        self._asked.set()
        self.bell.ring()

    async def _act(self, folder: Path) -> None:
        """Open the bot in this world until another world is asked for."""
        self._next = None
        while self._next != "world":
            self._asked.clear()
            self._next = None
            async with self._open_bot(self.slack, self.splunk, folder):
                await self.slack.until_connected(CONNECTS_WITHIN_S)
                if not self._asked.is_set():
                    self.state = "ready"
                self.bell.ring()
                await self._asked.wait()


def a_slack() -> SandboxSlack:
    """Return a workspace with some people more, somebody to press a button of another and a guest, that takes files."""
    slack = SandboxSlack()
    slack.scopes.add("files:write")
    for name, real_name, is_guest in (("ben", "Ben Okafor", False), ("gil", "Gil Roy (guest)", True)):
        person = slack.workspace.add_user(name, real_name, is_guest=is_guest)
        for channel in ("incidents", "general"):
            slack.workspace.channel(channel).members.add(person.id)
    return slack


def slowed(scenario: Scenario) -> Scenario:
    faults = scenario.faults.model_copy(update={"latency_s": scenario.faults.latency_s + PACE_S})
    return scenario.model_copy(update={"faults": faults})
