"""`make picture`: the README's picture of a finished run, taken of the real page with the real bot behind it."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import expect

from bot.cli.play import opener
from tests.e2e.browser_house import a_browser_house, ask, the_thread
from tests.sandbox.web.browser import NONE_INSTALLED, PATIENCE_MS, chromium, open_browser
from tests.shipped import WORKFLOWS

SIZE = {"width": 1140, "height": 820}
REPORT_BEGINS_HALFWAY = (
    'list => list.scrollTo(0, list.querySelectorAll("article")[2].offsetTop - list.clientHeight / 2)'
)
MOST_BYTES = 200_000
SCENARIO = "queue_blocked"


async def take(to: Path) -> None:
    """Let a run finish, and write what the page shows; without emoji fonts Chromium draws boxes."""
    path = chromium()
    if path is None:
        sys.exit(NONE_INSTALLED)
    async with open_browser(path) as browser, a_browser_house(browser, SCENARIO, opener(WORKFLOWS)) as house:
        page = await house.page(SIZE)
        await ask(page, f"/troubleshoot {house.stage.scenario.problem}")
        thread = the_thread(page)
        await expect(thread.get_by_text("Done in")).to_be_visible(timeout=PATIENCE_MS)
        await page.locator("#replies").evaluate(REPORT_BEGINS_HALFWAY)
        await page.evaluate("document.activeElement.blur()")
        await page.screenshot(path=to)


if __name__ == "__main__":
    picture = Path(sys.argv[1])
    asyncio.run(take(picture))
    if (size := picture.stat().st_size) > MOST_BYTES:
        sys.exit(f"{picture} is {size} bytes; a README's picture is at most {MOST_BYTES}.")
