"""A running sandbox Slack and real Slack clients to talk to it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack


@pytest.fixture
async def slack() -> AsyncIterator[SandboxSlack]:
    async with SandboxSlack() as running:
        running.courier.ack_within_s = 1.0  # nothing here is slow; what stays unanswered is meant to
        yield running


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


@pytest.fixture
def client(slack: SandboxSlack, session: ClientSession) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.url, session=session, retry_handlers=[])


@pytest.fixture
def app(slack: SandboxSlack, client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, signing_secret=slack.signing_secret)


@pytest.fixture
async def connected(slack: SandboxSlack, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the app over Socket Mode; its listeners may be registered before or after."""
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call] # Bolt leaves it untyped
    await slack.until_connected()
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call] # the same
