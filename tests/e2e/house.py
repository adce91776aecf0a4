"""The whole bot against a sandbox Slack and a sandbox Splunk, over real sockets, with the shipped workflows."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.app.house import open_app
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.terminal import render, render_thread
from bot.sandbox.slack.workspace import Message, Workspace
from bot.sandbox.splunk import SandboxSplunk
from bot.settings import given_settings
from bot.slack.server import Pace
from tests.shipped import WORKFLOWS, shipped_scenario

CHANNEL = "incidents"
IN_MEMORY = "sqlite://"


async def no_pause(_: float) -> None:
    """Wait for nothing: what a test waits for is a change, not the clock."""


@dataclass(frozen=True, slots=True)
class House:
    """The two sandboxes that the bot lives in, and what stands in the channel."""

    slack: SandboxSlack
    splunk: SandboxSplunk
    database_url: str = IN_MEMORY

    def thread(self, channel: str = CHANNEL) -> list[Message]:
        """Return the only thread of *channel*: root, status, report."""
        roots = [root for root in self.slack.workspace.posts(channel) if len(self._replies(channel, root)) > 1]
        assert len(roots) == 1, render_thread(self.slack.workspace.messages, self.slack.workspace)
        return self._replies(channel, roots[0])

    def _replies(self, channel: str, root: Message) -> list[Message]:
        return self.slack.workspace.thread(channel, root.ts)

    async def report(self, channel: str = CHANNEL) -> str:
        """Wait for the report in the channel's thread and the last edit, and return the report as a person reads it."""

        def reported(workspace: Workspace) -> bool:
            threads = [workspace.thread(channel, root.ts) for root in workspace.posts(channel)]
            return any(len(thread) >= 3 and "Done in" in thread[1].text for thread in threads)

        await self.slack.until(reported, 60)
        return render(self.thread(channel)[2], self.slack.workspace)

    def status(self, channel: str = CHANNEL) -> str:
        """Return the status message as it stands."""
        return render(self.thread(channel)[1], self.slack.workspace)


@contextlib.asynccontextmanager
async def a_house(scenario: str = "queue_blocked", *, http: bool = False, **settings: object) -> AsyncIterator[House]:
    """Open everything. Edits are not held back, so that a test need not wait for the clock."""
    async with SandboxSplunk(shipped_scenario(scenario)) as splunk, SandboxSlack() as slack:
        way_in = {"slack_signing_secret": slack.signing_secret} if http else {"slack_app_token": slack.app_token}
        given = {
            "slack_bot_token": slack.bot_token,
            "slack_api_url": slack.url,
            "http_port": 0,
            "database_url": IN_MEMORY,
            "splunk_url": splunk.url,
            "splunk_token": "sandbox-token",
        }
        app = open_app(
            given_settings(**{**given, **way_in, **settings}), WORKFLOWS, Pace(edit_interval_s=0, pause=no_pause)
        )
        async with app as server:
            if http:
                slack.request_url = server.address
            else:
                await slack.until_connected()
            yield House(slack, splunk, str(settings.get("database_url", IN_MEMORY)))
