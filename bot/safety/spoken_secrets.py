"""A secret said in a sentence: "my password is hunter2" loses its last word, "the password is wrong" keeps it.

The word must look made up: a digit, a symbol, or a capital inside it. A token's *name* ("the token is web-2") is no
secret, so what is called a token or a key must be long besides.
"""

import re

from bot.safety.shape import MASK, WORD_BEGINS, Shape

_PASSWORD = rf"(?:passwords?|passwd|passphrase|passcode|{WORD_BEGINS}pwd|credentials?)"
_LONG_SECRET = r"(?:secret|token|(?:api|access|private|secret|account)[ _-]?key)"  # noqa: S105  # a pattern of words
_OF_WHAT = r"(?:\s{1,4}+(?:for|of|to|on)(?:\s{1,4}+[\w.@-]{1,64}+){1,6}?)?"  # "password for the admin of web-1 is …"
_IS = r"\s{1,4}+(?:is|was|are|were|to|be)(?:\s{1,4}+(?:now|still|currently|set\sto|changed\sto))?:?\s{1,4}+"
_ARROW = r"\s{0,4}+(?:->|=>|\u2192)\s{0,4}+|\s{1,4}+(?=\()"
_OPENING = r"""["'`*(\u201c\u2018]{0,2}+"""
_CLOSING = ".,;:)\"'`*\u201d\u2019"
_ENDS = _CLOSING + "!?"
_LIKE_A_WORD = re.compile(r"(?:base|sha|md|rsa|aes|utf)-?[0-9]{1,4}+(?:-[a-z]++)?|[0-9]{1,4}+-[a-z]++", re.IGNORECASE)
_DIGIT_OR_SYMBOL = re.compile(r"[0-9_]|[^\w\s'\u2019/.,:()-]")
_FEWEST_OF_A_TOKEN = 16
_SHORT_NAMES = ("pw", "pass")


def _word_masked(found: re.Match[str]) -> str:
    word = found["word"].rstrip(_ENDS)
    is_long_enough = found["password"] or len(word) >= _FEWEST_OF_A_TOKEN
    is_a_count = word.isdecimal() and found["password"] in _SHORT_NAMES  # "pass: 1024, fail: 3"
    if not is_long_enough or is_a_count or not _looks_made_up(word):
        return found[0]
    said = found["word"]
    return f"{found['before']}{MASK}{said[len(said.rstrip(_CLOSING)) :]}"


def _looks_made_up(word: str) -> bool:
    if _LIKE_A_WORD.fullmatch(word):
        return False
    has_capital_inside = any(map(str.isupper, word[1:])) and any(map(str.islower, word))
    return has_capital_inside or _DIGIT_OR_SYMBOL.search(word) is not None


SPOKEN = (
    Shape(
        "secret in a sentence",
        ("pass", "pwd", "credential", "secret", "token", "key"),
        re.compile(
            rf"(?P<before>(?:(?P<password>{_PASSWORD})|{_LONG_SECRET}){_OF_WHAT}(?:{_IS}|{_ARROW}){_OPENING})(?P<word>\S{{4,256}}+)",
            re.IGNORECASE,
        ),
        _word_masked,
    ),
    Shape(
        "secret of a command's option",
        ("-pass", "-token", "-secret", "-api"),
        re.compile(
            rf"(?P<before>-(?:(?P<password>{_PASSWORD})|{_LONG_SECRET})\s{{1,4}}+{_OPENING})(?P<word>\S{{4,256}}+)",
            re.IGNORECASE,
        ),
        _word_masked,
    ),
    Shape(
        "password called pw or pass",
        _SHORT_NAMES,
        re.compile(
            rf"(?P<before>{WORD_BEGINS}(?P<password>pw|pass)\s{{0,4}}+[:=]\s{{0,4}}+{_OPENING})(?P<word>[^\s,;&]{{4,256}}+)",
            re.IGNORECASE,
        ),
        _word_masked,
    ),
)
