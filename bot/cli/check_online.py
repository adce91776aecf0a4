"""The part of `check` that asks: Splunk, Slack, the model and MCP servers, each by its own door."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Protocol

from bot.app.accesses import slack_access, splunk_accesses
from bot.app.mcp import cannot_start, look_at_mcp, mcp_title
from bot.app.model import ping_model
from bot.settings import Settings
from bot.slack.selfcheck import SlackSelfCheck, check_slack
from bot.splunk.client import SplunkClient
from bot.splunk.selfcheck import SplunkSelfCheck


class Looked(Protocol):
    """What any of them answers with: the doors' self-checks, and `NotConfigured`."""

    @property
    def problems(self) -> Sequence[str]: ...
    @property
    def warnings(self) -> Sequence[str]: ...
    @property
    def facts(self) -> Sequence[str]: ...


Look = Callable[[Settings], Awaitable[Looked]]


class Told:
    """A part of which there is no more to say than this."""

    warnings: Sequence[str] = ()

    def __init__(self, *facts: str, problems: Sequence[str] = ()) -> None:
        self.facts: Sequence[str] = facts
        self.problems = problems


def splunks(settings: Settings) -> Iterator[tuple[str, Look]]:
    """Yield each deployment with a look at it: who we are, what we may, what we can read."""
    if not settings.splunks:
        yield "Splunk", _nothing
    for name in settings.splunks:
        yield "Splunk" if len(settings.splunks) == 1 else f"Splunk @{name}", partial(_splunk, name)


async def _nothing(_settings: Settings) -> Told:
    return Told("not configured, not tried")


async def _splunk(name: str, settings: Settings) -> SplunkSelfCheck:
    async with SplunkClient(splunk_accesses(settings)[name]) as client:
        return await client.inspect()


async def slack(settings: Settings) -> SlackSelfCheck | Told:
    """Try Slack: the tokens, the scopes, and our sample messages. Raises BotError."""
    if settings.slack_bot_token is None:
        return Told("not configured, not tried")
    return await check_slack(slack_access(settings))


async def model(settings: Settings) -> Told:
    """Ask the model for a word. Raises BotError."""
    if settings.openai_model is None:
        return Told("not configured, not tried")
    return Told(await ping_model(settings))


def mcp_servers(settings: Settings) -> Iterator[tuple[str, Look]]:
    """Yield each MCP server with a look at it: whether it can be reached, and what of its tools is allowed.

    One whose command there is not is told of without a network.
    """
    told = cannot_start(settings) if settings.openai_model else {}
    for name in settings.mcp:
        if name not in told:
            yield mcp_title(name), partial(_mcp_server, name)


async def _mcp_server(name: str, settings: Settings) -> Looked:
    return await look_at_mcp(settings, name)


def asked(settings: Settings, looks: Iterable[str]) -> Iterator[str]:
    """Yield a line for each of *looks*, by name, that is tried; with how long it may take, where that is bounded."""
    limits = {f"MCP server {name}": server.start_limit_s for name, server in settings.mcp.items()}
    limits |= {"model": settings.openai_time_limit_s}
    for name in tried(settings, looks):
        yield f"asking {name}" + (f", up to {limits[name]:g} s" if name in limits else "")


def tried(settings: Settings, looks: Iterable[str]) -> tuple[str, ...]:
    """Return those of *looks*, by name, that have something to ask."""
    idle = {
        "Splunk": not settings.splunks,
        "Slack": settings.slack_bot_token is None,
        "model": settings.openai_model is None,
    }
    return tuple(name for name in looks if not idle.get(name))
