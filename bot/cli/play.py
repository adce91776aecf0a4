"""`troubleshooter demo --web`: the sandbox Slack as a local page, with the bot in it, until it is stopped."""

import argparse
import errno
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bot.app.house import open_app
from bot.cli.sandbox_settings import COMMAND, model_settings, sandbox_settings
from bot.cli.workflow_files import load
from bot.domain.workflow import WorkflowDefinition
from bot.errors import UsageError
from bot.sandbox.scenario import Scenario
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.splunk import SandboxSplunk
from bot.sandbox.web.server import WebPage
from bot.sandbox.web.stage import OpenBot, Stage
from bot.slack.server import Pace

AT_ONCE = Pace(run_grace_s=0)  # a restart waits for no run to end, so that one can be seen to go on afterwards


async def play(arguments: argparse.Namespace, world: Scenario) -> int:
    """Serve the page on this machine only. Raises UsageError when the port is taken."""
    if not 0 <= arguments.port <= 65535:
        raise UsageError(f"--port is {arguments.port}; a port is 0 (any free one) to 65535.")
    model = model_settings() if arguments.model else {}
    stage = Stage(opener(load(arguments), slack_status=arguments.status, **model), world, COMMAND)
    try:
        async with WebPage(stage, arguments.port) as page:
            print(f"The sandbox Slack is at {page.address} for this machine only. Ctrl+C ends it.", flush=True)
            await stage.perform()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise UsageError(f"port {arguments.port} is in use. Choose another: --port 0 takes any free one.") from error
    return 0


def opener(workflows: Mapping[str, WorkflowDefinition], **also: object) -> OpenBot:
    """Return what opens the bot in the two sandboxes, with a folder in which it keeps its runs; *also* are settings."""

    def open_bot(slack: SandboxSlack, splunk: SandboxSplunk, folder: Path) -> AbstractAsyncContextManager[object]:
        return open_app(sandbox_settings(slack, splunk, data_dir=folder, **also), workflows, AT_ONCE)

    return open_bot
