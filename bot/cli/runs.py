"""`troubleshooter runs`: what was run, the newest first."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from bot.app.keeping import open_store
from bot.cli.listing import aligned, below, limit_of, show, since_of
from bot.domain.kept import RunLine
from bot.ports import Wanted
from bot.safety.hidden import on_one_line
from bot.settings import read_settings

_MOST = 200  # characters of what was asked, and of what came out


def command(arguments: argparse.Namespace) -> int:
    """Print a few lines a run."""
    wanted = Wanted(since_of(arguments), arguments.workflow, arguments.severity, limit_of(arguments))
    show(asyncio.run(_lines(wanted)), drawn, "No such run is kept.", as_json=arguments.json)
    return 0


async def _lines(wanted: Wanted) -> tuple[RunLine, ...]:
    async with open_store(read_settings()) as store:
        return await store.lines(wanted)


def drawn(lines: Sequence[RunLine]) -> Group:
    """Draw a row of short facts a run, and below it, over the whole width, what was asked and what came out."""
    head, rows = aligned(("Run", "Asked (UTC)", "Came out", "Workflow"), map(_facts, lines))
    return Group(head, *(each for row, line in zip(rows, lines, strict=True) for each in ("", row, _said(line))))


def _facts(line: RunLine) -> tuple[str, ...]:
    asked = datetime.fromtimestamp(line.asked_at, UTC).strftime("%Y-%m-%d %H:%M")
    return line.id, asked, line.severity or line.state, line.workflow or ""


def _said(line: RunLine) -> Padding:
    """Return the problem and, below it, the headline without the severity, which stands above."""
    said = Text(on_one_line(line.problem)[:_MOST])
    if line.headline:
        known = f"{line.severity} · ".upper()
        headline = line.headline[len(known) :] if line.headline.upper().startswith(known) else line.headline
        said.append(f"\n{on_one_line(headline)[:_MOST]}", "dim")
    return below(said)
