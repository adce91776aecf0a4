"""Secrets are masked once, where text comes in: nothing behind a door can leak what it never had.

Shapes of tokens: Slack's (xoxb-, xapp-, …), OpenAI's (sk-…), AWS access keys (AKIA…), JSON web tokens, PEM keys, and
Splunk's `Authorization: Splunk <key>` or `Bearer <token>`. A HEC token's *name* is no secret and stays.
"""

import re
from collections.abc import Mapping

MASK = "***"
_MOST_PASSES = 6  # a mask may complete another shape around it; two passes are enough for any real text

# Every pattern is anchored on a literal, takes each run possessively, and once past its literal can fail only within a
# bounded number of characters: the work grows with the text's length and no faster, whatever the text.
_KEY_NAME = (
    r"(?:passwords?|passwd|passphrase|pass4symmkey|(?<![a-z])pwd|secret|api[_-]?key|access[_-]?key(?:[_-]?id)?|"
    r"private[_-]?key|secret[_-]?key|signing[_-]?key|encryption[_-]?key|session[_-]?key|credentials?|token)"
)
_QUOTE = r"""\\{0,4}+["']"""
_VALUE = r"""\\{1,4}+["'][^"'\\]++|"(?:[^"\\]|\\.)++|'(?:[^'\\]|\\.)++|[^\s,;&"'<>(){}\[\]|\\][^\s,;&"'<>(){}\[\]|]*+"""
_KEY_VALUE = re.compile(
    rf"""({_KEY_NAME}(?:{_QUOTE})?\s{{0,8}}+(?::|={{1,2}}+)\s{{0,8}}+)({_VALUE})""", re.IGNORECASE | re.DOTALL
)
_AUTHORIZATION = re.compile(
    rf"""(authorization(?:{_QUOTE})?\s{{0,8}}+[:=]\s{{0,8}}+(?:{_QUOTE})?"""
    r"""(?:(?:bearer|basic|splunk|token|digest|negotiate)\s{1,8}+)?)[^\s"',;\\]++""",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b(bearer\s{1,8}+)[A-Za-z0-9._~+/=^-]{16,}+", re.IGNORECASE)
_GUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_SPLUNK_KEY = re.compile(rf"\b(splunk\s{{1,8}}+)(?:{_GUID}|[A-Za-z0-9^_]{{40,}}+)", re.IGNORECASE)
_PEM = re.compile(r"(-----BEGIN [A-Z0-9 ]{0,32}?PRIVATE KEY-----)(?:(?!-----).)++", re.DOTALL)
_BARE = re.compile(
    r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}+"
    r"|\bxapp-[A-Za-z0-9-]{8,}+"
    r"|\bsk-[A-Za-z0-9_-]{16,}+"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}+"
    r"|\beyJ[A-Za-z0-9_-]{13,}+(?:\.[A-Za-z0-9_-]*+){0,4}+"
)
_HOOK = re.compile(r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]++")
_USERINFO = re.compile(r"""(?<=://)([^\s/@:"'<>]{0,256}+:)[^\s/@"'<>]{1,256}+@""")

_KEY_FIELD = re.compile(rf"{_KEY_NAME}\Z", re.IGNORECASE)
_LOOKS_SECRET = re.compile(rf"{_GUID}|(?=[^\d]{{0,64}}\d)[A-Za-z0-9+/=_.^-]{{24,}}+", re.IGNORECASE)


def mask(text: str) -> str:
    """Give *text* with each secret replaced by ***, its key kept; masking twice changes nothing."""
    for _ in range(_MOST_PASSES):
        masked = _masked_once(text)
        if masked == text:
            break
        text = masked
    return text


def _masked_once(text: str) -> str:
    text = _PEM.sub(rf"\1{MASK}", text)
    text = _AUTHORIZATION.sub(rf"\1{MASK}", text)
    text = _SCHEME.sub(rf"\1{MASK}", text)
    text = _SPLUNK_KEY.sub(rf"\1{MASK}", text)
    text = _BARE.sub(MASK, text)
    text = _HOOK.sub(rf"\1{MASK}", text)
    text = _USERINFO.sub(rf"\1{MASK}@", text)
    return _KEY_VALUE.sub(_value_masked, text)


def mask_row(row: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Mask each value of a result row, and the whole of a value whose field is named like a secret.

    A field named `token` keeps a value that looks like a name: searches over HEC's log call the token's name so.
    """
    return {
        name: [_cell_masked(name, each) for each in value] if isinstance(value, list) else _cell_masked(name, value)
        for name, value in row.items()
    }


def _value_masked(found: re.Match[str]) -> str:
    opening = re.match(_QUOTE, found[2])
    return f"{found[1]}{opening[0] if opening else ''}{MASK}"


def _cell_masked(name: str, value: str) -> str:
    secret_field = _KEY_FIELD.search(name[-64:])
    if not secret_field or not value:
        return mask(value)
    if secret_field[0].lower() == "token" and not _LOOKS_SECRET.fullmatch(value):
        return mask(value)
    return MASK
