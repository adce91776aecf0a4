"""`troubleshooter runs`: what was run, the newest first."""

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app.keeping import open_store
from bot.domain.kept import RunLine
from bot.errors import UsageError
from bot.ports import Wanted
from bot.safety.times import resolve
from bot.settings import read_settings


def command(arguments: argparse.Namespace) -> int:
    """Print a line a run."""
    if arguments.limit < 1:
        raise UsageError("--limit must be 1 or more.")
    wanted = Wanted(since_then(arguments.since), arguments.workflow, arguments.severity, arguments.limit)
    lines = asyncio.run(_lines(wanted))
    if arguments.json:
        print(json.dumps([line.model_dump(mode="json") for line in lines], indent=2))
    elif lines:
        Console(highlight=False).print(_table(lines))
    else:
        print("No such run is kept.")
    return 0


async def _lines(wanted: Wanted) -> tuple[RunLine, ...]:
    async with open_store(read_settings()) as store:
        return await store.lines(wanted)


def since_then(text: str | None) -> float | None:
    """Read "24h", "7d" or a stamp into epoch seconds. Raises BadTime."""
    if text is None:
        return None
    return resolve(f"-{text}" if text[:1].isdigit() and text[-1:].isalpha() else text, time.time())


def _table(lines: tuple[RunLine, ...]) -> Table:
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
