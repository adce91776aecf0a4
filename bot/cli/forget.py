"""`troubleshooter forget`: remove what is kept of a run or a person."""

import argparse
import asyncio

from bot.app.keeping import open_store
from bot.settings import read_settings


def command(arguments: argparse.Namespace) -> int:
    """Remove, and say how much; 1 when there was nothing."""
    gone = asyncio.run(_forget(arguments.run, arguments.user))
    print(f"{gone} {'run' if gone == 1 else 'runs'} forgotten.")
    return 0 if gone else 1


async def _forget(run_id: str | None, user: str | None) -> int:
    async with open_store(read_settings()) as store:
        return await store.forget(run_id=run_id, user=user)
