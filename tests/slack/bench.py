"""What the tests of the Slack door share: small workflows, and a bot that listens to a sandbox Slack."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bot.domain.evidence import Row
from bot.domain.workflow import WorkflowDefinition
from bot.engine.caps import Caps
from bot.engine.service import RunService
from bot.ports import RunStore, TaskAgent
from bot.sandbox.slack import Message, SandboxSlack, Workspace
from bot.sandbox.slack.terminal import render
from bot.slack.access import SlackAccess
from bot.slack.server import Connection, Pace, SlackServer, connect_slack, open_slack
from bot.slack.threads import SlackThreads
from bot.store.runs import open_runs_store
from tests.fakes import FakeSplunk

COMMAND = "/troubleshoot"
BLOCKED: Row = {"host": "idx2", "blocked": "41"}


def task(task_id: str, title: str, **more: Any) -> dict[str, Any]:
    """Describe a task whose one probe searches for its own id."""
    probe = {"spl": f"search index=_internal {task_id}", "columns": {"host": "text", "blocked": "number"}}
    rule = {
        "id": "blocked",
        "over": "rows",
        "when": "r.blocked > 10.0",
        "status": "critical",
        "finding": "{host}: {blocked} blocked queues",
        "action": {"priority": 1, "owner": "platform", "do": "Free the disk", "verify": "no blocked queues"},
    }
    return {"id": task_id, "title": title, "why": "?", "probes": {"rows": probe}, "rules": [rule], **more}


WORKFLOWS = {
    one.id: one
    for one in (
        WorkflowDefinition.model_validate(
            {
                "id": "missing_data",
                "title": "Missing data",
                "about": "Events that should be searchable are not.",
                "words": ["missing data", "no events", "stopped showing up"],
                "tasks": [
                    task("queues", "Queues"),
                    task("license", "License"),
                    task("forwarders", "Forwarders", needs=["license"]),
                ],
            }
        ),
        WorkflowDefinition.model_validate(
            {
                "id": "health_check",
                "title": "Health check",
                "about": "Is the deployment well?",
                "words": ["health", "is splunk ok"],
                "tasks": [task("health", "Splunkd health")],
            }
        ),
    )
}


async def no_pause(_seconds: float) -> None:
    """Wait for nothing: the sandbox's faults are counted, not timed."""


@dataclass
class Pauses:
    """Remembers how long it was asked to wait, and waits for nothing."""

    asked_s: list[float] = field(default_factory=list)
    then: Callable[[], None] | None = None

    async def __call__(self, seconds: float) -> None:
        self.asked_s.append(seconds)
        if self.then:
            self.then()


def access(slack: SandboxSlack, *, http: bool = False, **more: Any) -> SlackAccess:
    given = {
        "bot_token": SecretStr(slack.bot_token),
        "app_token": None if http else SecretStr(slack.app_token),
        "signing_secret": SecretStr(slack.signing_secret),
        "api_url": slack.url,
        "http_port": 0,
        **more,
    }
    return SlackAccess.model_validate(given)


@dataclass
class Bench:
    """A bot at work in a sandbox Slack, over Socket Mode or HTTP."""

    slack: SandboxSlack
    splunk: FakeSplunk
    runs: RunService
    server: SlackServer
    store: RunStore
    threads: SlackThreads

    async def reports(self, count: int = 1) -> None:
        """Wait until so many reports stand in the workspace."""
        await self.slack.until(lambda w: len(reports(w)) >= count)

    def thread(self, root: Message) -> list[str]:
        return [render(each, self.slack.workspace) for each in self.slack.workspace.thread(root.channel, root.ts)]


def granting() -> SandboxSlack:
    """Return a Slack in which the bot may share files."""
    slack = SandboxSlack()
    slack.scopes.add("files:write")
    return slack


def reports(workspace: Workspace) -> list[Message]:
    return [m for m in workspace.messages if re.search("checks? ran", m.text) and "Done in" not in m.text]


def a_store() -> contextlib.AbstractAsyncContextManager[RunStore]:
    """Return a store that ends with the test."""
    return open_runs_store(make_url("sqlite://"))


@contextlib.asynccontextmanager
async def listening(
    way: SlackAccess, runs: RunService, store: RunStore, pace: Pace
) -> AsyncIterator[tuple[SlackServer, Connection]]:
    async with (
        connect_slack(way, runs, store, pace) as connection,
        open_slack(way, connection, runs, store, pace) as on,
    ):
        yield on, connection


@contextlib.asynccontextmanager
async def at_work(
    *,
    http: bool = False,
    splunk: FakeSplunk | None = None,
    pace: Pace | None = None,
    caps: Caps | None = None,
    slack: SandboxSlack | None = None,
    others: Mapping[str, FakeSplunk] | None = None,
    agent: TaskAgent | None = None,
    **more: Any,
) -> AsyncIterator[Bench]:
    """Run a bot; with *others* on several Splunk deployments, @prod the default. *more* is the Slack access's."""
    splunk = splunk or FakeSplunk({"queues": (BLOCKED,)})
    pace = pace or Pace(edit_interval_s=0, grace_s=5, look_s=0.02, pause=no_pause)
    async with (
        contextlib.nullcontext(slack) if slack else SandboxSlack() as running,
        a_store() as store,
        RunService(WORKFLOWS, {"prod": splunk, **others} if others else splunk, caps=caps, agent=agent) as runs,
        listening(access(running, http=http, **more), runs, store, pace) as (server, connection),
    ):
        if http:
            running.request_url = server.address
        else:
            await running.until_connected()
        yield Bench(running, splunk, runs, server, store, connection.threads)


async def told(bench: Bench, count: int = 1) -> str:
    """Return what ana was told in private, the last of *count*."""
    await bench.slack.until(lambda w: len(w.private_to("ana")) >= count)
    return render(bench.slack.workspace.private_to("ana")[count - 1])


async def run_of(bench: Bench, text: str = "no events", channel: str = "incidents") -> Message:
    """Ask, and return the report."""
    before = len(reports(bench.slack.workspace))
    await bench.slack.command(COMMAND, text, channel=channel)
    await bench.reports(before + 1)
    report = reports(bench.slack.workspace)[-1]
    await settled(bench)
    return report


async def settled(bench: Bench) -> None:
    """Wait until no run is unfinished: that is so a little after its report."""
    while await bench.store.unfinished():  # noqa: ASYNC110 - the store tells nobody; it takes a few turns of the loop
        await asyncio.sleep(0)


def id_of(report: Message) -> str:
    return render(report).partition("· run ")[2].split()[0]


OUTLIVED = Pace(edit_interval_s=0, run_grace_s=0, grace_s=5, pause=no_pause)


def held() -> FakeSplunk:
    return FakeSplunk({"queues": (BLOCKED,)}, hold=asyncio.Event())


def let_go(splunk: FakeSplunk) -> None:
    assert splunk.hold is not None
    splunk.hold.set()


async def begun(slack: SandboxSlack) -> Message:
    """Wait for the status message of the run in #incidents, and return the root of its thread."""
    await slack.until(lambda w: any(m.thread_ts for m in w.shown("incidents")))
    return slack.workspace.posts("incidents")[-1]


@dataclass(frozen=True, slots=True)
class Shift:
    """One process's time with a store that outlives it."""

    connection: Connection
    splunk: FakeSplunk


@contextlib.asynccontextmanager
async def a_shift(
    slack: SandboxSlack, store: RunStore, splunk: FakeSplunk, pace: Pace = OUTLIVED
) -> AsyncIterator[Shift]:
    way = access(slack)
    async with (
        RunService(WORKFLOWS, splunk) as runs,
        connect_slack(way, runs, store, pace) as connection,
        open_slack(way, connection, runs, store, pace),
    ):
        await slack.until_connected()
        yield Shift(connection, splunk)
