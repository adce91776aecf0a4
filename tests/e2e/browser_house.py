"""The whole bot behind the page, and a real Chromium in front of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Locator, Page

from bot.app.house import open_app
from bot.cli.sandbox_settings import COMMAND, sandbox_settings
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.splunk import SandboxSplunk
from bot.sandbox.web.server import WebPage
from bot.sandbox.web.stage import OpenBot, Stage
from bot.slack.server import Pace
from tests.e2e.house import no_pause
from tests.sandbox.web.browser import DESKTOP, Watched, open_page
from tests.shipped import WORKFLOWS, shipped_scenario


@contextlib.asynccontextmanager
async def open_swift_bot(slack: SandboxSlack, splunk: SandboxSplunk, folder: Path) -> AsyncIterator[None]:
    """Open the bot as `demo --web` does, with edits not held back, so that a test need not wait for the clock."""
    splunk.faults.latency_s = 0
    slack.scopes.discard("files:write")  # a file that follows the report would be the last thing said
    settings = sandbox_settings(slack, splunk, data_dir=folder)
    async with open_app(settings, WORKFLOWS, Pace(edit_interval_s=0, pause=no_pause)):
        yield


@dataclass(frozen=True, slots=True)
class BrowserHouse:
    """A stage and the browser that looks at it."""

    stage: Stage
    browser: Browser
    address: str
    watched: list[Watched]

    async def page(self, size: dict[str, int] = DESKTOP, scheme: str = "light") -> Page:
        """Open the page anew, and wait until the bot is there."""
        watched = await open_page(self.browser, self.address, size, scheme)
        self.watched.append(watched)
        await watched.page.locator("#state:empty").wait_for(state="attached")
        await watched.page.locator("#channels button").first.wait_for(state="attached")
        return watched.page

    def hold_searches(self) -> asyncio.Event:
        """Let every search wait until the event returned is set."""
        self.stage.splunk.faults.hold = asyncio.Event()
        return self.stage.splunk.faults.hold


@contextlib.asynccontextmanager
async def a_browser_house(
    browser: Browser, scenario: str = "queue_blocked", open_bot: OpenBot = open_swift_bot
) -> AsyncIterator[BrowserHouse]:
    """Serve the page; at the end no script of it may have failed, and nothing else have been asked for anything."""
    stage = Stage(open_bot, shipped_scenario(scenario), COMMAND)
    async with WebPage(stage) as web_page:
        performing = asyncio.ensure_future(stage.perform())
        watched: list[Watched] = []
        try:
            yield BrowserHouse(stage, browser, web_page.address, watched)
        finally:
            for each in watched:
                await each.page.context.close()
            performing.cancel()
            await asyncio.gather(performing, return_exceptions=True)
        assert [fault for each in watched for fault in each.faults] == []


async def ask(page: Page, text: str) -> None:
    """Type in the channel's message box, and send it with the keyboard."""
    await page.get_by_role("textbox", name="Message in").fill(text)
    await page.keyboard.press("Enter")


def the_thread(page: Page) -> Locator:
    return page.get_by_role("complementary")
