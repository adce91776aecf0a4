"""Slack's way in: Socket Mode with an app token, else signed requests over HTTP. Everything it opens, it closes."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.service import RunService
from bot.errors import SettingsError
from bot.ports import RunStore
from bot.slack.access import SlackAccess
from bot.slack.connection import Identity, make_client, open_client, socket_url, who_are_we
from bot.slack.desk import Desk, Dispatch
from bot.slack.doorkeeper import Doorkeeper, Groups
from bot.slack.follow_ups import FollowUps
from bot.slack.listeners import actions, agent, commands, mentions, messages, shortcuts, views
from bot.slack.people import People
from bot.slack.plan_blocks import STATUSES
from bot.slack.pursuit import LOOK_S, RESUME_WITHIN_S, Pursuit
from bot.slack.thread import EDIT_INTERVAL_S
from bot.slack.threads import GRACE_S, RUN_GRACE_S, SlackThreads
from bot.slack.turns import Pause
from bot.slack.writer import SlackWriter

EVENTS_PATH = "/slack/events"

_log = logging.getLogger(__name__)
_bolt_log = logging.getLogger("bot.slack.bolt")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things wait; tests make them short."""

    edit_interval_s: float = EDIT_INTERVAL_S
    run_grace_s: float = RUN_GRACE_S
    grace_s: float = GRACE_S
    resume_within_s: float = RESUME_WITHIN_S
    look_s: float = LOOK_S
    pause: Pause = asyncio.sleep


@dataclass(frozen=True, slots=True)
class SlackServer:
    """A bot that listens. `address` is where Slack's requests go, None with Socket Mode."""

    identity: Identity
    address: str | None


@dataclass(frozen=True, slots=True)
class Connection:
    """A bot that can speak to Slack and pursue runs there, whether it listens or not."""

    client: AsyncWebClient
    identity: Identity
    writer: SlackWriter
    threads: SlackThreads
    door: Doorkeeper


@contextlib.asynccontextmanager
async def connect_slack(
    access: SlackAccess, runs: RunService, store: RunStore, pace: Pace | None = None
) -> AsyncIterator[Connection]:
    """Connect to Slack without listening. When left, runs get their grace and are then let go of.

    Raises SlackError when Slack does not take the bot token or stays unreachable.
    """
    pace = pace or Pace()
    async with open_client(access) as client:
        identity = await who_are_we(client, pace.pause)
        writer = SlackWriter(client, bot_name=identity.user_name, pause=pace.pause)
        people = People(client, identity)
        door = Doorkeeper(access.permissions, people, Groups(client), store)
        pursuit = Pursuit(
            runs,
            store,
            writer,
            people,
            door,
            access.command,
            pace.edit_interval_s,
            pace.resume_within_s,
            look_s=pace.look_s,
            draw_status=STATUSES[access.status],
        )
        async with SlackThreads(pursuit, run_grace_s=pace.run_grace_s, grace_s=pace.grace_s) as threads:
            yield Connection(client, identity, writer, threads, door)


@contextlib.asynccontextmanager
async def open_slack(
    access: SlackAccess,
    connection: Connection,
    runs: RunService,
    store: RunStore,
    pace: Pace | None = None,
    dispatch: Dispatch | None = None,
) -> AsyncIterator[SlackServer]:
    """Listen to Slack. What is asked goes to *dispatch*; without one it is pursued here, as is what waits in *store*.

    Raises SettingsError for missing secrets and SlackError when Slack does not take the app token.
    """
    pace = pace or Pace()
    if access.app_token is None and access.signing_secret is None:
        raise SettingsError("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests over HTTP.")
    identity, threads = connection.identity, connection.threads
    desk = Desk(
        runs=runs,
        threads=threads,
        writer=connection.writer,
        store=store,
        dispatch=dispatch or threads.dispatch,
        command=access.command,
        bot_user_id=identity.user_id,
        door=connection.door,
        follow_ups=FollowUps(runs, store, connection.writer, connection.door),
        splunk_of=access.splunk_of,
    )
    app = _build_app(access, identity, connection.client, desk)
    way_in = _http(access, app) if access.app_token is None else _socket_mode(access, app, connection.client, pace)
    async with way_in as address:
        if dispatch is None:
            threads.resume()
        _log.info("listening as %s in %s, %s", identity.user_name, identity.team, address or "over Socket Mode")
        yield SlackServer(identity, address)


def _build_app(access: SlackAccess, identity: Identity, client: AsyncWebClient, desk: Desk) -> AsyncApp:
    """Build Bolt's app. It gets a client without a token and authorizes by what auth.test said at the start.

    So it never asks again on each cold start, and SLACK_CLIENT_ID and SLACK_CLIENT_SECRET in the environment, which
    switch Bolt to its OAuth flow and drop the token, change nothing.
    """
    token = access.bot_token.get_secret_value()
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team_id,
        bot_id=identity.bot_id,
        bot_user_id=identity.user_id,
        bot_token=token,
    )

    async def authorize() -> AuthorizeResult:
        return known

    async def give_desk(context: AsyncBoltContext, next_: Callable[[], Awaitable[Any]]) -> None:
        context["desk"] = desk
        await next_()

    assert client.session is not None  # noqa: S101 - open_client made it with one
    with _bolt_quiet():
        app = AsyncApp(
            name="troubleshooter",
            logger=_bolt_log,
            client=make_client(access, client.session, token=None),
            authorize=authorize,
            signing_secret=access.signing_secret.get_secret_value() if access.signing_secret else "",
            process_before_response=True,  # Slack hears that we have it once it is kept, never before
        )
    app.middleware(give_desk)
    commands.register(app, access.command)
    mentions.register(app)
    agent.register(app)
    actions.register(app)
    shortcuts.register(app)
    views.register(app)
    messages.register(app)
    return app


@contextlib.contextmanager
def _bolt_quiet() -> Any:
    """Silence Bolt's warning that it skips the environment's SLACK_BOT_TOKEN: it is meant to."""
    level = _bolt_log.level
    _bolt_log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        _bolt_log.setLevel(level)


@contextlib.asynccontextmanager
async def _socket_mode(access: SlackAccess, app: AsyncApp, client: AsyncWebClient, pace: Pace) -> AsyncIterator[None]:
    """Connect over Socket Mode. A wrong token is an error here; the SDK's own connecting would try it for ever."""
    assert access.app_token is not None  # noqa: S101 - the caller chose by it
    app_token = access.app_token.get_secret_value()
    url = await socket_url(client, app_token, pace.pause)
    handler = AsyncSocketModeHandler(app, app_token, web_client=client)
    handler.client.proxy = access.proxy()
    handler.client.wss_uri = url
    try:
        await handler.client.connect()  # type: ignore[no-untyped-call]  # slack_sdk left it bare
        yield
    finally:
        await handler.client.close()  # type: ignore[no-untyped-call]  # the same


@contextlib.asynccontextmanager
async def _http(access: SlackAccess, app: AsyncApp) -> AsyncIterator[str]:
    async def handle_slack(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    async def handle_health(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    server = web.Application()
    server.router.add_post(EVENTS_PATH, handle_slack)
    server.router.add_get("/healthz", handle_health)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    try:
        await _listen(runner, access)
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}{EVENTS_PATH}"
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, access: SlackAccess) -> None:
    try:
        await web.TCPSite(runner, access.http_host, access.http_port).start()
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {access.http_host}:{access.http_port}: {error.strerror}. Set HTTP_HOST or HTTP_PORT."
        ) from error
