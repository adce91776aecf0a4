"""Payment card numbers: told from other digits by their grouping, an issuer's prefix, its lengths, and Luhn's check.

Prefixes and lengths: ISO/IEC 7812, as the networks publish them: Visa 4, Mastercard 51-55 and 2221-2720, American
Express 34 and 37, Diners Club 30, 36, 38 and 39, Discover 6011 and 644-65, JCB 3528-3589, UnionPay 62, Maestro, Mir.
The check digit: ISO/IEC 7812-1, annex B (Luhn); six lines, no reason for python-stdnum, which finds no number in text.

A log is full of digits. Never taken for a card: a part of a longer word, number, GUID or sid; a decimal number; what a
key or a unit calls a measure (bytes=…, "… ms"); and 13 digits that are a whole cell (terabytes, milliseconds).
"""

import re

from bot.safety.shape import MASK, WORD_BEGINS

_ISSUERS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{17,18})"
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}"
    r"|3(?:0[0-5]|095|[689][0-9])[0-9]{11}(?:[0-9]{2,5})?"
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2}|35(?:2[89]|[3-8][0-9])|62[0-9]{2}|220[0-4])[0-9]{12,15}"
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{9,15}"
)
_GAP = r"(?:[ +\u00a0-]|%20)"
_CANDIDATE = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))(?<![0-9][.,])(?<![0-9A-Za-z]-)"
    rf"(?:[0-9]{{13,19}}+"
    rf"|[0-9]{{4}}(?P<gap>{_GAP})[0-9]{{4}}(?P=gap)[0-9]{{4}}(?P=gap)[0-9]{{1,4}}+(?:(?P=gap)[0-9]{{1,3}}(?![0-9]))?"
    rf"|[0-9]{{4}}{_GAP}[0-9]{{6}}{_GAP}[0-9]{{4,5}}+"
    rf"|[0-9]{{6}}{_GAP}[0-9]{{10,13}}+)"
    r"(?![0-9A-Za-z]|[.,][0-9]|-[0-9A-Za-z])"
    r"(?!\s?(?:[kmgtp]?i?b|bytes|ms|us|ns|s|seconds|events|rows)\b)"
)
_MEASURE = (
    r"(?:bytes?|counts?|size|total|sum|avg|max|min|time|epoch|stamp|date|duration|elapsed|offset|ptr|seq|crc|hash|"
    r"millis|micros|nanos|secs?|seconds|rows|events|volume|used|free|(?<![a-z])(?:[kmgtp]?b|[munp]?s)|[kmgtp]b)"
)
_MEASURED = re.compile(rf"{_MEASURE}\)?\\?[\"']?\s?[=:]\s?\\?[\"']?\Z", re.IGNORECASE)
_MEASURE_FIELD = re.compile(rf"{_MEASURE}\W{{0,2}}\Z", re.IGNORECASE)
_CARD_FIELD = re.compile(r"card|(?<![a-z])(?:pan|ccn?|cc_?num(?:ber)?)(?![a-z])", re.IGNORECASE)
_CODE = re.compile(rf"""({WORD_BEGINS}cv[cv]2?\\?["']?\s?[:=]\s?\\?["']?)[0-9]{{3,4}}(?![0-9])""", re.IGNORECASE)
_KEY_CHARS = 48  # how far before a number its key is looked for
_FEWEST_IN_A_CELL = 14


def without_cards(text: str) -> str:
    """Give *text* with each payment card number, and what is called a CVC or CVV, replaced by ***."""
    return _CODE.sub(rf"\1{MASK}", _CANDIDATE.sub(_masked, text))


def is_a_measure(field: str, value: str) -> bool:
    """Tell whether a cell is a mere number: bytes, a time, a count; not looked through for cards."""
    if not value.isdecimal() or _CARD_FIELD.search(field):
        return False
    return len(value) < _FEWEST_IN_A_CELL or _MEASURE_FIELD.search(field[-_KEY_CHARS:]) is not None


def passes_luhn(digits: str) -> bool:
    """Tell whether the last of *digits* is the check digit of the others."""
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _masked(found: re.Match[str]) -> str:
    number, gap, code = found[0], "", ""
    if found["gap"] and not _is_card(number):
        number, gap, code = number.rpartition(found["gap"])  # its security code stood behind it
    if not _is_card(number) or (number.isdecimal() and _is_measured(found)):
        return found[0]
    return f"{MASK}{gap}{code}"


def _is_measured(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - _KEY_CHARS) : found.start()]
    return _MEASURED.search(before) is not None


def _is_card(written: str) -> bool:
    digits = re.sub(r"%20|[^0-9]", "", written)
    return _ISSUERS.fullmatch(digits) is not None and passes_luhn(digits)
