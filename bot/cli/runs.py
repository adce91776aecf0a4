"""`troubleshooter runs`: what was run, the newest first."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from rich import box
from rich.table import Table
from rich.text import Text

from bot.app.keeping import open_store
from bot.cli.listing import limit_of, show, since_of
from bot.domain.kept import RunLine
from bot.ports import Wanted
from bot.settings import read_settings


def command(arguments: argparse.Namespace) -> int:
    """Print a line a run."""
    wanted = Wanted(since_of(arguments), arguments.workflow, arguments.severity, limit_of(arguments))
    show(asyncio.run(_lines(wanted)), _table, "No such run is kept.", as_json=arguments.json)
    return 0


async def _lines(wanted: Wanted) -> tuple[RunLine, ...]:
    async with open_store(read_settings()) as store:
        return await store.lines(wanted)


def _table(lines: Sequence[RunLine]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for name in ("Run", "Asked (UTC)", "Workflow", "Came out", "Problem and answer"):
        table.add_column(name, overflow="fold", no_wrap=name == "Run")
    for line in lines:
        asked = datetime.fromtimestamp(line.asked_at, UTC).strftime("%Y-%m-%d %H:%M")
        answer = Text(" ".join(line.problem.split())[:200])
        if line.headline:
            answer.append(f"\n{line.headline[:200]}", "dim")
        table.add_row(line.id, asked, line.workflow or "", line.severity or str(line.state), answer)
    return table
