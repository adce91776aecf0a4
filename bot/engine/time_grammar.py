"""How people say times, as patterns; a number that could count things ("since 3 hosts died") is no time."""

import re

_CLOCK = (
    r"(?:(?:[01]?\d|2[0-3])[:h][0-5]\d(?::[0-5]\d)?(?:\s?[ap]m)?|(?:1[0-2]|0?[1-9])\s?[ap]m|noon|midnight)(?![\w:])"
)
_ZONE = r"(?:\s?(?:z|utc|gmt|cet|cest|bst|est|edt|cst|cdt|mst|mdt|pst|pdt|jst)\b)"
# After a bare number: what cannot be the things that it counts.
_FOLLOWS = (
    r"(?=$|[,;!?)]|\.(?!\d)|\s(?:a|after|again|ago|all|already|am|an|and|are|as|at|because|but|can|cant|cannot|did|didnt|"
    r"do|does|for|from|has|have|how|i|idx|in|index|is|it|its|last|my|no|not|nothing|now|of|on|or|our|please|pls|pm|since|"
    r"so|sourcetype|still|that|the|there|they|this|till|to|today|until|was|we|what|when|where|why|with|yesterday|you)\b"
    r"|\s[-\u2013]\s)"
)
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    rf"|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?:{_FOLLOWS}|(?=\s\d)))"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:,?\s20\d\d)?"
_DATE = (
    rf"(?:\d{{4}}-\d\d-\d\d|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b{_YEAR}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b{_YEAR})"
)
_DAY = rf"(?:today|yesterday|(?:last\s)?{_WEEKDAY}|{_DATE})"
_PART = r"(?:morning|afternoon|evening|night)\b"
_NAMED_PART = r"(?:last\snight|this\s(?:morning|afternoon|evening)|tonight)\b"
_STAMP = r"\d{4}-\d\d-\d\d[t\s]\d\d:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?:z\b|[+-]\d\d:?\d\d\b)?"
_EPOCH = r"1\d{9}(?:\.\d{1,6})?\b"

_LOOSE = rf"(?:(?:[01]\d|2[1-3])[0-5]\d(?:\s?h(?:rs|ours)?\b)?|(?:[01]?\d|2[0-3])(?:\.[0-5]\d)?){_FOLLOWS}"

_STRICT = (
    rf"(?:{_STAMP}|{_EPOCH}|{_CLOCK}{_ZONE}?(?:,?\s(?:on\s)?{_DAY})?|{_NAMED_PART}"
    rf"|{_DAY}(?:,?\s(?:at\s)?{_CLOCK}{_ZONE}?|\s{_PART})?)"
)
_MOMENT = rf"(?:{_STRICT}|{_LOOSE})"
_COUNT = (
    r"(?P<count>\d{1,4}(?:[.,]\d)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:a\s)?couple(?:\sof)?"
    r"|half(?:\san?)?)"
)
_UNIT = r"(?P<unit>m(?:ins?|inutes?)?|h(?:rs?|ours?)?|d(?:ays?)?|w(?:ks?|eeks?)?|months?)\b"
_SINCE = r"\b(?:since|sinc|sinse|sicne)\s(?:(?:about|around|roughly|approx|like|at|the)\s|~\s?)?"
_FROM = r"\b(?:from|after|as\sof|starting(?:\sat|\sfrom)?)\s(?:about\s|the\s)?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


EPOCH, STAMP, ZONE = _pattern(_EPOCH), _pattern(_STAMP), _pattern(rf"\d{_ZONE}")
HAS_CLOCK = _pattern(r"\d:\d\d|\d\s?[ap]m|\dh\d\d")
LOOSE_PARTS = _pattern(r"(?P<hour>\d\d?)(?:\.?(?P<minute>\d\d))?(?:\s?h(?:rs|ours)?)?")

MODIFIER = _pattern(r"\b(?P<bound>earliest|latest)\s?=\s?\"?(?P<modifier>[-+@\w:.]{1,40})\"?")
_RANGE = _pattern(rf"\b(?:between|from)\s(?P<moment>{_MOMENT})\s?(?:and|to|until|till|-|\u2013)\s?(?P<end>{_MOMENT})")
_AROUND = _pattern(
    rf"(?<!since\s)(?<!from\s)(?<!until\s)(?P<around>\b(?:around|approx|circa|roughly)\s|~\s?)(?P<moment>{_MOMENT})"
)
BEGINNINGS = (
    _RANGE,
    _pattern(rf"{_SINCE}{_COUNT}\s?{_UNIT}"),
    _pattern(rf"(?:{_SINCE}|{_FROM})(?P<moment>{_MOMENT})"),
    _AROUND,
    _pattern(rf"\b(?:for|(?:the\s)?(?:last|past))\s(?:the\s)?(?:(?:last|past)\s)?{_COUNT}\s?{_UNIT}"),
    _pattern(rf"\b{_COUNT}\s?{_UNIT}\sago\b"),
    _pattern(r"\b(?:last|past)\s(?P<unit>hour|day|week|month)\b(?P<count>)"),
    _pattern(rf"\b(?:at|on)\s(?P<moment>{_STRICT})"),
    _pattern(rf"\b(?P<moment>{_STAMP}|{_NAMED_PART}|(?:yesterday|today)(?='?s?\b))"),
)
ENDS = (_RANGE, _AROUND, _pattern(rf"\b(?:until|till|til|up\sto)\s(?:about\s|around\s)?(?P<end>{_MOMENT})"))
