"""What no rows can bear out, whatever a model cites: that all is well, what the cause is, what to do. Pure.

It knows English alone, so what is written otherwise, or in letters that only look like it, cannot be checked either.
"""

import re
import unicodedata

from bot.safety.commands import REFUSED

_MOST_CHARS = 4000  # of a sentence; nobody checks a longer one by reading

_TROUBLE = "problems?|issues?|errors?|faults?|signs?|evidence|trouble|impact|anomal\\w+|outage|failures?|concern|action"
_WRONG = "cause|problem|issue|affected|blocked|full|down|fail\\w*|broken|wrong|critical|at risk|real"
_WELL = re.compile(
    r"\b(?:healthy|health is|fine|(?<!than )(?<!above )(?<!below )normal(?:ly)?|ok(?:ay)?|stable|unaffected|resolved"
    r"|recovered|all (?:is |are )?(?:well|good|clear|green)|false (?:alarm|positive)"
    r"|nothing (?:is |was |seems |looks )?(?:wrong|unusual|suspicious|amiss)"
    r"|(?:is|are|was|were|looks?|seems?) (?:clear|good|up|running|valid|reachable|intact|in order|as expected)"
    rf"|no (?:{_TROUBLE})|without (?:any )?(?:{_TROUBLE})"
    rf"|(?:not|never|no longer) (?:a |an |the |any )?(?:{_WRONG})|(?<!not )(?<!n't )(?<!stopped )work(?:s|ing)?"
    r"|(?:can|may|should|must) be ignored|ignore)\b"
    rf"|n't (?:a |an |the |any )?(?:{_WRONG})\b"
    "|[\u2705\u2714\u2611\U0001f44d\U0001f44c\U0001f197\U0001f7e2\U0001f49a]",  # ticks, thumbs and all that is green
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\broot\W{0,3}causes?\b|\bthe (?:real |true |actual |only )?cause (?:is|was|of)\b"
    r"|\b(?:to blame|at fault|culprit)\b",
    re.IGNORECASE,
)
_DEEDS = """
    run execute disable enable delete remove stop restart reboot kill shut turn open close visit browse download install
    uninstall upgrade apply call tell ask contact set change reset grant revoke paste type click send post share forward
    give ignore mute
"""
_TO_WHAT = (
    r"(?:the|an?|your|our|all|any|it|them|this|that|every\w*|people|splunkd?|servers?|indexers?|forwarders?)\b"
    r"|[`\"|<\[]|(?!\d+\b)\S*[\d_=/]"
)
_ORDER = re.compile(  # what is ordered, at the beginning of a sentence; or "on idx1 run …"
    rf"(?:^|[.!?:;,]\s*|\b(?:then|please|just|now|and)\s+)\b((?:{'|'.join(_DEEDS.split())})\s+(?:{_TO_WHAT})"
    r"|(?:go to|sign in|log in|turn off|shut down)\b)"
    r"|\b(?:on|at|in) \S+?,? (?:run|execute)\s",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:must|should|ought to|ha(?:s|ve) to|need(?:s|ed)? (?:to|no|not|an?|the)|you (?:can|may)|please)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:half|twice|doubled?|triple\w*|tenfold|dozens?|hundreds|thousands|millions|majority)\b", re.IGNORECASE
)
_FOR_RULES = (
    (_CAUSE, "it names a cause, which is for the rules"),
    (_WELL, "it says {0!r}; what is well, or need not be minded, is for the rules"),
    (_VAGUE, "nothing can show {0!r}"),
    (_ORDER, "it says what to do, which is for the rules"),
)
_FOR_NO_FINDING = ((_ADVICE, "it says what to do, which is for the rules"),)
# Words that English does not have, nor the trade, among the most common of the languages that models answer in.
_ELSEWHERE = """
    sind wird wurde wurden und nicht kein keine keinen keiner alles fehler probleme
    une aucun aucune dans sont tout avec rien bien
    ningun ninguna esta nada problemas errores
    nao uma tudo nenhum nenhuma erros
    sono nessun nessuno tutto della niente bene problemi errori
    niet een geen zijn
"""
_NOT_ENGLISH = re.compile(rf"\b(?:[Ii]st|(?i:{'|'.join(_ELSEWHERE.split())}))\b")  # IST is a time in India
_MICRO = frozenset("\u00b5\u03bc")  # of µs
_LEADS_AWAY = re.compile(
    r"\b[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|\bjavascript:|\bdata:[a-z]+/|<[@#!/]|\]\(|(?<![\w.+-])[\w.+-]++@[\w-]+\.[a-z]{2,}"
    r"|(?<!\w)@(?:channel|here|everyone|[UW][A-Z0-9]{6,})|(?<![\w/.-])(?:[a-z0-9-]+\.)+[a-z]{2,}/\w",
    re.IGNORECASE,
)
WRITES = re.compile(  # in the search or in one of its brackets, whatever comment stands before it
    rf"[|\[](?:\s|```(?:[^`]|`(?!``))*+```)*+(?:{'|'.join(sorted(REFUSED))})\b", re.IGNORECASE
)


def objection_to(text: str, by_rules: str = "") -> str | None:
    """Return why nothing could bear *text* out, in a clause; None when something could.

    What is for the rules to say may be said again where they said it, in *by_rules*.
    """
    if len(text) > _MOST_CHARS:
        return "it is too long to be checked"
    unreadable = _unreadable(text)
    if unreadable:
        return unreadable
    text, said_before = _folded(text), _folded(by_rules).lower()
    if _LEADS_AWAY.search(text):
        return "it holds a link, an address or a mention"
    if WRITES.search(text):
        return "it asks for a search that does more than read"
    for pattern, why in _FOR_RULES if by_rules else (*_FOR_RULES, *_FOR_NO_FINDING):
        told = (found[found.lastindex or 0] for found in pattern.finditer(text))
        said: str | None = next((each for each in told if each.lower() not in said_before), None)
        if said:
            return why.format(said)
    return None


def _unreadable(text: str) -> str | None:
    """Return why what is read here may be something else than what a person sees or means."""
    for character in text:
        if character.isascii():
            continue
        if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cn", "Cs"}:
            return "it holds characters that nobody can see"
        if character.isalpha() and character not in _MICRO and not _is_latin(character):
            return "it is written in letters that cannot be checked here"
    if _NOT_ENGLISH.search(_folded(text)):
        return "it is not in English, and so cannot be checked"
    return None


def _is_latin(character: str) -> bool:
    return all(each.isascii() or "LATIN" in unicodedata.name(each, "") for each in _folded(character))


def _folded(text: str) -> str:
    """Return *text* with every letter that is written otherwise as it is read: full width, bold, with an accent."""
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
