"""`troubleshooter serve`: answer Slack until stopped."""

import argparse
import asyncio
import logging
import signal

from bot.app import open_app
from bot.cli.logs import log_to_stderr
from bot.cli.workflow_files import load
from bot.settings import read_settings

_log = logging.getLogger(__name__)


def command(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; runs still going are stopped, and their reports say so."""
    log_to_stderr()
    asyncio.run(_serve(arguments))
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_app(read_settings(), load(arguments)) as slack:
        _log.info("answering %s; Ctrl-C stops", slack.address or "over Socket Mode")
        await stop.wait()
        _log.info("stopping: no new runs, running ones are ended and reported")
