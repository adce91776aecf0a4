"""`troubleshooter audit`: who asked, stopped, took and was refused what, the newest first."""

import argparse
import asyncio
import json
from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app.keeping import open_store
from bot.cli.runs import since_then
from bot.domain.kept import Noted
from bot.errors import UsageError
from bot.settings import read_settings


def command(arguments: argparse.Namespace) -> int:
    """Print a line a deed."""
    if arguments.limit < 1:
        raise UsageError("--limit must be 1 or more.")
    notes = asyncio.run(_notes(since_then(arguments.since), arguments.limit))
    if arguments.json:
        print(json.dumps([note.model_dump(mode="json") for note in notes], indent=2))
    elif notes:
        Console(highlight=False).print(_table(notes))
    else:
        print("Nothing is written down.")
    return 0


async def _notes(since: float | None, limit: int) -> tuple[Noted, ...]:
    async with open_store(read_settings()) as store:
        return await store.notes(since, limit)


def _table(notes: tuple[Noted, ...]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for name in ("When (UTC)", "Who", "What", "Run", "Detail"):
        table.add_column(name, overflow="fold", no_wrap=name == "Run")
    for note in notes:
        when = datetime.fromtimestamp(note.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        shown = (note.who, note.what, note.run_id or "", " ".join((note.detail or "").split())[:200])
        table.add_row(when, *map(Text, shown))
    return table
