"""Holds what a model says against the ledger: what its evidence does not bear out is marked, never believed. Pure."""

import asyncio
import re
from collections.abc import Iterable, Mapping

from bot.agent.reading import Reading
from bot.domain.names import VisibleNames
from bot.domain.run import Claim, Interpretation
from bot.domain.workflow import TaskDefinition
from bot.ports import ProbeRows, TaskBrief
from bot.safety.cited import CitedSearch
from bot.safety.grounds import unsupported
from bot.safety.statements import read_statement, words_of
from bot.summary.words import distinct, one_line

MOST_TEXT_CHARS = 1500
MOST_CLAIM_CHARS = 400
MOST_CLAIMS = 10
_MOST_UNVERIFIED = 10
_MOST_ID_CHARS = 40
_WORST_FIRST = ("critical", "warning", "info")
_ID = re.compile(r"\bE\d{1,6}\b")


class Verifier:
    """Holds a reading against *seen*, the searches by id that its model has seen, and their rows.

    *own_words* are the checks' own: to say them tells nothing new. Of *names* that Splunk has each must stand in a row
    that is cited.
    """

    def __init__(self, own_words: str, seen: Mapping[str, ProbeRows], names: VisibleNames) -> None:
        self._seen = seen
        self._own_words = words_of(own_words)
        self._names = names.indexes | names.sourcetypes | names.hosts
        self._read: dict[str, CitedSearch] = {}

    def interpretation(self, reading: Reading) -> Interpretation:
        """Return *reading* with each claim, and the text as a whole, borne out or doubted with a reason."""
        ids = _cited(reading.interpretation, reading.evidence)
        claims = [self.claim(found.text, found.evidence, found.severity) for found in reading.findings[:MOST_CLAIMS]]
        claims.sort(key=lambda claim: _WORST_FIRST.index(claim.severity))
        return Interpretation(
            text=one_line(reading.interpretation, MOST_TEXT_CHARS),
            evidence=tuple(name for name in ids if name in self._seen),
            unverified=tuple(name for name in ids if name not in self._seen)[:_MOST_UNVERIFIED],
            confidence=reading.confidence,
            doubt=self._doubt(reading.interpretation, ids),
            claims=tuple(claims),
        )

    async def beside_the_loop(self, reading: Reading) -> Interpretation:
        """Do as `interpretation` does, in a thread: reading rows takes a while, and Slack wants its acks meanwhile."""
        return await asyncio.to_thread(self.interpretation, reading)

    def claim(self, text: str, cited: Iterable[str], severity: str = "info") -> Claim:
        """Return one claim, borne out or doubted."""
        ids = _cited(text, cited)
        doubt = self._doubt(text, ids)
        known = tuple(name for name in ids if name in self._seen)
        return Claim.model_validate(
            {"text": one_line(text, MOST_CLAIM_CHARS), "evidence": known, "doubt": doubt, "severity": severity}
        )

    def _doubt(self, text: str, ids: tuple[str, ...]) -> str | None:
        foreign = [name for name in ids if name not in self._seen]
        if foreign:
            return f"it cites {', '.join(foreign[:3])}, which was not looked at for this"
        if len(text) > MOST_TEXT_CHARS:
            return "it is too long to be checked"
        return unsupported(read_statement(text, self._own_words, self._names), [self._search(name) for name in ids])

    def _search(self, name: str) -> CitedSearch:
        if name not in self._read:
            self._read[name] = CitedSearch(self._seen[name].evidence, self._seen[name].rows)
        return self._read[name]


def seen_by(brief: TaskBrief) -> dict[str, ProbeRows]:
    """Return the searches that a task has seen before its agent asks for more: its own, and what its needs cite."""
    seen = {probe.evidence.id: probe for probe in brief.probes}
    cited = {each for result in brief.needs for each in result.evidence}
    cited |= {each for finding in brief.findings for each in finding.evidence}
    for each in sorted(cited - seen.keys()):
        entry = brief.look.entry(each) if brief.look else None
        if entry:
            seen[each] = entry
    return seen


def _cited(text: str, given: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that a model gives and those in its text, in brackets or not, each once."""
    return distinct((*(found for name in given for found in _ids_of(name)), *_ID.findall(text)))


def _ids_of(name: str) -> list[str]:
    """Return the ids in what a model gave as one: "E3", "[E3]", "E1, E2"; what holds none is returned as it is."""
    return _ID.findall(name) or [one_line(name, _MOST_ID_CHARS)]


def vocabulary(task: TaskDefinition) -> str:
    """Return the words of the check itself, reviewed with its workflow: a claim that says them tells nothing new.

    Its usual causes are left out: they are guesses, and of one that is true the rows must tell.
    """
    rules = [rule.finding for rule in task.rules] + [rule.action.do for rule in task.rules if rule.action]
    guidance = task.agent.guidance if task.agent else ""
    return " ".join((task.title, task.why, guidance, *task.facts, *rules))
