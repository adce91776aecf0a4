"""What a sentence of a model states that rows can bear out: names, amounts and moments. Pure.

Strict where it can be: what looks like a name or a number is one, and every other word that is not plain English must
be known to somebody. A sentence that no rows could bear out (that all is well, that something is the root cause) says
so in `objection`, and so does one that would send its reader elsewhere.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.safety.amounts import UNITS, Amount, amount_of, is_number, multiplies, with_signs
from bot.safety.objections import danger_in, folded, objection_to
from bot.safety.plain_words import LITTLE, PLAIN, forms, pieces

_MOST_STATED = 60  # things in one sentence; more of them nobody checks by reading, and neither do we


@dataclass(frozen=True, slots=True)
class Moment:
    """A clock time, a day, or both, as written: digits that a row's time must show."""

    said: str
    day: str | None  # 2026-11-28
    clock: str | None  # 10:15, or 10:15:07


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence states, in lower case; and why nothing could bear it out, if so.

    *words* are those that are neither plain English nor of the check or the trade: a row must say them. *terms* are all
    that are not plain English; where one is the whole of a cell, it tells rows apart as a name does.
    """

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    moments: tuple[Moment, ...] = ()
    objection: str | None = None


_CITED = re.compile(r"\[(?:\s*E\d{1,6}\s*,?)+\]|\bE\d{1,6}\b")
_QUOTED = re.compile(r"\"([^\"\n]{1,300})\"|“([^”\n]{1,300})”|`([^`\n]{1,300})`|(?<!\w)'([^'\n]{1,300})'(?!\w)")
_MOMENT = re.compile(
    r"(?<![\w.:-])(?:(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|[+-]00:?00)?)?"
    r"|(\d{1,2}:\d\d(?::\d\d)?))"
    r"(?![\w:-]|\.\d)(\s?[ap]\.?m\b)?",
    re.IGNORECASE,
)
_BREAKS = r"\s\"\u201c\u201d`<>(){}\[\],;!?|\u2026\u2013\u2014"
_TOKEN = re.compile(rf"[^{_BREAKS}]+(?:,\d{{3}}(?!\d)[^{_BREAKS}]*)*")
_IDENTIFIER = re.compile(r".*(?:\d|_|[a-z][A-Z]|[\\/=*$@]|\w[.:]\w).*")
_TWO_WORDS = re.compile(r"(?<![\w/\\.:-])(\w+)/(\w+)(?![\w/\\.-])")  # "input/output" is no path
_EDGES = ".:'*~^#-&"
_KEY = re.compile(r"([\w.]+)=(.+)")
_ENDS_SENTENCE = re.compile(r"(?:^|[.!?:;\n•]|^\s*[-*])\s?[\"'“(\[]?$")
_AFTER = 24  # characters after a number that may hold its unit
_BEFORE = 24  # characters before a word that tell whether it begins a sentence, or a number stands there
_ARROW = re.compile(r"[-=]{1,3}>|→")
_RECENT = re.compile(r"\bmost recent(?:ly)?\b", re.IGNORECASE)
_FOR_EXAMPLE = re.compile(r"\b(?:e\.g|i\.e)\b\.?", re.IGNORECASE)
_SHORT_FORM = re.compile(r"'(?:s|re|ve|ll|d|m)\b", re.IGNORECASE)

# A word after one of these is a name, however plain it looks: "index web", "the host alpha".
_THING = re.compile(
    r"\b(?:index|host|sourcetype|source|server|indexer|forwarder|machine|user|app|named|called)s?"
    r"\s+([a-z][a-z0-9_-]*)",
    re.IGNORECASE,
)
_VERBS_END = ("s", "ed", "ing", "ly")  # in free prose "the indexer stalls" is no name; of a claim each word is known
# Names of the trade, which tell of no deployment.
_TRADE_WORDS = """
    splunk splunkd license manager master slave search head heads indexer indexers forwarder forwarders universal heavy
    cluster deployment server enterprise cloud web tcp udp tls ssl http https hec cpu ram disk io os dns ntp id ids spl
    utc gmt am pm api ip kv sid gb mb kb tb rest json xml csv i monitoring console
"""
TRADE = frozenset(_TRADE_WORDS.split())


def read_statement(
    text: str, own_words: Collection[str] = (), known_names: Collection[str] = (), *, is_claim: bool = True
) -> Statement:
    """Return what *text* states.

    *own_words* (in lower case) are those of the check itself, which need no evidence; *known_names* are names that
    Splunk has, so that a plain word among them counts as one. What is for the rules to say is objected to in a claim.
    """
    objection = objection_to(text) if is_claim else danger_in(text)
    if objection:
        return Statement(objection=objection)
    names: list[str] = []
    words: list[str] = []
    moments: list[Moment] = []
    rest = _CITED.sub(" ", " ".join(folded(text).split()))
    rest = _QUOTED.sub(lambda found: _take_quoted(found, names), rest)
    rest = _plainly(rest)
    rest = _TWO_WORDS.sub(r"\1 \2", rest)
    rest = _MOMENT.sub(lambda found: _take_moment(found, moments), rest)
    amounts = _take_tokens(rest, names, words)
    free = {*own_words, *TRADE, *PLAIN, *UNITS, *(piece for word in own_words for piece in pieces(word))}
    plain = {word.lower() for word in known_names}
    names += [found[1] for found in _THING.finditer(rest) if is_claim or not found[1].lower().endswith(_VERBS_END)]
    names += [word for found in re.findall(r"[\w.-]+", rest) if (word := found.strip(_EDGES)).lower() in plain]
    stated = tuple(dict.fromkeys(name.lower() for name in names if name.lower() not in free | LITTLE))
    if len(stated) + len(amounts) + len(moments) > _MOST_STATED:
        return Statement(objection="it states more than can be checked")
    said = tuple(dict.fromkeys(word for word in words if free.isdisjoint(forms(word))))
    terms = tuple(dict.fromkeys(word for word in words if word not in PLAIN))[:_MOST_STATED]
    return Statement(stated, said, terms, tuple(amounts), tuple(moments))


def _plainly(text: str) -> str:
    """Return *text* with signs for what bounds a number, and without little words that only look like statements."""
    return with_signs(_RECENT.sub("recent", _SHORT_FORM.sub("", _FOR_EXAMPLE.sub(" ", _ARROW.sub(" ", text)))))


def words_of(text: str) -> frozenset[str]:
    """Return the words of *text* in lower case, each also without the punctuation around it."""
    found = re.findall(r"[^\s,;()\[\]{}\"'`]+", text.lower())
    return frozenset(word.strip(_EDGES) for word in found) | frozenset(found)


def _take_quoted(found: re.Match[str], names: list[str]) -> str:
    quoted = next(filter(None, found.groups()), "").strip()
    if is_number(quoted) or not quoted:
        return f" {quoted} "
    names.append(quoted)
    return " "


def _take_moment(found: re.Match[str], moments: list[Moment]) -> str:
    day, with_day, alone, half = found.groups()
    clock = with_day or alone
    if clock and half:
        hour, _, rest = clock.partition(":")
        clock = f"{int(hour) % 12 + (12 if half.strip().lower().startswith('p') else 0):02}:{rest}"
    moments.append(Moment(found[0].strip(), day, clock and clock.rjust(5 if len(clock) < 6 else 8, "0")))
    return " "


def _take_tokens(text: str, names: list[str], words: list[str]) -> list[Amount]:
    amounts: list[Amount] = []
    for found in _TOKEN.finditer(text):
        token, before = found[0].strip(_EDGES), text[max(0, found.start() - _BEFORE) : found.start()]
        if not token or multiplies(token, before):
            continue
        amount = amount_of(found[0].rstrip(_EDGES).lstrip("'*#&("), before, text[found.end() : found.end() + _AFTER])
        keyed = _KEY.fullmatch(token)
        if amount:
            amounts.append(amount)
        elif keyed:
            names.append(keyed[2].strip(_EDGES))
            words += pieces(keyed[1].lower())
        elif _IDENTIFIER.fullmatch(token):
            names.append(token)
        else:
            words += pieces(token.lower())
            begins = _ENDS_SENTENCE.search(before) or found.start() == 0
            if token[0].isupper() and (not begins or (len(token) > 1 and token.isupper())):
                names.append(token)
    return amounts
