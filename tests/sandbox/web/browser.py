"""A real Chromium, where one is installed."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
NONE_INSTALLED = "no browser here: install Debian's chromium, or set CHROMIUM to one, to test the page in it"
PATIENCE_MS = 30_000  # a run takes seconds; past this something is broken
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def chromium() -> str | None:
    """Return the path of a Chromium, if there is one."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def chromium_or_skip() -> str:
    """Return a Chromium's path; where there is none the test is skipped, or fails if CHROMIUM_REQUIRED is set."""
    path = chromium()
    if path is None and os.environ.get("CHROMIUM_REQUIRED"):
        pytest.fail(NONE_INSTALLED)
    if path is None:
        pytest.skip(NONE_INSTALLED)
    return path


@contextlib.asynccontextmanager
async def open_browser(path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


class Watched:
    """A page, and what went wrong in it: errors of its scripts, what its policy forbade, requests elsewhere."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith(address) else self.faults.append(asked.url))


async def open_page(browser: Browser, address: str, size: dict[str, int] = DESKTOP, scheme: str = "light") -> Watched:
    context = await browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Europe/Berlin",
        locale="en-GB",
    )
    watched = Watched(await context.new_page(), address)
    await watched.page.goto(address)
    return watched
