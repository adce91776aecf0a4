"""The evidence of a run as a modal: each search, its first rows and its link into Splunk, what is cited first; pure."""

from typing import Any

from bot.domain.evidence import Evidence, Row
from bot.domain.run import Run
from bot.slack.blocks import Block, context, link, paragraph, preformatted, rich, words
from bot.slack.text import line, plain

View = dict[str, Any]

TITLE_CHARS = 24  # docs.slack.dev/reference/views
SEARCHES_SHOWN = 30
ROWS_SHOWN = 5
SPL_CHARS = 600
ROW_CHARS = 240


def modal(title: str, blocks: list[Block], **more: object) -> View:
    """Make a modal; at most a hundred blocks."""
    named = {"type": "plain_text", "text": line(title, TITLE_CHARS), "emoji": False}
    return {"type": "modal", "title": named, "close": _label("Close"), "blocks": blocks, **more}


def submit(label: str) -> View:
    return {"submit": _label(label)}


def _label(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def evidence_view(run: Run) -> View:
    """Draw the ledger of a finished run."""
    entries = _cited_first(run)
    told = {entry.id: entry.text for entry in run.report.technical_details}
    blocks = [
        context(f"{run.title}, run {line(run.id, 40)}: {len(entries)} searches. What the report rests on comes first.")
    ]
    blocks += [search_block(entry, told.get(entry.id, "")) for entry in entries[:SEARCHES_SHOWN]]
    if len(entries) > SEARCHES_SHOWN:
        blocks.append(
            context(f"… {len(entries) - SEARCHES_SHOWN} more: troubleshooter show {line(run.id, 40)} prints all.")
        )
    return modal("Evidence", blocks)


def cited(run: Run) -> list[str]:
    """Return the ids of the evidence that the report rests on: the cause's first, then the findings', each once."""
    cause = run.report.root_cause
    ids = [*(cause.evidence if cause else ()), *(e for r in run.results for f in r.findings for e in f.evidence)]
    return list(dict.fromkeys(ids))


def _cited_first(run: Run) -> list[Evidence]:
    order = {entry: place for place, entry in enumerate(cited(run))}
    return sorted(run.evidence, key=lambda entry: order.get(entry.id, len(order)))  # stable: else as they were begun


def search_block(entry: Evidence, told: str = "") -> Block:
    """Draw one search: what it is, its link, its SPL, its first rows."""
    said = told.removeprefix(f"{entry.id} ") or f"{entry.probe}: {entry.row_count} rows"
    head = [words(f"{line(entry.id, 40)} ", bold=True), words(line(said, 2 * ROW_CHARS))]
    if entry.link:
        head += [words("\n"), link(entry.link, "Open in Splunk")]
    rows = [line(_row(row), ROW_CHARS) for row in entry.sample[:ROWS_SHOWN]]
    more = entry.row_count - len(rows)
    if rows and more > 0:
        rows.append(f"… {more} more rows")
    parts = [paragraph(*head), preformatted(plain(entry.spl, SPL_CHARS))]
    return rich(*parts, *([preformatted("\n".join(rows))] if rows else []))


def _row(row: Row) -> str:
    return " · ".join(f"{name}={cell if isinstance(cell, str) else ', '.join(cell)}" for name, cell in row.items())
