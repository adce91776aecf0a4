"""The evidence part of a document: each search with its text, window, figures and first rows. Pure."""

from collections.abc import Sequence

from bot.domain.evidence import Cell, Evidence, Row
from bot.export.characters import seconds, span
from bot.export.document import Block, Code, Facts, Link, Paragraph, Section, Table, Text


def evidence_section(evidence: Sequence[Evidence]) -> Section:
    """Return the ledger, a part an entry."""
    if not evidence:
        return Section("Evidence", (Paragraph("No search was made."),))
    told = Paragraph("Each search of this run, in the order in which they were begun. Times are UTC.")
    return Section("Evidence", (told,), parts=tuple(map(_entry, evidence)))


def _entry(entry: Evidence) -> Section:
    pairs: list[tuple[str, Text]] = [
        ("Window", span(entry.window)),
        ("Rows", f"{entry.row_count:,} counted, {len(entry.sample):,} shown"),
        ("Events read", f"{entry.scanned:,}"),
        ("Took", seconds(entry.duration_s)),
        ("Partial", "yes: the answer may be incomplete" if entry.partial else "no"),
        ("Search id", entry.sid or "none"),
        *(("Splunk says", message) for message in entry.messages),
    ]
    if entry.error is not None:
        pairs.append(("No answer", entry.error or "the search failed, and no reason is kept"))
    if entry.link:
        pairs.append(("In Splunk Web", Link("open this search", entry.link)))
    blocks: list[Block] = [Facts(tuple(pairs)), Code(entry.spl, "spl")]
    if entry.sample:
        blocks.append(sample_table(entry))
    return Section(f"{entry.id} {entry.probe}", tuple(blocks), key=entry.id)


def sample_table(entry: Evidence) -> Table:
    """Return the first rows; a column for every field that any of them has, in the order of their first sight."""
    columns = tuple(dict.fromkeys(name for row in entry.sample for name in row)) or ("(no fields)",)
    rows = tuple(_cells(row, columns) for row in entry.sample)
    return Table(f"First rows of {entry.id}", columns, rows, data=True)


def _cells(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(_said(row.get(name, "")) for name in columns)


def _said(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "\n".join(cell)
