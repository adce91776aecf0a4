"""A problem in a workflow file: where it is, what is wrong, and what mends it."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """One problem; lines and columns count from 1, as editors do."""

    file: str
    line: int
    column: int
    path: str  # of the field: tasks.license_verification.rules.expired.when
    problem: str
    mend: str

    def __str__(self) -> str:
        """Say it in one line that an editor or a terminal can jump from."""
        field = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {field}{self.problem}. {self.mend}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the sentence that helps somebody who wrote *word* where one of *known* belongs."""
    choices = sorted(set(known))
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known here: {listed(choices)}." if choices else "None is declared here; take it away."


def listed(words: Sequence[str], most: int = 12) -> str:
    """Join *words* as a person reads them, cut after *most*."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
