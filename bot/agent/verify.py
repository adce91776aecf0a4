"""Holds what a model says against the ledger: ids that do not exist are marked, never shown as evidence. Pure."""

import re
from collections.abc import Iterable

from bot.domain.report import Confidence
from bot.domain.run import Interpretation
from bot.ports import TaskBrief
from bot.summary.words import distinct, one_line

MOST_TEXT_CHARS = 1500
_MOST_UNVERIFIED = 10
_MOST_ID_CHARS = 40
_ID = re.compile(r"\bE\d{1,6}\b")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")


def known_evidence(brief: TaskBrief) -> frozenset[str]:
    """Return the ids that an interpretation of *brief* may cite: its probes', and those of the results it was given."""
    own = {probe.evidence.id for probe in brief.probes}
    given = {cited for result in brief.needs for cited in result.evidence}
    return frozenset(own | given | {cited for finding in brief.findings for cited in finding.evidence})


def verified(text: str, cited: Iterable[str], confidence: Confidence, known: frozenset[str]) -> Interpretation:
    """Return the interpretation with the cited ids, also those in the text's brackets, sorted into known and not."""
    in_text = _ID.findall(" ".join(_BRACKETED.findall(text)))
    ids = distinct((*(found for name in cited for found in _ids_of(name)), *in_text))
    return Interpretation(
        text=one_line(text, MOST_TEXT_CHARS),
        evidence=tuple(name for name in ids if name in known),
        unverified=tuple(name for name in ids if name not in known)[:_MOST_UNVERIFIED],
        confidence=confidence,
    )


def _ids_of(name: str) -> list[str]:
    """Return the ids in what a model gave as one: "E3", "[E3]", "E1, E2"; what holds none is returned as it is."""
    return _ID.findall(name) or [one_line(name, _MOST_ID_CHARS)]
