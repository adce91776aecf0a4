"""What no rows can bear out, whatever a model cites: that all is well, what the cause is, what to do. Pure.

These patterns are the second line. The first, for claims, is that each word must be known (`grounds`): but rows and a
check's own words may hold such words too. They know English alone.
"""

import re
import unicodedata

from bot.safety.commands import REFUSED

_MOST_CHARS = 4000  # of a sentence; nobody checks a longer one by reading

_TROUBLE = (
    "problems?|issues?|errors?|faults?|signs?|evidence|trouble|impact|anomal\\w+|outages?|failures?|concerns?|action|risk"
    "|loss|lost|data loss|worr\\w+"
)
_WRONG = (
    "cause|problem|issue|affected|blocked|full|down|fail\\w*|broken|wrong|critical|at risk|real|impacted|degraded"
    "|unhealthy|drop\\w*|los[et]\\w*|a concern|serious|urgent|relevant|matter\\w*"
)
WELL = re.compile(
    r"\b(?:healthy|healthily|health is|(?:good|of|full) health|fine"
    r"|(?<!than )(?<!above )(?<!below )normal(?:ly)?|ok(?:ay)?|stable|unaffected"
    r"|resolved|recovered|all (?:is |are )?(?:well|good|clear|green|up)|false (?:alarm|positive)s?|safe(?:ly)?"
    r"|harmless|benign|green|alive|correct(?:ly)?|steady|steadily|again|false(?:ly)?|untrue|incorrect(?:ly)?|mistaken(?:ly)?"
    r"|wrongly"
    r"|nothing (?:is |was |seems |looks )?(?:to |wrong|unusual|suspicious|amiss|blocked|full|down|broken|lost)"
    r"|(?:is|are|was|were|looks?|seems?|stays?|remains?) (?:clear|free|good|up|green|running|valid|reachable|intact"
    r"|clean|sound|in order|online|available|active|alive|ready|as expected)"
    r"|(?<!as )well(?! as\b)|perfect(?:ly)?|flawless(?:ly)?|smooth(?:ly)?|optimal(?:ly)?|nominal(?:ly)?|excellent|great"
    r"|successful(?:ly)?|as (?:expected|usual|designed)|passe[sd]|no longer"
    rf"|(?:no|without|zero|free of|free from|lacks?) (?:(?:any|more|other|further|known) )?(?:{_TROUBLE}|{_WRONG})"
    rf"|(?:not|never|hardly|cannot be) (?:a |an |the |any |being |been |be )?(?:{_WRONG})"
    r"|(?<!not )(?<!n't )(?<!stopped )work(?:s|ed|ing)?|(?:can|may|should|must) be ignored|ignore)\b"
    rf"|n't (?:a |an |the |any |being |been |be )?(?:{_WRONG})\b|-\s*free\b"
    r"|[:=,]\s*(?:clear|connected|free|good|intact|live|reachable|ready|running|searchable|up|valid)\b",
    re.IGNORECASE,
)
CAUSE = re.compile(
    r"\b(?:root\W{0,3}causes?|caus(?:e|es|ed|ing|ative)|culprits?|to blame|blame[sd]?|at fault|due to|because|owing to"
    r"|thanks to|stem(?:s|med|ming)? from|responsible for|result(?:s|ed|ing)? (?:in|from|of)|led to|leads? to"
    r"|leading to|(?:trigger|provok|induc|originat|explain)\w*|reasons? (?:for|why|behind|is|was|that)|origin"
    r"|underlying|consequen\w+|therefore|hence|thus|traced|broke|breaks|made|makes?|forc(?:es|ed|ing)"
    r"|did (?:it|this|that)|brought (?:about|down)|behind (?:the|this|that|it|all)|source of"
    r"|driv(?:en|es|ing) by|attribut\w+)\b",
    re.IGNORECASE,
)
_DEEDS = """
    add apply ask bring browse build call change check clear click close collect confirm contact create cut debug
    decommission delete deploy disable download drain drop edit enable erase execute expand extend find fix format
    forward free get give grant ignore increase install keep kill leave let look lower make mount move mute narrow
    open paste post pull purge push put query raise reassign reboot rebuild reduce refresh reinstall reload remove
    rename renew repair replace reset restart restore retire retry revoke rewrite roll rotate run send set share
    shut shutdown skip split stop switch take tell terminate truncate turn type uninstall unmount upgrade use
    visit wait wipe
"""
_TO_WHAT = (
    r"(?:the|an?|your|our|all|any|it|them|this|that|every\w*|people|splunkd?|servers?|indexers?|forwarders?)\b"
    r"|[`\"|<\[]|(?!\d+\b)\S{0,80}[\d_=/]|\S{1,80}\.\w"
)
ORDER = re.compile(  # what is ordered, at the beginning of a sentence; or "on idx1 run …"
    rf"(?:^|[.!?:;,]\s*|\b(?:then|please|just|now|and|to)\s+)\b((?:{'|'.join(_DEEDS.split())})\s+(?:(?:at|for|into|with)\s+)?(?:{_TO_WHAT})"
    r"|(?:go to|sign in|log in|turn off|shut down)\b)"
    r"|\b(?:on|at|in) \S{1,80},? (?:run|execute)\s",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:must|should|ought to|ha(?:s|ve) to|need(?:s|ed)? (?:to|no|not|an?|the)|you (?:can|may)|please)\b",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"\b(?:no(?! ?\d)|not|non|never|none|nothing|nobody|nowhere|neither|nor|without|cannot|zero|lacks?|lacking|hardly"
    r"|free (?:of|from))\b|n't\b|-\s*free\b|![=\w]",
    re.IGNORECASE,
)
_VAGUE = re.compile(  # how many, or whether at all: a check's own words and the text of a search may hold them
    r"\b(?:all|any|each|every\w*|both|(?<!at )most(?! recent)|mostly|many|few|several|half(?! (?:an )?hour)|twice|once"
    r"|third|quarters?|doubled?|triple\w*|tenfold|dozens?|hundreds|thousands|millions|majority|minority|whole|entire\w*|always|only"
    r"|may|might|could|would|perhaps|probably|likely|possibl[ey]|seems?|appears?)\b",
    re.IGNORECASE,
)
# Words that English does not have, nor the trade, among the most common of the languages that models answer in: a log
# line may hold them, and order a model to answer so.
_ELSEWHERE = """
    sind wird wurde wurden und nicht kein keine keinen keiner alles fehler probleme
    une aucun aucune dans sont tout avec rien bien
    ningun ninguna esta nada problemas errores
    nao uma tudo nenhum nenhuma erros
    sono nessun nessuno tutto della niente bene problemi errori
    niet een geen zijn
"""
_NOT_ENGLISH = re.compile(rf"\b(?:[Ii]st|(?i:{'|'.join(_ELSEWHERE.split())}))\b")  # IST is a time in India
_FOR_RULES = (
    (_NOT_ENGLISH, "it is not in English, and so cannot be checked"),
    (CAUSE, "it names a cause, which is for the rules"),
    (WELL, "it says {0!r}; what is well, or need not be minded, is for the rules"),
    (NEGATION, "it says {0!r}; what is absent is for the rules"),
    (ORDER, "it says what to do, which is for the rules"),
    (_ADVICE, "it says what to do, which is for the rules"),
    (_VAGUE, "nothing can show {0!r}"),
)
_SIGNS_READ = frozenset(
    "\u2248\u2265\u2264\u00b1\u00d7\u2192\u00b0"
)  # about, bounds, plus or minus, times, arrow, degree
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
_UNREAD = frozenset({"So", "Sk", "Sm", "Sc", "No", "Nl"})  # a tick, a half, a circled seven
_LEADS_AWAY = re.compile(
    r"\b[a-z][a-z0-9+.-]{0,20}://|\bwww\.|\bmailto:|\bjavascript:|\bdata:[a-z]+/|<[@#!/]|\]\(|(?<![\w.+-])[\w.+-]++@[\w-]+\.[a-z]{2,}"
    r"|(?<!\w)@(?:channel|here|everyone|[UW][A-Z0-9]{6,})|(?<![\w/.-])(?:[a-z0-9-]+\.)+[a-z]{2,}/\w",
    re.IGNORECASE,
)
WRITES = re.compile(  # in the search or in one of its brackets, whatever comment stands before it
    rf"[|\[](?:\s|```(?:[^`]|`(?!``))*+```)*+(?:{'|'.join(sorted(REFUSED))})\b", re.IGNORECASE
)


def objection_to(text: str) -> str | None:
    """Return why nothing could bear *text* out, in a clause; None when something could."""
    danger = danger_in(text)
    if danger:
        return danger
    read = folded(" ".join(text.split()))
    for pattern, why in _FOR_RULES:
        found = pattern.search(read)
        if found:
            return why.format(found[found.lastindex or 0])
    return None


def danger_in(text: str) -> str | None:
    """Return why *text* may not be taken over at all, in a clause: it hides something, leads away, or writes."""
    read = folded(" ".join(text[: _MOST_CHARS + 1].split()))
    if max(len(text), len(read)) > _MOST_CHARS:  # some letters fold to a whole sentence
        return "it is too long to be checked"
    unread = _unread_in(text)
    if unread:
        return unread
    if _LEADS_AWAY.search(read):
        return "it holds a link, an address or a mention"
    return "it asks for a search that does more than read" if WRITES.search(read) else None


def _unread_in(text: str) -> str | None:
    for character in text:
        category = "" if character.isascii() else unicodedata.category(character)
        if category in _HIDDEN:
            return "it holds characters that nobody can see"
        if category in _UNREAD and character not in _SIGNS_READ:
            return f"it holds {character!r}, which cannot be checked"
    return None


def folded(text: str) -> str:
    """Return *text* with every letter that is written otherwise as it is read: full width, bold, with an accent."""
    if text.isascii():
        return text
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return plain.replace("\u2019", "'").replace("\u2018", "'")
