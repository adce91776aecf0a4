"""The technical part of a report: one line per search, and what a model says of single tasks. Pure."""

from collections.abc import Iterator, Sequence

from bot.domain.evidence import Evidence
from bot.domain.report import EvidenceLine
from bot.domain.run import Claim, TaskResult
from bot.summary.words import cited, counted, distinct, listed, one_line, sentence, span

_MOST_MESSAGE_CHARS = 200
_MOST_UNVERIFIED = 20  # lines; more of what is not believed helps nobody
_MOST_CHANGES = 5  # shown; more of them say that much changed, and no longer what


def technical_details(evidence: Sequence[Evidence]) -> tuple[EvidenceLine, ...]:
    """Return the ledger, a line an entry: "E3 queues: 41 rows, 12,034 events read in 0.4 s, …, partial"."""
    return tuple(EvidenceLine(id=entry.id, text=_line(entry), link=entry.link) for entry in evidence)


def _line(entry: Evidence) -> str:
    if entry.error is not None:
        return f"{entry.id} {entry.probe}: no answer: {one_line(entry.error, _MOST_MESSAGE_CHARS)}"
    took = f"{entry.duration_s:.1f} s"
    read = f"{counted(entry.scanned, 'event')} read in {took}" if entry.scanned else took
    parts = [counted(entry.row_count, "row"), read, span(entry.window)]
    if entry.partial:
        parts.append("partial")
    if entry.messages:
        parts.append(f"Splunk says: {one_line('; '.join(entry.messages), _MOST_MESSAGE_CHARS)}")
    return f"{entry.id} {entry.probe}: {', '.join(parts)}"


def context(results: Sequence[TaskResult]) -> tuple[str, ...]:
    """Return what changed shortly before, the latest first: context of a cause, and no cause by itself."""
    notes = sorted((note for result in results for note in result.notes), key=lambda note: -note.at)
    lines = distinct(cited(one_line(note.text), note.evidence) for note in notes)
    left_out = len(lines) - _MOST_CHANGES
    return (*lines[:_MOST_CHANGES], f"… and {counted(left_out, 'earlier change')}") if left_out > 0 else lines


def interpretations(results: Sequence[TaskResult]) -> tuple[str, ...]:
    """Return what a model found in each task whose names and numbers stand in the rows that it cites."""
    return tuple(
        f"A model found in {title}, checked against {listed(said.evidence)}: {one_line(said.text)}"
        for title, said in _said_by_model(results)
        if said.doubt is None
    )


def unverified(results: Sequence[TaskResult]) -> tuple[str, ...]:
    """Return what else a model says of each task, with why it is not believed; a long list is cut and counted."""
    lines = [
        f"A model says of {title}, unverified ({said.doubt}): {one_line(said.text)}"
        for title, said in _said_by_model(results)
        if said.doubt is not None
    ]
    left_out = len(lines) - _MOST_UNVERIFIED
    return (*lines[:_MOST_UNVERIFIED], *([f"… and {left_out} more"] if left_out > 0 else []))


def _said_by_model(results: Sequence[TaskResult]) -> Iterator[tuple[str, Claim]]:
    """Yield each task's claims, then its whole reading, with the task's title."""
    for result in results:
        reading = result.interpretation
        if reading is not None:
            yield from ((result.title, claim) for claim in reading.claims)
            yield result.title, Claim(text=reading.text, evidence=reading.evidence, doubt=reading.doubt)


def model_notes(results: Sequence[TaskResult]) -> tuple[str, ...]:
    """Return why tasks went without the model that they should have had, or it without a server; each reason once."""
    notes = [result.model_note for result in results if result.model_note]
    missed = [each for result in results if result.interpretation for each in result.interpretation.missed]
    return distinct(sentence(note) for note in (*notes, *missed))
