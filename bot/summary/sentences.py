"""Whether a model's prose judges where only the rules may: what is well, what is absent, the cause, what to do. Pure.

A sentence that stands as a whole in the rules' own prose may always be said. Else a word of health is a fault, whatever
stands elsewhere in the report: rows fill the findings, and a log line can say that all is fine. A sentence about the
cause must be about the rules' cause, and an order must be one of the rules' actions.
"""

import re
from collections.abc import Iterable, Sequence

from bot.domain.report import Report, RootCause
from bot.safety.cited import stands
from bot.safety.objections import CAUSE, NEGATION, ORDER, WELL, folded
from bot.safety.plain_words import LITTLE, PLAIN, forms, pieces
from bot.safety.statements import TRADE, read_statement
from bot.summary.prose import MOST_REASON_CHARS
from bot.summary.words import clause, one_line

_FILLED = re.compile("\u00a4(\\d+)\u00a4")  # in place of a finding's text, which rows have filled
_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")
_CITATION = re.compile(r"\s*\[E\d{1,6}(?:, ?E\d{1,6})*\]")
_SAYABLE = re.compile(  # what was not looked at, and what something fails to do, may be said in any words
    r"(?:not|cannot|n't)\s+(?:(?:a|all|any|be|been|fully|have|the|yet)\s+){0,3}"
    r"(?:answer(?:ed)?|check(?:ed)?|cover(?:ed)?|known?|looked|named|proof|searched?)\b"
    r"|(?:cannot|can not|can't|could not|couldn't)\s+"
    r"(?:accept|connect|deliver|forward|index|keep up|reach|receive|send|start|write)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"\S+(?:\s+\w+)?")  # a negation and what it denies
_BEFORE_IT = re.compile(r"[,;:()\u2013\u2014]")  # a clause ends
_NAMES_IT = re.compile(r"(?:root\W{0,3})?causes?|culprits?|reasons?|origin|source of|underlying", re.IGNORECASE)
_CAUSE_FOLLOWS = re.compile(
    r"(?:caused|made|broken|brought about|(?:trigger|driv|provok|induc|explain)\w+) by\b|(?:due|owing|thanks) to"
    r"|because(?: of)?|stem\w* from|result\w* (?:from|of)|consequen\w+ of|blame[sd]? on"
    r"|(?:originat|trac|attribut)\w* (?:back )?(?:from|in|to)",
    re.IGNORECASE,
)
_IS = re.compile(r"^[^,;()\u2013\u2014]*?(?:\b(?:is|was|are|were|lies|being)\b|[:=\u2013\u2014]| - )", re.IGNORECASE)
_OF_CAUSES = frozenset({"cause", "root", "most", "likely", "probable", "main", "confidence", "high", "medium", "low"})


def judgement_in(text: str, floor: Report, lines: Iterable[str]) -> str | None:
    """Return which judgement of *text* the rules did not make in *floor*, in a clause; None when it makes none.

    *lines* are all that the report says.
    """
    filled = _filled(floor)
    said = folded(" \n".join(lines)).lower()
    known = LITTLE | TRADE | frozenset(pieces(said))
    own = {_bare(each) for prose in _own_prose(floor) for each in _sentences(prose, filled)}
    for each in _sentences(text, filled):
        whole = _FILLED.sub(lambda found: filled[int(found[1])], each)
        why = None if _bare(each) in own else _judges(each, whole, floor, said) or _strange(whole, known)
        if why:
            return why
    return None


def _judges(unfilled: str, sentence: str, floor: Report, said: str) -> str | None:
    """Return what *sentence* judges; *unfilled* is the same without the texts of findings, which tell of no health."""
    unfilled = _SAYABLE.sub(" ", unfilled)
    well = WELL.search(unfilled)
    if well:
        return f"it says {well[0]!r}; what is well, or need not be minded, is for the rules"
    cause = floor.root_cause
    if CAUSE.search(unfilled) and not (cause and not NEGATION.search(unfilled) and _names_cause(sentence, cause)):
        return "it names a cause, which is for the rules"
    for found in NEGATION.finditer(unfilled):
        phrase = _PHRASE.match(unfilled, found.start())
        if phrase is None or not stands(phrase[0].lower(), said):
            return f"it says {found[0]!r}; what is absent is for the rules"
    orders = "\n".join((*(f"{one.do}\n{one.verify or ''}" for one in floor.actions), *floor.follow_ups)).lower()
    deeds = (found[found.lastindex or 0].lower() for found in ORDER.finditer(unfilled))
    return next(("it says what to do, which is for the rules" for deed in deeds if not stands(deed, orders)), None)


def _strange(sentence: str, known: frozenset[str]) -> str | None:
    """Return why *sentence* cannot be read here: most of its words, or letters of one, are of another tongue."""
    words = pieces(sentence.lower())
    unknown = [word for word in words if known.isdisjoint(forms(word))]
    if any(not word.isascii() for word in unknown):
        return "it is written in letters that cannot be checked here"
    return "most of its words are strange to the rules and to plain English" if 2 * len(unknown) > len(words) else None


def _names_cause(sentence: str, cause: RootCause) -> bool:
    """Say whether each place in *sentence* that has the role of the cause is filled by *cause* and nothing else."""
    for found in CAUSE.finditer(sentence):
        before = _BEFORE_IT.split(sentence[: found.start()])[-1]
        after = sentence[found.end() :]
        follows = _CAUSE_FOLLOWS.match(sentence, found.start())
        is_ = _IS.match(after) if _NAMES_IT.fullmatch(found[0]) else None
        role = sentence[follows.end() :] if follows else after[is_.end() :] if is_ else None
        if not _is_cause(before if role is None else _BEFORE_IT.split(role)[0], cause):
            return False
        if is_ and _others(before, cause):  # "the license is the root cause: idx2"
            return False
    return True


def _is_cause(role: str, cause: RootCause) -> bool:
    """Say whether *role* holds what names *cause*, and no word or name of anything else."""
    text = folded(cause.text).lower()
    names = read_statement(cause.text, is_claim=False).names
    held = role.lower()
    telling = [name for name in names if any(map(str.isdigit, name))] or names or set(pieces(text)) - PLAIN
    return any(stands(name, held) for name in telling) and not _others(role, cause)


def _others(role: str, cause: RootCause) -> bool:
    """Say whether *role* holds a word or a name that *cause* does not."""
    text = folded(cause.text).lower()
    known = PLAIN | _OF_CAUSES | frozenset(pieces(text))
    stated = read_statement(role, is_claim=False)
    words = pieces(re.sub(r"'s\b", "", role.lower()))
    return any(known.isdisjoint(forms(word)) for word in words) or not all(stands(name, text) for name in stated.names)


def _own_prose(floor: Report) -> Iterable[str]:
    """Yield what the rules say in whole sentences; not the headline, which may be cut within a finding's text."""
    yield from (floor.executive_summary, str(floor.coverage), floor.no_cause_reason or "")
    yield from (floor.resolution_estimate, *(step.what for step in floor.resolution_timeline), *floor.follow_ups)


def _filled(floor: Report) -> list[str]:
    """Return the texts that rows have filled, the longest first."""
    causes = [floor.root_cause.text, *floor.root_cause.effects] if floor.root_cause else []
    texts = [*causes, *(_CITATION.sub("", line) for line in floor.findings)]
    texts += [text for gap in floor.gaps for text in (gap.reason, one_line(gap.reason, MOST_REASON_CHARS))]
    texts += [text for one in floor.actions for text in (one.do, one.verify or "")]
    return sorted({folded(clause(text)).lower() for text in texts if text.strip()}, key=len, reverse=True)


def _sentences(text: str, filled: Sequence[str]) -> list[str]:
    """Return the sentences of *text*, folded, and a sign in place of each text in *filled*."""
    told = _CITATION.sub("", folded(one_line(text)).replace("\u00a4", " "))
    for at, each in enumerate(filled):
        if each in told.lower():
            told = re.sub(rf"(?<![\w.-]){re.escape(each)}(?![\w-])", f"\u00a4{at}\u00a4", told, flags=re.IGNORECASE)
    return [each for each in _ENDS.split(told) if each.strip()]


def _bare(sentence: str) -> str:
    return " ".join(sentence.lower().split()).rstrip(".!?… ")
