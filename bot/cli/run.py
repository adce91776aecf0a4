"""`troubleshooter run`: one run from the terminal, with live progress."""

import argparse
import asyncio
import contextlib
import getpass
import logging
import sys
from collections.abc import AsyncIterator

from bot.app import open_runs
from bot.cli.logs import log_to_stderr
from bot.cli.progress import Progress
from bot.cli.spans import drawn
from bot.cli.workflow_files import load
from bot.domain.run import Run, RunRequest
from bot.engine.service import NeedsChoice
from bot.errors import BotError, UsageError
from bot.sandbox.scenario import ScenarioError, load_scenario
from bot.sandbox.splunk import SandboxSplunk
from bot.settings import Settings, read_settings
from bot.summary.text import as_text
from bot.telemetry.recorder import Recorder

SANDBOX_TOKEN = "sandbox-token"  # noqa: S105 - opens nothing but the sandbox


def command(arguments: argparse.Namespace) -> int:
    """Do the run; 0 when there is a diagnosis, 1 when not one check could be run."""
    log_to_stderr(logging.WARNING)
    run, recorder = asyncio.run(_run(arguments))
    if arguments.json:
        print(run.model_dump_json(indent=2))
    else:
        print(as_text(run.report))
    tree = recorder.tree()
    if arguments.trace and tree:
        print("\n".join(drawn(tree)), file=sys.stderr if arguments.json else sys.stdout)
    return 0 if run.report.coverage.ran else 1


async def _run(arguments: argparse.Namespace) -> tuple[Run, Recorder]:
    workflows = load(arguments)
    recorder = Recorder()
    async with _splunk(arguments.sandbox) as settings, open_runs(settings, workflows) as runs:
        request = RunRequest(problem=arguments.problem, workflow=arguments.workflow, requested_by=_user())
        try:
            prepared = await runs.prepare(request)
        except NeedsChoice as error:
            names = "\n".join(f"  --workflow {one.workflow:24} {one.about}" for one in error.choices)
            raise UsageError(f"that could be several things. Say which checks to run:\n{names}") from None
        with Progress(prepared) as progress:
            run_id = await runs.start(prepared, progress, recorder)
            run = await runs.result(run_id)
    if run is None:
        raise BotError(f"the run broke; the log above has it under run {run_id}.")
    return run, recorder


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
            splunk_url=splunk.url, splunk_token=SANDBOX_TOKEN, splunk_username=None, splunk_password=None
        )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""
