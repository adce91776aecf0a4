"""An incident that outlives the bot: a sandbox Slack and Splunk, and bot processes that come and go."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.scenario import load_scenario
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.terminal import render
from bot.sandbox.slack.workspace import Message, Workspace
from bot.sandbox.splunk import SandboxSplunk

CRASHER = Path(__file__).parent / "crasher.py"
CHANNEL = "incidents"
PROBLEM = "no events in index=web since 10:15"
PATIENCE_S = 60.0


@dataclass
class Incident:
    """What goes on around the bot."""

    slack: SandboxSlack
    splunk: SandboxSplunk
    environment: Mapping[str, str]
    processes: list[Process] = field(default_factory=list)

    async def start(self, *command: str, kill_at: str = "", **environment: str) -> Process:
        """Start a bot process; with *kill_at* it dies there."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(CRASHER),
            kill_at,
            *command,
            env={**self.environment, **environment},
            stdout=DEVNULL,
            stderr=PIPE,
        )
        self.processes.append(process)
        return process

    async def serve(self, *options: str, kill_at: str = "", **environment: str) -> Process:
        """Start `serve`, and return when it listens, or has died before."""
        process = await self.start("serve", *options, kill_at=kill_at, **environment)
        dead = asyncio.create_task(process.wait())
        connected = asyncio.create_task(self.slack.until_connected(PATIENCE_S))
        await asyncio.wait({dead, connected}, return_when=asyncio.FIRST_COMPLETED)
        for task in (dead, connected):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        return process

    async def until_frozen(self, process: Process) -> None:
        """Return once the kernel says that *process* is stopped."""
        status = Path(f"/proc/{process.pid}/stat")
        async with asyncio.timeout(PATIENCE_S):
            while status.read_text().rpartition(")")[2].split()[0] != "T":
                await asyncio.sleep(0.02)  # the kernel tells nobody but the parent's waitpid, which asyncio owns

    async def ask(self, problem: str = PROBLEM) -> None:
        """Mention the bot; Slack delivers again what is not acknowledged, as the real one does."""
        await self.slack.mention(problem, channel=CHANNEL)

    async def until_reported(self) -> None:
        await self.slack.until(lambda _: self.reports(), PATIENCE_S)

    async def until_done(self) -> None:
        """Wait until the status message says where the report is: after that nothing more is sent."""
        await self.slack.until(lambda _: any("Done in" in m.text for m in self.thread()), PATIENCE_S)

    def thread(self) -> list[Message]:
        workspace = self.slack.workspace
        return [m for root in workspace.posts(CHANNEL) for m in workspace.thread(CHANNEL, root.ts)]

    def reports(self) -> list[Message]:
        return [message for message in self.thread() if is_report(message, self.slack.workspace)]

    def statuses(self) -> list[Message]:
        return [message for message in self.thread() if is_status(message, self.slack.workspace)]

    def repeated_searches(self) -> list[str]:
        """Return the searches that were dispatched more than once."""
        seen = [(search.spl, search.earliest_time, search.latest_time) for search in self.splunk.searches]
        return [spl for spl, *_ in {key for key in seen if seen.count(key) > 1}]


def is_report(message: Message, workspace: Workspace) -> bool:
    return "Root cause" in render(message, workspace)


def is_status(message: Message, workspace: Workspace) -> bool:
    return "Phase 1 of 2" in render(message, workspace)


@contextlib.asynccontextmanager
async def an_incident(
    folder: Path, *, database_url: str = "", scenario: str = "queue_blocked"
) -> AsyncIterator[Incident]:
    """Open the sandboxes; all processes are killed when it is left."""
    async with SandboxSplunk(load_scenario(scenario)) as splunk, SandboxSlack() as slack:
        environment = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "LANG"}},
            "HOME": str(folder),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.url,
            "SPLUNK_URL": splunk.url,
            "SPLUNK_TOKEN": "sandbox-token",
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
        }
        incident = Incident(slack, splunk, environment)
        try:
            yield incident
        finally:
            for process in incident.processes:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.send_signal(signal.SIGKILL)
                await process.communicate()
