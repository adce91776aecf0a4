"""The part of `check` that asks: Splunk, Slack and the model, each by its own door."""

from collections.abc import Sequence
from typing import Protocol

from bot.app import ping_model, slack_access, splunk_access
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


class Told:
    """A part of which there is no more to say than facts."""

    problems: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def __init__(self, *facts: str) -> None:
        self.facts: Sequence[str] = facts


async def splunk(settings: Settings) -> SplunkSelfCheck | Told:
    """Try Splunk: who we are, what we may, what we can read. Raises BotError."""
    if settings.splunk_url is None:
        return Told("not configured, not tried")
    async with SplunkClient(splunk_access(settings)) as client:
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
