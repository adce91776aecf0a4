"""A page whose bot is a few lines of slack_bolt, so that what is tested is the page."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.splunk import SandboxSplunk
from bot.sandbox.web.server import WebPage
from bot.sandbox.web.stage import Stage
from tests.sandbox.web.page_client import PageClient, is_ready
from tests.shipped import shipped_scenario

COMMAND = "/troubleshoot"
ASK_WHY = {
    "type": "modal",
    "callback_id": "why",
    "title": {"type": "plain_text", "text": "Why?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@dataclass
class FakeBot:
    """Answers a command in private, opens a form for the action `ask`, and writes down what it heard."""

    heard: asyncio.Queue[tuple[str, Any]] = field(default_factory=asyncio.Queue)
    folders: list[Path] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def open(self, slack: SandboxSlack, _splunk: SandboxSplunk, folder: Path) -> AsyncIterator[None]:
        self.folders.append(folder)
        async with ClientSession() as session:
            client = AsyncWebClient(token=slack.bot_token, base_url=slack.url, session=session, retry_handlers=[])
            app = AsyncApp(client=client, signing_secret=slack.signing_secret)
            self._listen(app)
            handler = AsyncSocketModeHandler(app, slack.app_token)
            await handler.connect_async()  # type: ignore[no-untyped-call] # Bolt leaves it untyped
            try:
                yield
            finally:
                await handler.close_async()  # type: ignore[no-untyped-call] # the same

    def _listen(self, app: AsyncApp) -> None:
        app.command(COMMAND)(self._command)
        app.event("app_mention")(self._mention)
        app.action("ask")(self._ask)
        app.action("press")(self._press)
        app.view("why")(self._submitted)

    async def _command(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(f"heard {command['text']}")

    async def _mention(self, event: dict[str, Any]) -> None:
        self.heard.put_nowait(("mention", event["text"]))

    async def _ask(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=ASK_WHY)

    async def _press(self, ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        action = body["actions"][0]
        said = action.get("value") or action["selected_option"]["value"]
        await respond(text=f"{body['user']['name']} pressed {said}", response_type="in_channel")

    async def _submitted(self, ack: AsyncAck, view: dict[str, Any]) -> None:
        reason = view["state"]["values"]["reason"]["text"]["value"]
        if reason == "none":
            await ack(response_action="errors", errors={"reason": "Say more."})
            return
        await ack()
        self.heard.put_nowait(("reason", reason))


@pytest.fixture
def bot() -> FakeBot:
    return FakeBot()


@pytest.fixture
def stage(bot: FakeBot) -> Stage:
    return Stage(bot.open, shipped_scenario("queue_blocked"), COMMAND)


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    """Serve the page while the stage performs, and return its address once the bot is connected."""
    async with WebPage(stage) as page:
        performing = asyncio.ensure_future(stage.perform())
        try:
            async with ClientSession() as session, PageClient(session, page.address).stream() as stream:
                await stream.until(is_ready)
            yield page.address
        finally:
            performing.cancel()
            await asyncio.gather(performing, return_exceptions=True)


@pytest.fixture
async def client(address: str) -> AsyncIterator[PageClient]:
    async with ClientSession() as session:
        yield PageClient(session, address)
