"""`troubleshooter export`: a run as files that somebody else can read, secrets and people left out."""

import argparse
import asyncio
from pathlib import Path

from bot.cli.kept_runs import load_kept, needs_of, whole
from bot.errors import UsageError
from bot.export.html import as_html
from bot.export.json import as_json
from bot.export.markdown import as_markdown
from bot.export.redaction import redacted


def command(arguments: argparse.Namespace) -> int:
    """Write the files, and print their names."""
    kept = asyncio.run(load_kept(arguments.run))
    run = redacted(whole(kept))
    contents = {"md": as_markdown(run), "json": as_json(run), "html": as_html(run, needs_of(kept))}
    folder = Path(arguments.to)
    files = {folder / f"troubleshooter-{run.id}.{kind}": content for kind, content in contents.items()}
    there = [str(file) for file in files if file.exists()]
    if there and not arguments.force:
        raise UsageError(f"{', '.join(there)} is there already. Say --force to write over it, or --to another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            file.write_text(content, encoding="utf-8")
            print(file)
    except OSError as error:
        raise UsageError(f"{error.filename or folder} cannot be written: {error.strerror}.") from error
    return 0
