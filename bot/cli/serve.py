"""`troubleshooter serve`: answer Slack until stopped."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator
from typing import Literal

from bot.app.house import open_app
from bot.app.readiness import ready
from bot.cli.logs import log_to_stderr
from bot.cli.workflow_files import load
from bot.settings import read_settings

CLOSING_S = 13.0  # past the runs' grace, for messages on their way and for searches to be cancelled

_log = logging.getLogger(__name__)


def command(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; runs get their grace, and the next start goes on with the rest."""
    log_to_stderr()
    asyncio.run(_serve(arguments))
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    works = not arguments.intake_only
    settings = ready(read_settings())
    async with (
        until_stopped(settings.stop_grace_s + CLOSING_S) as stopped,
        open_app(settings, load(arguments), works=works) as slack,
    ):
        _log.info("answering %s; Ctrl-C stops", slack.address or "over Socket Mode")
        await stopped.wait()
        _log.info("stopping: no new runs; running ones get some seconds, and the next start goes on with the rest")


@contextlib.asynccontextmanager
async def until_stopped(within_s: float) -> AsyncIterator[asyncio.Event]:
    """Yield an event that SIGTERM or Ctrl-C sets. A signal before anybody waits for it ends the opening.

    A second one exits at once, and so does the process when it has not ended *within_s*: all that is known is in the
    store already, and what hangs in a thread, such as the look for a host's name, cannot be ended otherwise.
    """
    stopped = _Stopped()
    main = asyncio.current_task()
    assert main is not None  # noqa: S101 - a coroutine runs in a task

    def stop(number: int) -> None:
        if stopped.is_set():
            os._exit(128 + number)
        stopped.set()
        last = threading.Timer(within_s, _give_up, (within_s,))
        last.daemon = True
        last.start()
        if not stopped.is_awaited:
            main.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    try:
        yield stopped
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _give_up(within_s: float) -> None:
    _log.warning("not all was closed within %g s; it is left as it is, and the next start goes on", within_s)
    os._exit(0)


class _Stopped(asyncio.Event):
    is_awaited = False

    async def wait(self) -> Literal[True]:
        self.is_awaited = True
        return await super().wait()
