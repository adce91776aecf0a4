"""The guard: `check` lets a search through only when each of its commands is known to read, and `limit` bounds it."""

import re
from collections.abc import Callable, Iterator

from bot.errors import UnsafeSearch
from bot.safety.bounds import limit
from bot.safety.commands import PLAIN_WORDS, READ_ONLY, REFUSED
from bot.safety.rest_paths import rest_fault
from bot.safety.spl_lexer import Command, Search, read
from bot.safety.spl_text import place

__all__ = ["check", "limit", "refusals", "sendable"]


def check(spl: str) -> None:
    """Raise UnsafeSearch unless *spl* can do nothing but read; the sentence says which command, where, what to do.

    One rule for every origin: an allow-list of commands, in the search and in each of its subsearches. Splunk itself
    only warns about its risky commands in Splunk Web, and REST dispatch is not stopped (Splunk's SPL safeguards).
    """
    for refusal in refusals(spl):
        raise refusal


def refusals(spl: str) -> Iterator[UnsafeSearch]:
    """Yield a refusal for each command of *spl* that can do more than read. Raises UnsafeSearch when it is unreadable.

    Commands come in the order in which they end: those of a subsearch before the one that holds it.
    """
    search = read(spl)
    for command in search.commands:
        if command.name not in READ_ONLY:
            yield _refused_command(search, command)
            continue
        fault_of = _FAULTS.get(command.name)
        fault = fault_of(search.arguments(command)) if fault_of else None
        if fault is None and command.implied:
            fault = _implied_fault(search, command)
        if fault:
            yield UnsafeSearch(
                f"The search is not sent: '{command.name}' at {place(search.text, command.at)} is refused because "
                f"{fault}; change it so that it only reads.",
            )


def sendable(spl: str) -> str:
    """Give *spl* as Splunk's REST interface wants it: beginning with a pipe or with `search`.

    Anything else is taken for a command there, so `index=web` would answer 400 and `delete …` would delete.
    """
    search = read(spl)
    text = search.text.lstrip()
    begins = re.match(r"\||search(?=[\s(\"'])", text, re.IGNORECASE)
    return spl[len(search.text) - len(text) :] if begins else f"search {spl}"


def _refused_command(search: Search, command: Command) -> UnsafeSearch:
    where = place(search.text, command.at)
    deed = REFUSED.get(command.name)
    if deed:
        return UnsafeSearch(
            f"The search is not sent: '{command.name}' at {where} {deed}; take it out: only what reads is sent.",
        )
    return UnsafeSearch(
        f"The search is not sent: '{command.name}' at {where} is not among the commands known to only read; "
        "check its spelling or do without it.",
    )


def _implied_fault(search: Search, command: Command) -> str | None:
    """Refuse terms that would be a command if the text were sent as it is: `delete` where `search delete` is meant."""
    word = re.match(r"(\w++)(?=\s|\Z)", search.text[command.at : command.end], re.ASCII)
    name = word[1].lower() if word else ""
    if name in {"rest", "from"} or (name in REFUSED and name not in PLAIN_WORDS):
        return f"its first word {name!r} is also a command (begin it with 'search' if a term is meant)"
    return None


_SAVED = re.compile(r"""\bsaved(?:search|splunk)["']?\s*+(?:!?=|::|<|>|IN\b)""", re.IGNORECASE)
_ASKS_DNS = re.compile(r"(?<![\w.])dnslookup(?![\w.])", re.IGNORECASE)
_RELOAD = re.compile(r"\breload\s*=", re.IGNORECASE)
_OWN_DATASET = r'(?:datamodel|lookup|inputlookup)(?:\s*:\s*|\s+)(?:[\w.:-]+|"[\w.: -]+")'
_FROM = re.compile(rf"\s*{_OWN_DATASET}\s*", re.IGNORECASE | re.ASCII)
_UNION = re.compile(
    rf"(?:\s+|,|\[ \]|(?:maxtime|maxout|timeout)\s*=\s*\d+\b|{_OWN_DATASET})*+", re.IGNORECASE | re.ASCII
)


def _search_fault(arguments: str) -> str | None:
    if _SAVED.search(arguments):
        return "savedsearch= and savedsplunk= bring in a saved search that cannot be seen here"
    return None


def _from_fault(arguments: str) -> str | None:
    return None if _FROM.fullmatch(arguments) else "it reads something other than a data model or a lookup by its name"


def _union_fault(arguments: str) -> str | None:
    if _UNION.fullmatch(arguments):
        return None
    return "it names a data set other than a data model, a lookup or a search in brackets"


def _lookup_fault(arguments: str) -> str | None:
    """Refuse the one external lookup that Splunk ships (transforms.conf.spec); what an app adds runs its script."""
    return "dnslookup sends what the rows hold to a name server" if _ASKS_DNS.search(arguments) else None


def _extract_fault(arguments: str) -> str | None:
    return "reload= makes Splunk read its configuration again" if _RELOAD.search(arguments) else None


_FAULTS: dict[str, Callable[[str], str | None]] = {
    "search": _search_fault,
    "metasearch": _search_fault,
    "tstats": _search_fault,
    "rest": rest_fault,
    "from": _from_fault,
    "lookup": _lookup_fault,
    "union": _union_fault,
    "extract": _extract_fault,
    "kv": _extract_fault,
}
