"""People, hidden by choice: e-mail addresses to ***@domain, and whoever a field or key calls a user to "someone".

By choice, since a report that says who is affected is worth more. What it does not do: find a name that no field, key
or path announces ("ask Alice"), or one inside an encoded sid. Splunk's own accounts are nobody's names, and stay.
"""

import re
from dataclasses import dataclass

from bot.safety.shape import MASK

SOMEONE = "someone"
_NO_PERSON = frozenset(
    {"", "-", "*", "nobody", "splunk-system-user", "system", "admin", "root", "unknown", "anonymous", "none", "null"}
    | {"n/a", "undefined", MASK, SOMEONE}
)
_NAME_KEY = (
    r"(?:(?:src|dest|source|target|real|full|first|last|display|run|login|account)[_ ]?)?"
    r"(?:users?(?:[_ ]?(?:name|id))?|owner(?:[_ ]?name)?|author|creator|assignee|"
    r"(?:created|updated|modified|changed|scheduled|edited|requested)[_ ]?by)"
    r"|(?:real|full|first|last)[_ ]?name|login"
)
_NAME_FIELD = re.compile(rf"(?<![A-Za-z_])(?:{_NAME_KEY})\Z", re.IGNORECASE)
_QUOTE = r"""\\{0,4}+["']"""
_QUOTED_NAME = r"""[^"'\\]{1,128}+(?:\\{1,4}+[^"'\\]{1,128}+)?"""  # also DOMAIN\name
_BARE_NAME = r"""[\w.@+-]{1,128}+(?:\\{1,4}+[\w.@+-]{1,128}+)?"""
_KEYED = re.compile(
    rf"""((?:(?<![A-Za-z_])|(?<=\\[nrt]))(?:{_NAME_KEY})(?:{_QUOTE})?\s{{0,2}}+[:=]\s{{0,2}}+)"""
    rf"""(?:({_QUOTE})({_QUOTED_NAME})|({_BARE_NAME}))""",
    re.IGNORECASE,
)
_IN_A_PATH = re.compile(
    r"((?:/servicesNS|/etc/users|/home|/Users)/|\\Users\\|\bscheduler__)((?:(?!__)[\w.@+-]){1,256}+)"
)
_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]++(@|%40)(?=(?:[A-Za-z0-9-]{1,63}+\.){1,8}[A-Za-z])")
_NUMBER = re.compile(r"[0-9.,]*+")


@dataclass(frozen=True, slots=True)
class Privacy:
    """What is hidden besides secrets."""

    emails: bool = False
    names: bool = False

    def applied(self, text: str) -> str:
        """Give *text* without the people that are to be hidden."""
        if self.names:
            text = _KEYED.sub(_keyed_masked, text)
            text = _IN_A_PATH.sub(lambda found: f"{found[1]}{without_person(found[2])}", text)
        return _EMAIL.sub(rf"{MASK}\1", text) if self.emails else text

    def hides(self, field: str) -> bool:
        """Tell whether the values of *field* are people's names that are to be hidden."""
        return self.names and _NAME_FIELD.search(field[-64:]) is not None


SECRETS_ONLY = Privacy()


def without_person(name: str) -> str:
    """Give "someone" for a person's name, and an account of Splunk's own, a number or nothing as it is."""
    return name if name.strip().casefold() in _NO_PERSON or _NUMBER.fullmatch(name) else SOMEONE


def _keyed_masked(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2] or ''}{without_person(found[3] or found[4])}"
