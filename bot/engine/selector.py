"""Pure: a problem's text → the workflow that fits, with a score and a reason; or none, when it should ask."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.domain.workflow import WorkflowDefinition

THRESHOLD = 0.5  # of what the best phrase could score: below it nothing was recognised
LEAD = 0.1  # the winner's lead over the second: below it we ask
CLOSE = 0.82  # how alike two words must be to count as a typo of each other

_WORD = re.compile(r"[a-z0-9_]+")
_PARAMETER = re.compile(r"\b(index|idx|sourcetype|host|source)\s*[=:]\s*\S+", re.IGNORECASE)
_NOISE = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "do",
        "for",
        "from",
        "has",
        "have",
        "i",
        "in",
        "is",
        "it",
        "my",
        "of",
        "on",
        "or",
        "our",
        "pls",
        "please",
        "since",
        "so",
        "that",
        "the",
        "there",
        "this",
        "to",
        "us",
        "was",
        "we",
        "what",
        "why",
        "with",
    }
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A workflow's score for a text, from 0 to 1, and the phrase that earned it."""

    workflow: WorkflowDefinition
    score: float
    phrase: str

    @property
    def reason(self) -> str:
        """Say why in a few words."""
        return f"“{self.phrase}” fits {self.workflow.title.lower()}" if self.phrase else "nothing in the text fits"


def rank(text: str, workflows: Mapping[str, WorkflowDefinition]) -> list[Scored]:
    """Score every workflow against *text*, best first.

    A workflow's score is that of its best phrase: the share of the phrase's words found in the text (a typo counts
    almost whole), each word weighted by how few workflows use it.
    """
    typed = _words(_PARAMETER.sub(" index " if "index" in text.lower() else " ", text))
    weights = _weights(workflows)
    scored = [_score(typed, workflow, weights) for workflow in workflows.values()]
    return sorted(scored, key=lambda one: -one.score)


def winner(ranked: list[Scored]) -> Scored | None:
    """Return the clear winner; None when nothing reaches the threshold or two are too close."""
    if not ranked or ranked[0].score < THRESHOLD:
        return None
    if len(ranked) > 1 and ranked[0].score - ranked[1].score < LEAD:
        return None
    return ranked[0]


def _phrases(workflow: WorkflowDefinition) -> Iterable[str]:
    return (workflow.title, workflow.id.replace("_", " "), *workflow.words)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _NOISE]


def _weights(workflows: Mapping[str, WorkflowDefinition]) -> dict[str, float]:
    used = Counter(
        word
        for workflow in workflows.values()
        for word in {word for phrase in _phrases(workflow) for word in _words(phrase)}
    )
    return {word: math.log(1 + len(workflows) / count) for word, count in used.items()}


def _score(typed: list[str], workflow: WorkflowDefinition, weights: Mapping[str, float]) -> Scored:
    best = Scored(workflow, 0.0, "")
    for phrase in _phrases(workflow):
        wanted = _words(phrase)
        if not wanted:
            continue
        likeness = {word: max((_alike(word, one) for one in typed), default=0.0) for word in wanted}
        score = sum(weights[word] * likeness[word] for word in wanted) / sum(weights[word] for word in wanted)
        length_bonus = 0.05 * (len(wanted) - 1) * score  # a longer phrase that fits says more than a single word
        best = max(best, Scored(workflow, min(1.0, 0.85 * score + length_bonus), phrase), key=lambda one: one.score)
    return best


def _alike(wanted: str, typed: str) -> float:
    if wanted == typed:
        return 1.0
    if len(wanted) < 4 or len(typed) < 4:
        return 0.0
    ratio = SequenceMatcher(None, wanted, typed).ratio()
    return ratio if ratio >= CLOSE else 0.0
