"""`troubleshooter db`: the database's version."""

import argparse
import asyncio

from bot.app.keeping import database_version, open_store
from bot.settings import Settings, read_settings


def command(arguments: argparse.Namespace) -> int:
    """Upgrade, or say which version there is; 1 when it is not the newest."""
    had, newest = asyncio.run(database_version(read_settings()))
    if arguments.action == "status" or had == newest:
        print(f"version {had or 'none: nothing is kept yet'}, newest {newest}")
        return 0 if had == newest else 1
    asyncio.run(_upgrade(read_settings()))
    print(f"upgraded from {had or 'nothing'} to {newest}")
    return 0


async def _upgrade(settings: Settings) -> None:
    async with open_store(settings):
        pass
