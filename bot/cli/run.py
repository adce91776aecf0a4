"""`troubleshooter run`: one run from the terminal, with live progress."""

import argparse
import asyncio
import contextlib
import getpass
import logging
import signal
import sys
from collections.abc import AsyncIterator
from functools import partial

from bot.app.house import open_runs
from bot.app.keeping import open_store
from bot.cli.logs import log_to_stderr
from bot.cli.progress import Progress
from bot.cli.spans import drawn
from bot.cli.workflow_files import load
from bot.domain.kept import RunState
from bot.domain.run import Run, RunRequest
from bot.engine.preparing import NeedsChoice, PreparedRun, settled
from bot.engine.service import RunService, new_run_id
from bot.errors import BotError, UsageError
from bot.ports import Journal, RunStore
from bot.safety.hidden import visible
from bot.sandbox.scenario import ScenarioError, load_scenario
from bot.sandbox.splunk import SandboxSplunk
from bot.settings import Settings, read_settings
from bot.summary.spent import spent
from bot.summary.text import as_text
from bot.telemetry.spans import span_tree

SANDBOX_TOKEN = "sandbox-token"  # noqa: S105 - opens nothing but the sandbox


def command(arguments: argparse.Namespace) -> int:
    """Do the run; 0 when there is a diagnosis, 1 when not one check could be run."""
    log_to_stderr(logging.WARNING)
    run = asyncio.run(_run(arguments))
    if arguments.json:
        print(run.model_dump_json(indent=2, ensure_ascii=True))
    else:
        print(visible(f"{as_text(run.report)}\n{' · '.join(spent(run))}"))
        print(f"Kept as run {run.id}: `troubleshooter show {run.id}` shows it again.")
    if arguments.trace:
        print(visible("\n".join(drawn(span_tree(run)))), file=sys.stderr if arguments.json else sys.stdout)
    return 0 if run.report.coverage.ran else 1


async def _run(arguments: argparse.Namespace) -> Run:
    """Do the run, and say that it is over even when it is interrupted. Raises BotError."""
    begun: list[Journal] = []
    run = None
    async with _splunk(arguments.sandbox) as settings, open_store(settings) as store:
        try:
            run = await _conducted(arguments, settings, store, begun)
        except asyncio.CancelledError:  # Ctrl-C
            for journal in begun:
                print(f"What was found is kept: `troubleshooter show {journal.run_id}`.", file=sys.stderr)
            raise
        finally:
            for journal in begun:
                await journal.end(RunState.FAILED if run is None else RunState.DONE)
    if run is None:
        raise BotError(f"the run broke; the log above has it under run {begun[0].run_id}.")
    return run


async def _conducted(
    arguments: argparse.Namespace, settings: Settings, store: RunStore, begun: list[Journal]
) -> Run | None:
    """Do the run; its journal goes to *begun* as soon as there is one."""
    async with open_runs(settings, load(arguments), store) as runs:
        request = RunRequest(
            problem=arguments.problem, workflow=arguments.workflow, requested_by=_user(), splunk=arguments.splunk
        )
        try:
            prepared = await runs.prepare(request)
        except NeedsChoice as error:
            names = "\n".join(f"  --workflow {one.workflow:24} {one.about}" for one in error.choices)
            raise UsageError(f"that could be several things. Say which checks to run:\n{names}") from None
        journal = await _journal(store, prepared)
        begun.append(journal)
        model_limit_s = settings.openai_time_limit_s if settings.openai_model else None
        with Progress(prepared, model_limit_s, partial(_hurry_at_ctrl_c, runs, journal.run_id)) as progress:
            return await runs.result(await runs.start(prepared, progress, run_id=journal.run_id, journal=journal))


def _hurry_at_ctrl_c(runs: RunService, run_id: str) -> None:
    """Let the next Ctrl-C report the run at once, by rules; the one after it is an interrupt again."""
    loop = asyncio.get_running_loop()

    def hurry() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        runs.stop(run_id, "Ctrl-C")

    with contextlib.suppress(NotImplementedError):  # an event loop of Windows: there it stays an interrupt
        loop.add_signal_handler(signal.SIGINT, hurry)


async def _journal(store: RunStore, prepared: PreparedRun) -> Journal:
    """Keep the run from its beginning. It has no place in Slack, so nobody else goes on with it."""
    run_id = new_run_id()
    await store.accept(run_id, prepared.request.model_copy(update={"problem": prepared.problem.text}), None)
    taken = await store.take(run_id)
    assert taken is not None  # noqa: S101 - it was accepted just now
    journal = taken[1]
    await journal.keep_plan(settled(prepared))
    return journal


@contextlib.asynccontextmanager
async def _splunk(scenario: str | None) -> AsyncIterator[Settings]:
    """Yield settings for the configured Splunk, or for a sandbox in which *scenario* is broken."""
    if scenario is None:
        yield read_settings()
        return
    try:
        world = load_scenario(scenario)
    except ScenarioError as error:
        raise UsageError(str(error)) from error
    async with SandboxSplunk(world) as splunk:
        yield read_settings(
            splunk_url=splunk.url,
            splunk_token=SANDBOX_TOKEN,
            splunk_username=None,
            splunk_password=None,
            default_splunk=None,
        ).model_copy(update={"deployments": {}, "channels": {}, "mcp": {}})


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""
