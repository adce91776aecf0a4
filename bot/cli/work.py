"""`troubleshooter work`: take runs from the fleet that shares a PostgreSQL, until stopped."""

import argparse
import asyncio
import logging

from bot.app.house import open_worker
from bot.app.readiness import ready
from bot.cli.logs import log_to_stderr
from bot.cli.serve import CLOSING_S, until_stopped
from bot.cli.workflow_files import load
from bot.settings import read_settings

_log = logging.getLogger(__name__)


def command(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; runs get their grace, and another process goes on with the rest."""
    log_to_stderr()
    asyncio.run(_work(arguments))
    return 0


async def _work(arguments: argparse.Namespace) -> None:
    settings = ready(read_settings())
    async with until_stopped(settings.stop_grace_s + CLOSING_S) as stopped, open_worker(settings, load(arguments)):
        _log.info("taking runs; Ctrl-C stops")
        await stopped.wait()
        _log.info("stopping: no new runs; running ones get some seconds, and another process goes on with the rest")
