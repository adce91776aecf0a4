"""Pure: a problem's text → the workflow that fits, with a score and a reason; or none, when it should ask.

Each workflow file lists words and short phrases. A phrase whose words all stand near each other in the text is
evidence for its workflow: the more words, and the fewer workflows use them, the stronger. A word of the text counts
once for each workflow. The winner must lead the next one clearly, so a tie and a text that says nothing both ask, and
so does a text that only gives the bot orders.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.workflow import WorkflowDefinition
from bot.engine.orders import gives_orders
from bot.engine.words import MOST_WORDS, NEGATION, mended, words_in, words_of

THRESHOLD = 0.5  # of the score: at it, the evidence leads the next workflow's by DOUBT
DOUBT = 0.3  # evidence that any text has for nothing in particular
WORD_GAIN = 0.6  # what each further word of a phrase adds to it
NEAR = 3  # how many other words may stand between those of a phrase
HINT = 0.5  # what each word of a hint is worth; of any other phrase, as much as few workflows use it
TYPO = 0.85  # what a mended word is worth beside one that was typed right

_NAMED = re.compile(r"\s*(?P<name>[\w-]{1,64})\s*:(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scored:
    """A workflow's score for a text, from 0 to 1, and the person's words that earned it, the strongest first."""

    workflow: WorkflowDefinition
    score: float
    phrases: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Say why in a few words."""
        if not self.phrases:
            return "nothing in the text fits"
        quoted = ", ".join(f"“{phrase}”" for phrase in self.phrases[:3])
        return f"{quoted} {'fits' if len(self.phrases) == 1 else 'fit'} {self.workflow.title.lower()}"


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Those words of a workflow file's phrase that count."""

    words: tuple[str, ...]
    is_hint: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a text, where each stands, how surely it is that word, and how it was typed."""

    words: list[str]
    places: Mapping[str, list[int]]
    sureness: list[float]
    typed: list[str]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A phrase that stands in the text: what it is worth, its words as they were typed, and their places."""

    weight: float
    quote: str
    places: frozenset[int]


def rank(text: str, workflows: Mapping[str, WorkflowDefinition]) -> list[Scored]:
    """Score every workflow against *text*, best first."""
    phrases = {one.id: _phrases((one.title, *one.words), one.hints) for one in workflows.values()}
    rarity = _rarity([{word for phrase in own for word in phrase.words} for own in phrases.values()])
    read = _read(text, rarity)
    found = {name: list(_counted(_found(read, own, rarity))) for name, own in phrases.items()}
    totals = {name: sum(gain for gain, _ in evidence) for name, evidence in found.items()}

    def scored(workflow: WorkflowDefinition) -> Scored:
        own = totals[workflow.id]
        others = max((total for name, total in totals.items() if name != workflow.id), default=0.0)
        return Scored(workflow, own / (own + others + DOUBT), tuple(quote for _, quote in found[workflow.id]))

    return sorted(map(scored, workflows.values()), key=lambda one: -one.score)


def winner(ranked: list[Scored]) -> Scored | None:
    """Return the clear winner; None when nothing in the text fits, or two workflows fit it alike."""
    return ranked[0] if ranked and ranked[0].score >= THRESHOLD else None


def unsure(ranked: list[Scored]) -> str:
    """Say why there is no clear winner."""
    likely = [one for one in ranked if one.phrases][:3]
    if not likely:
        return "nothing in the text fits"
    return "it is not clear which: " + "; ".join(one.reason for one in likely)


def named(text: str, workflows: Mapping[str, WorkflowDefinition]) -> tuple[WorkflowDefinition, str] | None:
    """Read "missing_data: no web logs" as a workflow asked for by name, and the problem; None for any other text."""
    match = _NAMED.match(text)
    workflow = workflows.get(match["name"].lower().replace("-", "_")) if match else None
    return (workflow, match["rest"].strip() or workflow.title) if match and workflow else None


@lru_cache(maxsize=64)  # workflows seldom change, and to read them again takes longer than to rank a text
def _phrases(said: tuple[str, ...], hints: tuple[str, ...]) -> tuple[_Phrase, ...]:
    written = [*((phrase, False) for phrase in dict.fromkeys(said)), *((hint, True) for hint in dict.fromkeys(hints))]
    read = [_Phrase(tuple(dict.fromkeys(words_of(phrase))), is_hint) for phrase, is_hint in written]
    return tuple(phrase for phrase in read if set(phrase.words) - {NEGATION})


def _rarity(vocabularies: list[set[str]]) -> dict[str, float]:
    """Weigh each word: 1 where one workflow uses it, less the more do."""
    used = Counter(word for vocabulary in vocabularies for word in vocabulary)
    most = math.log(1 + len(vocabularies))
    return {word: math.log(1 + len(vocabularies) / count) / most for word, count in used.items()}


def _read(text: str, known: Mapping[str, float]) -> _Text:
    typed = [] if gives_orders(text) else words_in(text)[:MOST_WORDS]
    words = [mended(word.form, known) for word in typed]
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    sureness = [1.0 if word == as_typed.form else TYPO for word, as_typed in zip(words, typed, strict=True)]
    return _Text(words, places, sureness, [text[word.start : word.end] for word in typed])


def _found(text: _Text, phrases: Iterable[_Phrase], rarity: Mapping[str, float]) -> Iterator[_Evidence]:
    for phrase in phrases:
        if not all(word in text.places for word in phrase.words):
            continue
        together = _nearest([text.places[word] for word in phrase.words])
        if together:
            worth = [text.sureness[at] * (HINT if phrase.is_hint else rarity[text.words[at]]) for at in together]
            weight = (1 + WORD_GAIN * (len(worth) - 1)) * sum(worth) / len(worth)
            yield _Evidence(weight, _quote(text, together), frozenset(together))


def _quote(text: _Text, places: Iterable[int]) -> str:
    """Return the words at *places* as they were typed, with a mark where words stand between them."""
    quoted, last = "", -1
    for at in sorted(set(places)):
        quoted += ("" if not quoted else " " if at == last + 1 else " \N{HORIZONTAL ELLIPSIS} ") + text.typed[at]
        last = at
    return quoted


def _nearest(places: list[list[int]]) -> tuple[int, ...]:
    """Choose a place for each word so that all stand near each other; none when they do not."""
    for first in places[0]:
        chosen = (first, *(_closest(first, own) for own in places[1:]))
        if max(chosen) - min(chosen) <= len(chosen) - 1 + NEAR:
            return chosen
    return ()


def _closest(place: int, places: list[int]) -> int:
    return min(places, key=lambda at: abs(at - place))


def _counted(evidence: Iterable[_Evidence]) -> Iterator[tuple[float, str]]:
    """Yield what each phrase adds, the strongest first; a word that has counted adds nothing more."""
    counted: set[int] = set()
    for one in sorted(evidence, key=lambda one: -one.weight):
        new = one.places - counted
        if new:
            yield one.weight * len(new) / len(one.places), one.quote
            counted |= new
