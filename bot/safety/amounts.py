"""Numbers as a sentence says them: with their units, rounded, about so many, more than so many. Pure."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what its unit makes of it: any of *scales* times *value* may be what a row holds."""

    said: str
    value: float
    step: float  # of its last digit: 0.1 for 39.8
    scales: tuple[float, ...] = (1.0,)
    bound: str = ""  # ~ about, > at least that many, < at most; else the number itself
    of_time: bool = False

    def is_(self, number: float) -> bool:
        """Say whether this is *number*, rounded to the digits that it has; a bound must also be near to it."""
        return any(self._is(abs(number), scale) for scale in self.scales)

    def _is(self, number: float, scale: float) -> bool:
        whole, off = self.value * scale, number - self.value * scale
        if self.bound in {">", "<"} and 0 < (off if self.bound == ">" else -off) <= whole * _BOUND:
            return True
        rounds = scale != 1.0 or number % 1
        reach = min(self.step / 2, self.value * _ROUGHEST if scale > 1.0 else 1.0) * scale if rounds else 0.0
        if self.bound == "~":
            reach = max(reach, whole * _ABOUT)
        return abs(off) <= (0.0 if self.bound in {">", "<"} else reach) * (1 + 1e-9) + 1e-9 * number


_ABOUT = 0.05  # how far "about" reaches
_BOUND = 0.25  # how far "more than" reaches upwards: every port and every epoch is more than a hundred
_ROUGHEST = 0.05  # how far a rounded unit reaches: "2 hours" are 114 to 126 minutes

_AMOUNT = re.compile(
    r"~?([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?:[-_]?([a-z\u00b5\u03bc]{1,12})(?:/s|/min)?|\s?(%))?",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"(?<![\w.,-])\d[\d.,]*\s?$")
_UNIT_AFTER = re.compile(r"[\s-]?(%|percent\b|[A-Za-z\u00b5\u03bc]{1,14})")
_K = 1024.0
_SECONDS = {
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs"), 1e-6),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}
_BYTES = {"kb": 1, "kib": 1, "mb": 2, "mib": 2, "gb": 3, "gib": 3, "tb": 4, "tib": 4}
_MANY = {"k": 1e3, "thousand": 1e3, "million": 1e6, "mio": 1e6, "billion": 1e9}
UNITS = frozenset({*_SECONDS, *_BYTES})  # words that only say what a number counts
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 2)
} | {"eleven": 11, "twelve": 12, "twenty": 20, "hundred": 100, "thousand": 1000, "million": 1_000_000}
_NUMBER_NEXT = rf"(?=\s?\$?\d|\s(?:{'|'.join(_NUMBER_WORDS)})\b)\s?"
_BOUNDS = tuple(
    (re.compile(rf"(?:\b(?:{words})|{signs}){_NUMBER_NEXT}", re.IGNORECASE), f" {sign}")
    for sign, words, signs in (
        (">", "at least|over|above|(?:more|higher|greater|larger|longer) than|exceed(?:s|ed|ing)?", ">=?|\u2265"),
        ("<", "at most|up to|under|below|(?:less|fewer|lower|smaller|shorter) than", "<=?|\u2264"),
        ("~", r"about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|close to", "[~\u2248]"),
    )
)


def with_signs(text: str) -> str:
    """Return *text* (its white space single) with one sign before each number that is bounded: "at least 4" as ">4"."""
    for pattern, sign in _BOUNDS:
        text = pattern.sub(sign, text)
    return text


def is_number(text: str) -> bool:
    """Say whether *text* is a number and nothing else, but for its unit."""
    return _AMOUNT.fullmatch(text) is not None


def multiplies(word: str, before: str) -> bool:
    """Say whether *word* is the "million" of a number that stands in *before*."""
    return word.lower() in _MANY and _ENDS_IN_NUMBER.search(before) is not None


def amount_of(token: str, before: str, after: str) -> Amount | None:
    """Return the number that *token* is, between the few characters that stand *before* and *after* it."""
    word = _NUMBER_WORDS.get(token.lower())
    if word is not None:
        return Amount(token, float(word), 1.0, _scales("", after), _bound(before))
    token = _ORDINAL.sub(lambda found: found[0][:-2], token) if _ORDINAL.fullmatch(token) else token
    found = _AMOUNT.fullmatch(token)
    unit = (found[2] or found[3] or "").lower() if found else ""
    if not found or (unit and unit != "%" and unit not in {*UNITS, *_MANY, "b", "bytes", "x", "pct"}):
        return None
    digits = found[1].replace(",", "")
    following = "" if unit else _following(after)
    return Amount(
        said=f"{token} {following}".strip(),
        value=abs(float(digits)),
        step=10.0 ** -len(digits.partition(".")[2]),
        scales=_scales(unit, after),
        bound="~" if token[0] == "~" else _bound(before),
        of_time=(unit or following).lower() in _SECONDS,
    )


def _bound(before: str) -> str:
    return before[-1:] if before[-1:] in {"~", "<", ">"} else ""


def _following(after: str) -> str:
    """Return the unit that stands after a number: "40 %", "3 GB"."""
    found = _UNIT_AFTER.match(after)
    unit = found[1] if found else ""
    return unit if unit.lower() in {*UNITS, *_MANY, "%", "percent", "bytes"} else ""


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
