"""`troubleshooter demo`: the whole main job over real sockets, in a sandbox Slack and a sandbox Splunk."""

import argparse
import asyncio
import logging
import sys

from rich.console import Console

from bot.app.house import open_app
from bot.cli.logs import log_to_stderr
from bot.cli.play import play
from bot.cli.sandbox_settings import COMMAND, model_settings, sandbox_settings
from bot.cli.thread_screen import ThreadScreen
from bot.cli.workflow_files import load
from bot.errors import BotError, UsageError
from bot.safety.masking import mask
from bot.sandbox.scenario import Scenario, ScenarioError, load_scenario, scenario_names
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.splunk import SandboxSplunk

LATENCY_S = 0.1  # a Splunk that answers at once would leave nothing to watch
PATIENCE_S = 180  # a demo run takes seconds; past this something is broken
IN_MEMORY = "sqlite://"  # a demo leaves nothing behind
CHANNEL, PERSON = "incidents", "ana"


def command(arguments: argparse.Namespace) -> int:
    """Show the thread as a person would see it, edited in place, to the report."""
    log_to_stderr(logging.WARNING)
    if arguments.list:
        for name in scenario_names():
            first_sentence = load_scenario(name).about.partition(". ")[0].rstrip(".")
            print(f"{name:16} {first_sentence}.")
        return 0
    try:
        world = load_scenario(arguments.scenario)
    except ScenarioError as error:
        raise UsageError(f"{error} The shipped ones: {', '.join(scenario_names())}.") from error
    return asyncio.run(play(arguments, world) if arguments.web else _demo(arguments, world))


async def _demo(arguments: argparse.Namespace, world: Scenario) -> int:
    problem = arguments.problem if arguments.problem is not None else world.problem
    slow = world.model_copy(
        update={"faults": world.faults.model_copy(update={"latency_s": world.faults.latency_s + LATENCY_S})}
    )
    model = model_settings() if arguments.model else {}
    print(f"Sandbox: {world.about.rstrip('.')}.")
    print("The bot does not know that; it sees Slack and Splunk over loopback sockets.")
    print(f"{PERSON} types in #{CHANNEL}:  {COMMAND} {mask(problem)}\n")
    sys.stdout.flush()
    async with (
        SandboxSplunk(slow) as splunk,
        SandboxSlack() as slack,
        open_app(
            sandbox_settings(slack, splunk, database_url=IN_MEMORY, slack_status=arguments.status, **model),
            load(arguments),
        ),
    ):
        await slack.until_connected()
        with ThreadScreen(Console(highlight=False)) as screen:
            slack.on_change(screen.show)
            await slack.command(COMMAND, problem, user=PERSON, channel=CHANNEL)
            try:
                await slack.until(_answered, PATIENCE_S)
            except TimeoutError as error:
                raise BotError(f"no answer within {PATIENCE_S} s; the log above says why.") from error
    return 0


def _answered(workspace: Workspace) -> bool:
    """Say whether the run's thread has its report, or the person a private answer."""
    threads = [workspace.thread(CHANNEL, root.ts) for root in workspace.posts(CHANNEL)]
    return any(len(thread) >= 3 for thread in threads) or bool(workspace.private_to(PERSON))
