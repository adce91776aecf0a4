"""What no rows can bear out, whatever a model cites: that all is well, what the cause is, where to go. Pure."""

import re

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
    rf"|n't (?:a |an |the |any )?(?:{_WRONG})\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\broot[ -]?causes?\b|\bthe (?:real |true |actual |only )?cause (?:is|was|of)\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"\b(?:half|twice|doubled?|triple\w*|tenfold|dozens?|hundreds|thousands|millions|majority)\b", re.IGNORECASE
)
_FOR_RULES = (
    (_CAUSE, "it names a cause, which is for the rules"),
    (_WELL, "it says {0!r}; what is well, or need not be minded, is for the rules"),
    (_VAGUE, "nothing can show {0!r}"),
)
_LEADS_AWAY = re.compile(
    r"\b[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|\bjavascript:|\bdata:[a-z]+/|<[@#!/]|\]\(|[\w.+-]+@[\w-]+\.[a-z]{2,}"
    r"|(?<!\w)@(?:channel|here|everyone|[UW][A-Z0-9]{6,})",
    re.IGNORECASE,
)
_WRITES = re.compile(rf"\|\s*(?:{'|'.join(sorted(REFUSED))})\b", re.IGNORECASE)


def objection_to(text: str, by_rules: str = "") -> str | None:
    """Return why nothing could bear *text* out, in a clause; None when something could.

    What is for the rules to say may be said again where they said it, in *by_rules*.
    """
    if len(text) > _MOST_CHARS:
        return "it is too long to be checked"
    if _LEADS_AWAY.search(text):
        return "it holds a link, an address or a mention"
    if _WRITES.search(text):
        return "it asks for a search that does more than read"
    said_before = by_rules.lower()
    for pattern, why in _FOR_RULES:
        said = next((found[0] for found in pattern.finditer(text) if found[0].lower() not in said_before), None)
        if said:
            return why.format(said)
    return None
