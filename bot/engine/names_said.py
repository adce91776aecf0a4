"""Pure: the index, sourcetype, host and source that a text names: typed as such, or a word that Splunk knows.

"index=web", "in the web index" and "host fwd01" are typed. "web logs" is matched: the word alone says nothing, but an
index of that name is visible, and the words around it speak of data. "the main problem" is not about an index main.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.names import VisibleNames

How = Literal["typed", "matched"]
_Known = Mapping[str, Mapping[str, str]]  # by kind: the visible names, by how they look in small letters

_KINDS = "index|idx|source[ _]?type|host|source"
_KIND = rf"(?P<kind>{_KINDS})"
_QUOTES = "\"'`\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
_QUOTED = rf"[{_QUOTES}]#?(?P<quoted>[^{_QUOTES}\n]{{1,256}})[{_QUOTES}]"
_WORD = r"[\w.:/\\@+-]{1,256}"
_ASSIGNED = re.compile(
    rf"(?<!\bnot\s)\b(?P<kind>{_KINDS}|st(?==))\s{{0,3}}[=:]\s{{0,3}}(?:{_QUOTED}|#?(?P<bare>[^\s,;(){_QUOTES}]{{1,256}}))",
    re.IGNORECASE,
)
_CALLED = re.compile(
    rf"(?<![\w=])(?P<lead>(?:from|on|for|in|of|by)\s(?:the\s)?)?{_KIND}\s(?:{_QUOTED}|#?(?P<bare>{_WORD}))",
    re.IGNORECASE,
)
_BEFORE_KIND = re.compile(rf"(?:{_QUOTED}|(?<![\w.:/=-])#?(?P<bare>{_WORD}))\s{_KIND}\b(?!\s?[=:])", re.IGNORECASE)
_TOKEN = re.compile(rf"[^\s,;(){_QUOTES}#!?]{{1,256}}")
_FULL_STOPS = ".:"  # what may end a word and is no part of a name

_SHAPES: Mapping[str, re.Pattern[str]] = {
    "index": re.compile(r"_?[a-z0-9][a-z0-9_-]{0,79}", re.IGNORECASE),
    "sourcetype": re.compile(r"[\w.:/@+-]{1,128}", re.ASCII),
    "host": re.compile(r"[\w.:@-]{1,253}", re.ASCII),
    "source": re.compile(r"[A-Za-z0-9_.:/@+()\\ -]{1,256}"),
}
_DISTINCT = re.compile(r"[A-Za-z].*[\d_.:]|[\d_.:].*[A-Za-z]")  # no English word looks so
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*", re.IGNORECASE)
_PATH = re.compile(r"[/\\]|\w:\w")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words beside "index" or "host" that describe it and do not name it.
_DESCRIBING = _words("""
    a all an and another any are bad be because big blocked boxes broken bucket buckets by can cannot cant cluster
    code cold config correct corrupt corrupted count data day dead delay delayed did disk does down each empty error
    errors events every everything farm few field files first for from full gone got had half has have having head
    health here hot how i if in into is issue it its keeps key lag last late latency layer let like limit list log
    logs lost machines manager many master may me members missing more most my name named names new no node nodes
    not nothing now of off offline old on one only or other our out over own parsing path peer per performance
    pipeline please pls pool problem problems process queue queues rate replication right same search searches seems
    server servers settings several shows silent since single size slow so some source space speed still stopped
    stops such summary than that the their them then there these they this those thread tier tiers time to too type
    unreachable until up very volume vs was way we went were what when where which while whole why will with without
    wrong you your
""")
_DATA_WORDS = _words("logs log events event data index idx sourcetype feed records traffic")
_LEAD_WORDS = _words("in into from for no index missing of")
_SYMPTOMS = _words(
    "empty missing gone thin quiet silent stopped stops late delayed dead half vanished disappeared lost incomplete"
)
_COPULAS = _words("is are was were has have went looks seems gone")
_ARTICLES = _words("the a an our my this that splunk")
_GOES_ON = _words(
    "and or but since for is are was has have at until from with why pls please today yesterday again now still after "
    "before while because when or in on"
)


@dataclass(frozen=True, slots=True)
class NameSaid:
    """A parameter's value, the words that told it, and whether they named it or only are a name that Splunk knows."""

    value: str
    said: str
    how: How


def names_said(text: str, visible: VisibleNames) -> dict[str, NameSaid]:
    """Find what *text* names, by parameter: what is typed wins over what is matched, and the first over the next."""
    known = _known(visible)
    found: dict[str, NameSaid] = {}
    for kind, name in (*_assigned(text, known), *_beside_its_kind(text, known), *_matched(text, known)):
        if name.how == "typed" or name.value not in {other.value for other in found.values()}:
            found.setdefault(kind, name)
    return found


def _known(visible: VisibleNames) -> _Known:
    kinds = {"index": visible.indexes, "sourcetype": visible.sourcetypes, "host": visible.hosts, "source": ()}
    known = {kind: {name.lower(): name for name in names} for kind, names in kinds.items()}
    known["host"] = _first_labels(visible.hosts) | known["host"]
    return known


def _first_labels(hosts: Iterable[str]) -> dict[str, str]:
    """Map "web01" to "web01.corp.example.com", where no other host begins like it; an address has no short name."""
    by_label: dict[str, list[str]] = {}
    for host in hosts:
        if not _ADDRESS.fullmatch(host):
            by_label.setdefault(host.lower().partition(".")[0], []).append(host)
    return {label: names[0] for label, names in by_label.items() if len(names) == 1}


def _spelled(kind: str, value: str, known: _Known) -> str:
    """Spell a typed *value* as Splunk does: indexes in small letters, hosts perhaps without their domain."""
    plain = value.lower()
    short = plain.partition(".")[0]
    if plain in known[kind]:
        return known[kind][plain]
    if kind == "host" and not _ADDRESS.fullmatch(plain) and known[kind].get(short, "").lower() == short:
        return known[kind][short]
    return plain if kind == "index" else value


def _assigned(text: str, known: _Known) -> Iterator[tuple[str, NameSaid]]:
    """Find "index=web" and its like; "index=`web`" is a macro, unless Splunk knows an index of that name."""
    for match in _ASSIGNED.finditer(text):
        is_macro = match["quoted"] and text[match.start("quoted") - 1] == "`"
        if not is_macro or match["quoted"].lower() in known[_kind(match)]:
            yield from _typed(match, known)


def _beside_its_kind(text: str, known: _Known) -> Iterator[tuple[str, NameSaid]]:
    """Find "host fwd01" and "the web index", but not "host is down" and "the wrong index"."""
    for pattern in (_CALLED, _BEFORE_KIND):
        for match in pattern.finditer(text):
            word, led = match["bare"], bool(match.groupdict().get("lead"))
            is_indexer = pattern is _BEFORE_KIND and match["kind"].lower() == "idx"  # "cannot reach idx"
            if word and is_indexer and word.lower() not in known["index"] and not _DISTINCT.search(word):
                continue
            if word is None or _is_name(_kind(match), word.rstrip(_FULL_STOPS), known, led=led):
                yield from _typed(match, known)


def _typed(match: re.Match[str], known: _Known) -> Iterator[tuple[str, NameSaid]]:
    kind, value = _kind(match), match["quoted"] or match["bare"].rstrip(_FULL_STOPS)
    if _SHAPES[kind].fullmatch(value):
        yield kind, NameSaid(_spelled(kind, value, known), match[0].rstrip(_FULL_STOPS), "typed")


def _kind(match: re.Match[str]) -> str:
    typed = match["kind"].lower()
    return "index" if typed == "idx" else "sourcetype" if typed == "st" or typed.endswith("type") else typed


def _is_name(kind: str, word: str, known: _Known, *, led: bool) -> bool:
    """Whether a *word* beside the word "index" (or another *kind*) names one, and does not just describe it.

    *led*: they follow a word like "from"; then any word that does not describe is a name, and an index's name always
    is as long as Splunk has not told its own.
    """
    if kind == "source":
        return _PATH.search(word) is not None
    if word.lower() in known[kind] or _DISTINCT.search(word):
        return True
    plain = word.isalpha() and word.lower() not in _DESCRIBING | _SYMPTOMS | _DATA_WORDS
    return plain and (led or (kind == "index" and not known[kind]))


def _matched(text: str, known: _Known) -> Iterator[tuple[str, NameSaid]]:
    """Find bare words that are names in Splunk."""
    tokens = list(_TOKEN.finditer(text))
    words = [token[0].rstrip(_FULL_STOPS).lower() for token in tokens]
    for at, word in enumerate(words):
        kind = next((kind for kind, names in known.items() if word in names), None)
        if kind is None or word.startswith("_"):  # an internal index is talked about more than searched
            continue
        end = tokens[at].start() + len(word)
        ends_clause = end == len(text) or text[end] in ",;!?.)"
        is_whole = known[kind][word].lower() == word
        if _DISTINCT.search(word) or (is_whole and _speaks_of_data(words, at, ends_clause=ends_clause)):
            yield kind, NameSaid(known[kind][word], text[tokens[at].start() : end], "matched")


def _speaks_of_data(words: list[str], at: int, *, ends_clause: bool) -> bool:
    """Whether the words around a plain English one show that it is the name and not the word."""
    if words[at] in _DESCRIBING | _SYMPTOMS | _DATA_WORDS:
        return False
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) and not ends_clause else ""
    state = next((word for word in words[at + 1 : at + 4] if word not in _COPULAS), "")
    return (
        after in _DATA_WORDS
        or (before in _LEAD_WORDS and (not after or after in _GOES_ON))
        or (state in _SYMPTOMS and before not in _ARTICLES)
    )
