"""`troubleshooter audit`: who asked, stopped, took and was refused what, the newest first."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from rich import box
from rich.table import Table
from rich.text import Text

from bot.app.keeping import open_store
from bot.cli.listing import limit_of, show, since_of
from bot.domain.kept import Noted
from bot.safety.hidden import on_one_line
from bot.settings import read_settings


def command(arguments: argparse.Namespace) -> int:
    """Print a line a deed."""
    notes = asyncio.run(_notes(since_of(arguments), limit_of(arguments)))
    show(notes, _table, "Nothing is written down.", as_json=arguments.json)
    return 0


async def _notes(since: float | None, limit: int) -> tuple[Noted, ...]:
    async with open_store(read_settings()) as store:
        return await store.notes(since, limit)


def _table(notes: Sequence[Noted]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for name in ("When (UTC)", "Who", "What", "Run", "Detail"):
        table.add_column(name, overflow="fold", no_wrap=name == "Run")
    for note in notes:
        when = datetime.fromtimestamp(note.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        shown = (note.who, note.what, note.run_id or "", on_one_line(note.detail or "")[:200])
        table.add_row(when, *map(Text, shown))
    return table
