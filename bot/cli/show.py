"""`troubleshooter show`: one run, as it was reported or as it stands."""

import argparse
import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.cli.kept_runs import load_kept, needs_of, whole
from bot.cli.spans import drawn
from bot.domain.evidence import Evidence
from bot.domain.kept import KeptRun
from bot.domain.run import Run
from bot.export.html import as_html
from bot.export.json import as_json
from bot.export.markdown import as_markdown
from bot.safety.hidden import visible
from bot.summary.spent import spent
from bot.summary.text import as_text
from bot.telemetry.spans import span_tree


def command(arguments: argparse.Namespace) -> int:
    """Print the run."""
    kept = asyncio.run(load_kept(arguments.run))
    if arguments.format == "text" and kept.run is None:
        print(visible("\n".join(_unfinished(kept))))
        return 0
    run = whole(kept)
    match arguments.format:
        case "md":
            print(as_markdown(run))
        case "html":
            print(as_html(run, needs_of(kept)))
        case "json":
            print(as_json(run))
        case _:
            print(visible("\n".join(_text(run, evidence=arguments.evidence))))
    if arguments.trace and arguments.format == "text":
        print(visible("\n".join(drawn(span_tree(run)))))
    return 0


def _text(run: Run, *, evidence: bool) -> Iterator[str]:
    asked = datetime.fromtimestamp(run.started_at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    yield f"Run {run.id} · {run.title} · {asked} UTC · {run.finished_at - run.started_at:.0f} s"
    yield f"Problem: {run.problem.text}\n"
    yield as_text(run.report)
    yield " · ".join(spent(run)) + "\n"
    if evidence:
        yield "EVIDENCE"
        for entry in run.evidence:
            yield from _evidence(entry)


def _evidence(entry: Evidence) -> Iterator[str]:
    came = entry.error or f"{entry.row_count} rows{', partial' if entry.partial else ''}"
    yield f"\n[{entry.id}] {entry.probe}: {came}, {entry.scanned} events read in {entry.duration_s:.1f} s"
    yield from (f"    {line}" for line in entry.spl.splitlines())
    for row in entry.sample:
        cells = (f"{name}={value if isinstance(value, str) else ' | '.join(value)}" for name, value in row.items())
        yield "    · " + "  ".join(cells)


def _unfinished(kept: KeptRun) -> Iterator[str]:
    yield f"Run {kept.id} is {kept.state}. Problem: {kept.request.problem}"
    for result in kept.results:
        yield f"  {result.status.replace('_', ' '):12} {result.title}: {result.line}"
