"""What a sentence of a model states that rows can bear out: names, amounts and moments. Pure.

Strict where it can be: what looks like a name or a number is one. A sentence that no rows could bear out (that all is
well, that something is the root cause) says so in `objection`, and so does one that would send its reader elsewhere.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.safety.objections import objection_to

_MOST_STATED = 60  # things in one sentence; more of them nobody checks by reading, and neither do we


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what its unit makes of it: any of *scales* times *value* may be what a row holds."""

    said: str
    value: float
    step: float  # of its last digit: 0.1 for 39.8
    scales: tuple[float, ...] = (1.0,)
    about: bool = False
    of_time: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A clock time, a day, or both, as written: digits that a row's time must show."""

    said: str
    day: str | None  # 2026-11-28
    clock: str | None  # 10:15, or 10:15:07


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence states, names in lower case; and why nothing could bear it out, if so."""

    names: tuple[str, ...] = ()
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
_AMOUNT = re.compile(
    r"[~≈]?([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?:[-_]?([a-zµ]{1,12})(?:/s|/min)?|\s?(%))?", re.IGNORECASE
)
_IDENTIFIER = re.compile(r".*(?:\d|_|[a-z][A-Z]|[\\/=*$@]|\w[.:]\w).*")
_TWO_WORDS = re.compile(r"(?<![\w/\\.:-])(\w+)/(\w+)(?![\w/\\.-])")  # "input/output" is no path
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_EDGES = ".:'*~^#-&"
_POSSESSIVE = re.compile("['\u2019]s$")
_ENDS_IN_DIGIT = re.compile(r"\d\s*$")
_KEY = re.compile(r"([\w.]+)=(.+)")
_ENDS_SENTENCE = re.compile(r"(?:^|[.!?:;\n•]|^\s*[-*])\s*[\"'“(\[]*$")
_ABOUT = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|over|under|than|up to|at least|at most|some"
    r"|circa|above|below|exceed(?:s|ed|ing)?)|[~≈<>])\s*$",
    re.IGNORECASE,
)

_K = 1024.0
_SECONDS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}
_BYTES = {"kb": 1, "kib": 1, "mb": 2, "mib": 2, "gb": 3, "gib": 3, "tb": 4, "tib": 4}
_MANY = {"k": 1e3, "thousand": 1e3, "million": 1e6, "mio": 1e6, "billion": 1e9}
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 2)
} | {"eleven": 11, "twelve": 12, "twenty": 20, "hundred": 100, "thousand": 1000, "million": 1_000_000}

# A word after one of these is a name, however plain it looks: "index web", "the host alpha".
_THING = re.compile(
    r"\b(?:index|host|sourcetype|source|server|indexer|forwarder|machine|user|app|named|called)"
    r"\s+([a-z][a-z0-9_-]*)",
    re.IGNORECASE,
)
_LITTLE_WORDS = """
    e.g i.e a.m p.m vs a about after all also an and any are as at be because been before but by can cannot did do does
    down each for from had has have how in into is it its itself just may more most much must no none not of off on only
    or other out over per queue queues receives reports sends shows side since so stopped such than that the their them
    then there these they this those time times to too under until up was went were what when where which while who
    whose will with within without would
"""
_NO_NAME = frozenset(_LITTLE_WORDS.split())
_VERBS_END = ("s", "ed", "ing", "ly")  # "the host reports": no name; a name that ends so is most often a known one
# Names of the trade, which tell of no deployment.
_TRADE_WORDS = """
    splunk splunkd license manager master slave search head heads indexer indexers forwarder forwarders universal heavy
    cluster deployment server enterprise cloud web tcp udp tls ssl http https hec cpu ram disk io os dns ntp id ids spl
    utc gmt am pm ok api ip kv sid gb mb kb tb rest json xml csv i monitoring console
"""
_TRADE = frozenset(_TRADE_WORDS.split())


def read_statement(
    text: str, own_words: Collection[str] = (), known_names: Collection[str] = (), by_rules: str = ""
) -> Statement:
    """Return what *text* states.

    *own_words* (in lower case) are those of the check itself, which need no evidence; *known_names* are names that
    Splunk has, so that a plain word among them counts as one. What is for the rules to say may be said again where
    they said it, in *by_rules*.
    """
    objection = objection_to(text, by_rules)
    if objection:
        return Statement(objection=objection)
    names: list[str] = []
    moments: list[Moment] = []
    rest = _CITED.sub(" ", text)
    rest = _QUOTED.sub(lambda found: _take_quoted(found, names), rest)
    rest = _TWO_WORDS.sub(r"\1 \2", rest)
    rest = _MOMENT.sub(lambda found: _take_moment(found, moments), rest)
    amounts = _take_tokens(rest, names)
    free = {*own_words, *_TRADE}
    plain = {word.lower() for word in known_names}
    names += [found[1] for found in _THING.finditer(rest) if not found[1].lower().endswith(_VERBS_END)]
    names += [word for found in re.findall(r"[\w.-]+", rest) if (word := found.strip(_EDGES)).lower() in plain]
    stated = tuple(dict.fromkeys(name.lower() for name in names if name.lower() not in free | _NO_NAME))
    if len(stated) + len(amounts) + len(moments) > _MOST_STATED:
        return Statement(objection="it states more than can be checked")
    return Statement(stated, tuple(amounts), tuple(moments))


def words_of(text: str) -> frozenset[str]:
    """Return the words of *text* in lower case, each also without the punctuation around it."""
    found = re.findall(r"[^\s,;()\[\]{}\"'`]+", text.lower())
    return frozenset(word.strip(_EDGES) for word in found) | frozenset(found)


def _take_quoted(found: re.Match[str], names: list[str]) -> str:
    quoted = next(filter(None, found.groups()), "").strip()
    if _AMOUNT.fullmatch(quoted) or not quoted:
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


def _take_tokens(text: str, names: list[str]) -> list[Amount]:
    amounts: list[Amount] = []
    for found in _TOKEN.finditer(text):
        token, before = _POSSESSIVE.sub("", found[0].strip(_EDGES)), text[: found.start()]
        if not token:
            continue
        amount = _amount(found[0].rstrip(_EDGES).lstrip("'*#&("), text[found.end() :], before)
        if amount:
            amounts.append(amount)
        elif _IDENTIFIER.fullmatch(token):
            keyed = _KEY.fullmatch(token)
            names += [keyed[2].strip(_EDGES)] if keyed else [token]
        elif token.lower() in _MANY and _ENDS_IN_DIGIT.search(before):
            continue  # the unit of the number before it
        elif token.lower() in _NUMBER_WORDS:
            value = float(_NUMBER_WORDS[token.lower()])
            amounts.append(Amount(token, value, 1.0, _scales("", text[found.end() :])))
        elif token[0].isupper() and (not _ENDS_SENTENCE.search(before) or (len(token) > 1 and token.isupper())):
            names.append(token)
    return amounts


def _amount(token: str, after: str, before: str) -> Amount | None:
    token = _ORDINAL.sub(lambda found: found[0][:-2], token) if _ORDINAL.fullmatch(token) else token
    found = _AMOUNT.fullmatch(token)
    unit = (found[2] or found[3] or "").lower() if found else ""
    if not found or (unit and unit != "%" and unit not in {*_SECONDS, *_BYTES, *_MANY, "m", "b", "bytes", "x", "pct"}):
        return None
    digits = found[1].replace(",", "")
    decimals = len(digits.partition(".")[2])
    following = "" if unit else _following(after)
    named = (unit or following).lower()
    return Amount(
        said=f"{token} {following}".strip(),
        value=abs(float(digits)),
        step=10.0**-decimals,
        scales=_scales(unit, after),
        about=bool(_ABOUT.search(before)) or token[0] in "~≈",
        of_time=named in _SECONDS,
    )


def _following(after: str) -> str:
    """Return the unit that stands after a number: "40 %", "3 GB"."""
    found = re.match(r"[\s-]?(%|percent\b|[A-Za-z]+)", after)
    unit = found[1] if found else ""
    return unit if unit.lower() in {*_SECONDS, *_BYTES, *_MANY, "%", "percent", "bytes", "m"} else ""


def _scales(unit: str, after: str) -> tuple[float, ...]:
    unit = unit or _following(after).lower()
    if unit in {"%", "percent", "pct"}:
        return (1.0, 0.01)
    if unit in _SECONDS:
        return tuple(dict.fromkeys((1.0, _SECONDS[unit], _SECONDS[unit] * 1000)))
    if unit in _BYTES:
        powers = range(_BYTES[unit] + 1)
        return tuple(dict.fromkeys(base**power for power in powers for base in (_K, 1000.0)))
    if unit in _MANY:
        return (_MANY[unit],)
    return (1.0,)
