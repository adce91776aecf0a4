"""The way out to Slack: one client on one session, and who we are there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, ClientSession, ClientTimeout
from slack_sdk.web.async_client import AsyncWebClient

from bot.safety.redirects import redirected_to
from bot.slack.access import SlackAccess
from bot.slack.faults import VENDOR_ERRORS, Redirected, SlackFault, translate
from bot.slack.patience import WAITS_S
from bot.slack.turns import Pause

T = TypeVar("T")

CALL_WITHIN_S = 20.0  # Slack answers within a second or two; what takes longer is lost


@dataclass(frozen=True, slots=True)
class Identity:
    """What auth.test says of the bot's token."""

    user_id: str
    user_name: str
    bot_id: str
    team_id: str
    team: str
    enterprise_id: str | None
    scopes: frozenset[str]


@contextlib.asynccontextmanager
async def open_client(access: SlackAccess) -> AsyncIterator[AsyncWebClient]:
    """Open a client with the bot's token. It does not retry: the writer does, with more patience and no doubles."""
    async with ClientSession(timeout=ClientTimeout(total=CALL_WITHIN_S), middlewares=(_stay,)) as session:
        yield make_client(access, session, access.bot_token.get_secret_value())


async def _stay(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Follow no redirect, which slack_sdk has no setting for: it would take reports and secret addresses along."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise Redirected(redirected_to(str(request.url), response.headers.get("Location")))
    return response


def make_client(access: SlackAccess, session: ClientSession, token: str | None) -> AsyncWebClient:
    client = AsyncWebClient(token=token, base_url=access.api_url, session=session, retry_handlers=[])
    client.proxy = access.proxy()  # the constructor reads the environment without NO_PROXY
    return client


async def who_are_we(
    client: AsyncWebClient, pause: Pause = asyncio.sleep, waits_s: tuple[float, ...] = WAITS_S
) -> Identity:
    """Ask Slack who the token's bot is. Raises SlackError for a token that is not taken, and when Slack stays down."""

    async def ask() -> Identity:
        answer = await client.auth_test()
        scopes = str(answer.headers.get("x-oauth-scopes") or "")
        return Identity(
            user_id=str(answer.get("user_id") or ""),
            user_name=str(answer.get("user") or ""),
            bot_id=str(answer.get("bot_id") or ""),
            team_id=str(answer.get("team_id") or ""),
            team=str(answer.get("team") or ""),
            enterprise_id=answer.get("enterprise_id"),
            scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
        )

    return await patiently(ask, pause, waits_s)


async def socket_url(
    client: AsyncWebClient, app_token: str, pause: Pause = asyncio.sleep, waits_s: tuple[float, ...] = WAITS_S
) -> str:
    """Get a Socket Mode address. Raises SlackError that tells a wrong app token from a wrong bot token."""

    async def ask() -> str:
        return str((await client.apps_connections_open(app_token=app_token))["url"])

    try:
        return await patiently(ask, pause, waits_s)
    except SlackFault as fault:
        if fault.passes:
            raise
        raise SlackFault(
            f"Slack does not take SLACK_APP_TOKEN ({fault.code}). It must be an app-level token (xapp-…) with the "
            "scope connections:write, and Socket Mode must be on in the app's settings.",
            fault.code,
        ) from fault


async def patiently(ask: Callable[[], Awaitable[T]], pause: Pause, waits_s: tuple[float, ...]) -> T:
    """Ask until Slack answers, through trouble that passes. For calls that change nothing."""
    for wait_s in (*waits_s, None):
        try:
            return await ask()
        except VENDOR_ERRORS as error:
            fault = translate(error)
            if not fault.passes or wait_s is None:
                raise fault from error
            await pause(max(wait_s, fault.wait_s))
    raise AssertionError("the last try returns or raises")
