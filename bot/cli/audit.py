"""`troubleshooter audit`: who asked, stopped, took and was refused what, the newest first."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Group
from rich.text import Text

from bot.app.keeping import open_store
from bot.cli.listing import aligned, below, limit_of, show, since_of
from bot.domain.kept import Noted
from bot.safety.hidden import on_one_line
from bot.settings import read_settings


def command(arguments: argparse.Namespace) -> int:
    """Print a line a deed."""
    notes = asyncio.run(_notes(since_of(arguments), limit_of(arguments)))
    show(notes, drawn, "Nothing is written down.", as_json=arguments.json)
    return 0


async def _notes(since: float | None, limit: int) -> tuple[Noted, ...]:
    async with open_store(read_settings()) as store:
        return await store.notes(since, limit)


def drawn(notes: Sequence[Noted]) -> Group:
    """Draw a row a deed, and below it, over the whole width, the detail where there is one."""
    head, rows = aligned(("When (UTC)", "Who", "What", "Run"), map(_facts, notes))
    return Group(head, *(_with_detail(row, note) for row, note in zip(rows, notes, strict=True)))


def _facts(note: Noted) -> tuple[str, ...]:
    when = datetime.fromtimestamp(note.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return when, note.who, note.what, note.run_id or ""


def _with_detail(row: Text, note: Noted) -> Group:
    return Group(row, below(Text(on_one_line(note.detail)[:200], "dim"))) if note.detail else Group(row)
