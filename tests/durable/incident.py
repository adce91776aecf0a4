"""An incident that outlives the bot: a sandbox Slack and Splunk, and bot processes that come and go."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.ports import RunStore, Wanted
from bot.safety.spl import sendable
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.terminal import render
from bot.sandbox.slack.workspace import Message, Workspace
from bot.sandbox.splunk import SandboxSplunk
from bot.store.database import database_url
from bot.store.runs import open_runs_store
from tests.shipped import shipped_scenario

CRASHER = Path(__file__).parent / "crasher.py"
CHANNEL = "incidents"
PROBLEM = "no events in index=web since 10:15"
PATIENCE_S = 60.0
POLL_S = 0.05


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

    async def until_says(self, process: Process, words: str) -> None:
        """Return once *process* has logged a line with *words*."""
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE_S):
            async for line in process.stderr:
                if words in line.decode():
                    return
        raise AssertionError(f"it ended without a word of {words!r}")

    async def until_frozen(self, process: Process) -> None:
        """Return once the kernel says that *process* is stopped."""
        await until(lambda: state_of(process.pid) == "T")

    async def until_ended(self) -> None:
        """Return once no run waits in the store any more: nothing more is sent then."""
        async with self._store() as store, asyncio.timeout(PATIENCE_S):
            # In this order: a run that is taken in between the two looks is seen by the second.
            while not await store.lines(Wanted()) or await store.unfinished():  # noqa: ASYNC110 - see `until`
                await asyncio.sleep(POLL_S)

    async def kept_searches(self) -> set[str]:
        """Return the searches whose rows the store has, as they are sent."""
        async with self._store() as store:
            runs = [await store.load(line.id) for line in await store.lines(Wanted())]
        return {sendable(each.query.spl) for run in runs if run for each in run.searches if each.rows is not None}

    def _store(self) -> contextlib.AbstractAsyncContextManager[RunStore]:
        return open_runs_store(
            database_url(self.environment["DATABASE_URL"] or None, Path(self.environment["DATA_DIR"]))
        )

    async def ask(self, problem: str = PROBLEM) -> None:
        """Mention the bot; Slack delivers again what is not acknowledged, as the real one does."""
        await self.slack.mention(problem, channel=CHANNEL)

    async def until_reported(self) -> None:
        await self.slack.until(lambda _: self.reports(), PATIENCE_S)

    def thread(self) -> list[Message]:
        workspace = self.slack.workspace
        return [m for root in workspace.posts(CHANNEL) for m in workspace.thread(CHANNEL, root.ts)]

    def reports(self) -> list[Message]:
        """Return them wherever they stand: one that went to the wrong place counts too."""
        workspace = self.slack.workspace
        return [message for message in workspace.messages if not message.deleted and is_report(message, workspace)]

    def statuses(self) -> list[Message]:
        return [message for message in self.thread() if is_status(message, self.slack.workspace)]

    def repeated_searches(self) -> list[str]:
        """Return the searches that were dispatched more than once."""
        seen = [(search.spl, search.earliest_time, search.latest_time) for search in self.splunk.searches]
        return [spl for spl, *_ in {key for key in seen if seen.count(key) > 1}]


async def until(holds: Callable[[], bool]) -> None:
    """Ask again and again: another process's doings are told to nobody here."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - nobody here could set an event
            await asyncio.sleep(POLL_S)


def state_of(pid: int) -> str:
    """Return the kernel's letter for a process: R, S, T (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def is_report(message: Message, workspace: Workspace) -> bool:
    return "Root cause" in render(message, workspace)


def is_status(message: Message, workspace: Workspace) -> bool:
    return "Phase 1 of 2" in render(message, workspace)


@contextlib.asynccontextmanager
async def an_incident(
    folder: Path, *, database_url: str = "", scenario: str = "queue_blocked"
) -> AsyncIterator[Incident]:
    """Open the sandboxes; all processes are killed when it is left."""
    async with SandboxSplunk(shipped_scenario(scenario)) as splunk, SandboxSlack() as slack:
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
