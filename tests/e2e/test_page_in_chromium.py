"""The page in a real browser: what a person types, sees, presses and reads, on a desk and on a phone."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.sandbox.slack.workspace import Message
from tests.e2e.browser_house import BrowserHouse, a_browser_house, ask, the_thread
from tests.sandbox.web.browser import PATIENCE_MS, PHONE, chromium_or_skip, open_browser

PROBLEM = "/troubleshoot no events in index=web since 10:15"
HOSTILE = "<img src=x onerror=alert(1)> <script>alert(2)</script> *not bold*"
NAMELESS = re.compile(r"- (button|link|textbox|combobox|checkbox|radio|dialog|complementary|region)(?! \")")
expect.set_options(timeout=PATIENCE_MS)


pytestmark = pytest.mark.asyncio(loop_scope="module")  # one browser for all: it takes longer to start than to look


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser(chromium_or_skip()) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def house(browser: Browser) -> AsyncIterator[BrowserHouse]:
    async with a_browser_house(browser) as opened:
        yield opened


async def test_a_person_watches_a_run_looks_at_its_evidence_checks_again_and_stops_another(house: BrowserHouse) -> None:
    page = await house.page()
    held = house.hold_searches()
    await ask(page, PROBLEM)
    thread = the_thread(page)
    await expect(thread.get_by_text("Phase 1 of 2 · 0 of 8 done")).to_be_visible()
    held.set()
    await expect(thread.get_by_text("Phase 2 of 2 · 2 of 2 done")).to_be_visible()
    await expect(thread.get_by_role("heading", name="CRITICAL · indexqueue on idx2")).to_be_visible()
    await expect(thread.get_by_text("Root cause · high confidence")).to_be_visible()
    await expect(thread.get_by_text(re.compile("[23] replies"))).to_be_attached()  # a file may follow the report
    await expect(page.locator("#news")).to_contain_text("Root cause (high confidence)")  # what a screen reader says
    assert not NAMELESS.findall(await page.locator("body").aria_snapshot())
    await look_at_the_evidence(page)
    await check_again(page, house)
    await stop_a_second_run(page, house)


async def look_at_the_evidence(page: Page) -> None:
    """Open it and close it without a mouse; the focus comes back to where it was."""
    evidence = the_thread(page).get_by_role("button", name="Show the searches and their rows")
    await evidence.press("Enter")
    dialog = page.get_by_role("dialog", name="Evidence")
    await expect(dialog.get_by_text("index=_internal").first).to_be_visible()
    await expect(dialog.get_by_text("host=idx2 · name=indexqueue").first).to_be_visible()
    assert not NAMELESS.findall(await dialog.aria_snapshot())
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(evidence).to_be_focused()


async def check_again(page: Page, house: BrowserHouse) -> None:
    """See only what was bad looked at again, and what became of it."""
    before = len(house.stage.splunk.searches)
    again = the_thread(page).get_by_role("button", name="Check again what was bad or could not be checked")
    await again.press("Enter")
    await expect(the_thread(page).get_by_text("Since the report of")).to_be_visible()
    await expect(the_thread(page).get_by_text("still: indexqueue on idx2").first).to_be_visible()
    assert 0 < len(house.stage.splunk.searches) - before < before


async def stop_a_second_run(page: Page, house: BrowserHouse) -> None:
    """Stop it by its button; what was not looked at is not called well."""
    held = house.hold_searches()
    await ask(page, PROBLEM)
    thread = the_thread(page)
    await expect(thread.get_by_text("Phase 1 of 2 · 0 of 8 done")).to_be_visible()
    await thread.get_by_role("button", name="Stop these checks").press("Enter")
    await expect(thread.get_by_text("Stopped early").first).to_be_visible()
    await expect(thread.get_by_text("0 of 10 checks ran").last).to_be_visible()
    await expect(thread.get_by_role("button", name="Stop these checks")).to_have_count(0)
    held.set()


async def test_on_a_phone_a_question_to_one_person_is_answered_by_a_button(house: BrowserHouse) -> None:
    page = await house.page(PHONE)
    await ask(page, "/troubleshoot the coffee is cold")
    asked = page.get_by_role("article").filter(has_text="Only visible to you")
    await expect(asked).to_be_visible()
    other = await house.page(PHONE)
    await other.get_by_label("Channels and sandbox").click()
    await other.get_by_label("You are").select_option("Ben Okafor")
    await other.get_by_role("button", name="incidents").click()
    await expect(other.get_by_text("Nobody has said anything here yet.")).to_be_visible()
    await asked.get_by_role("button", name="Check: Missing data").click()
    await other.get_by_role("button", name=re.compile("replies")).click()
    await expect(the_thread(other).get_by_text("10 of 10 checks ran").last).to_be_visible()
    await expect(other.get_by_role("main")).to_be_hidden()
    for width in (390, 320):
        await other.set_viewport_size({"width": width, "height": 800})
        assert await other.evaluate("document.documentElement.scrollWidth") <= width
        assert await other.locator("#replies").evaluate("list => list.scrollWidth - list.clientWidth") <= 0


async def test_every_block_is_drawn_and_hostile_text_stays_text(house: BrowserHouse) -> None:
    page = await house.page(scheme="dark")
    post(house, *every_block())
    shown = page.get_by_role("article").last
    await expect(shown.get_by_text("unsupported block: hologram")).to_be_visible()
    await expect(shown.locator(".unsupported")).to_have_count(1)
    assert await page.locator("article img, article script").count() == 0
    assert await shown.get_by_text("<script>alert(2)</script>").count() >= 10
    await expect(shown.get_by_role("table")).to_contain_text(HOSTILE)
    await expect(shown.locator("b", has_text="strong").first).to_be_visible()
    assert await shown.get_by_role("link").evaluate_all("links => links.map(link => link.protocol)") == ["https:"]
    assert await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


async def test_the_keyboard_alone_is_enough_and_an_edit_does_not_take_the_focus(house: BrowserHouse) -> None:
    page = await house.page()
    message = post(house, {"type": "actions", "elements": [button("Stop")]})
    await house.stage.slack.changes.tell()
    await page.get_by_role("button", name="Stop").focus()
    house.stage.slack.workspace.edit(
        message, "stop", [section("edited"), {"type": "actions", "elements": [button("Stop")]}]
    )
    await house.stage.slack.changes.tell()
    await expect(page.get_by_text("edited")).to_be_visible()
    await expect(page.get_by_role("button", name="Stop")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # reply in thread
    await expect(page.get_by_role("heading", name="Thread")).to_be_focused()
    await page.get_by_role("textbox", name="Reply").press_sequentially("looking\n")
    await expect(the_thread(page).get_by_role("article").last).to_have_text(re.compile("Ana Ito.*looking$"))
    await page.keyboard.press("Escape")
    await expect(the_thread(page)).to_be_hidden()
    await expect(page.get_by_role("button", name="1 reply")).to_be_focused()


async def test_a_form_is_a_dialog_that_escape_closes(house: BrowserHouse) -> None:
    page = await house.page()
    form: dict[str, Any] = {"id": "V1", "type": "modal", "title": plain("Evidence"), "blocks": every_block()[:6]}
    house.stage.slack.workspace.views.append(form)
    await house.stage.slack.changes.tell()
    dialog = page.get_by_role("dialog", name="Evidence")
    await expect(dialog.get_by_role("table")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert house.stage.slack.workspace.views == []


def post(house: BrowserHouse, *blocks: dict[str, Any]) -> Message:
    workspace = house.stage.slack.workspace
    message = workspace.post("incidents", workspace.bot.id, HOSTILE, blocks=list(blocks), bot_id=workspace.bot_id)
    house.stage.bell.ring()
    return message


def plain(text: str = HOSTILE) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": plain(text)}


def button(label: str) -> dict[str, Any]:
    return {"type": "button", "text": plain(label), "action_id": label, "value": "1"}


def rich(text: str = HOSTILE) -> dict[str, Any]:
    words = {"type": "text", "text": text}
    strong = {"type": "text", "text": "strong", "style": {"bold": True}}
    bad_link = {"type": "link", "url": "javascript:alert(3)", "text": "no link"}
    paragraph = {"type": "rich_text_section", "elements": [words, strong, bad_link]}
    listed = {"type": "rich_text_list", "style": "ordered", "elements": [paragraph]}
    return {
        "type": "rich_text",
        "elements": [paragraph, listed, {"type": "rich_text_preformatted", "elements": [words]}],
    }


def every_block() -> list[dict[str, Any]]:
    """Return blocks of every type that the page draws, and of one that Slack may have some day."""
    task = {"task_id": "1", "title": HOSTILE, "status": "complete", "details": rich()}
    link = "<https://splunk.example/search|a search>"
    option = {"text": plain(), "value": "1"}
    return [
        {"type": "header", "text": plain()},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*strong* {link} `code` :x: &lt;script&gt;alert(2)"}},
        {"type": "section", "fields": [plain(), plain()], "accessory": button("beside")},
        {
            "type": "context",
            "elements": [plain(), {"type": "image", "image_url": "https://x.example", "alt_text": "x"}],
        },
        rich(),
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}], [rich()]]},
        {"type": "divider"},
        {
            "type": "markdown",
            "text": f"# Title\n- **strong** {HOSTILE}\n\n```\n{HOSTILE}\n```\n[x](javascript:alert(4))",
        },
        {"type": "plan", "title": HOSTILE, "tasks": [task]},
        {"type": "task_card", **task},
        {"type": "container", "title": plain(), "child_blocks": [section(HOSTILE)], "is_collapsible": True},
        {"type": "actions", "elements": [button("press"), select(option), {**select(option), "type": "overflow"}]},
        {"type": "image", "image_url": "https://x.example/x.png", "alt_text": HOSTILE},
        {"type": "hologram", "text": HOSTILE},
    ]


def select(option: dict[str, Any]) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "choose", "placeholder": plain("Choose"), "options": [option]}
