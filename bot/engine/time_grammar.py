"""How people say times, as patterns; a number that could count things ("since 3 hosts died") is no time."""

import re

_NAMES_BY_HOURS = {
    0: "z utc gmt wet",
    1: "bst cet mez",
    2: "cest mesz eet",
    3: "eest msk",
    8: "sgt hkt",
    9: "jst",
    10: "aest",
    11: "aedt",
    -4: "edt",
    -5: "est cdt",
    -6: "cst mdt",
    -7: "mst pdt",
    -8: "pst",
}
ZONE_HOURS = {name: hours for hours, names in _NAMES_BY_HOURS.items() for name in names.split()}  # ahead of UTC
ZONE_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
_UNREADABLE_ZONES = ("ist", "wst", "ast")  # each is said of several places
_ZONE_NAMES = "|".join(sorted([*ZONE_HOURS, *ZONE_PLACES, *_UNREADABLE_ZONES], key=len, reverse=True))
YESTERDAY = r"(?:yesterday|yesterd?y|yday|yest)"
LAST_NIGHT = r"(?:last\s?|yesterday\s)ni(?:ght|te)"
_CLOCK = (
    r"(?:(?:[01]?\d|2[0-3])[:h][0-5]\d(?::[0-5]\d)?(?:\s?[ap]m)?|(?:1[0-2]|0?[1-9])\s?[ap]m|noon|midday|midnight)"
    r"(?=z\b|[^\w:]|$)"
)
_ZONE = rf"(?:\s?\+\d\d:?\d\d\b|\s?(?:{_ZONE_NAMES})\b(?:\s?[+-]\s?\d{{1,2}}(?::?\d\d)?\b)?)"
_STAMP_ZONE = rf"(?:{_ZONE}|-\d\d:?\d\d\b)"  # after a clock alone, "10:15-11:00", that is a range
# After a bare number: what cannot be the things that it counts.
FOLLOWS = (
    r"(?=$|[,;!?)]|\.(?!\d)|\s(?:a|after|again|ago|all|already|am|an|and|are|as|at|because|but|can|cant|cannot|did|didnt|"
    r"do|does|for|from|has|have|how|i|idx|in|index|is|it|its|last|my|no|not|nothing|now|of|on|or|our|please|pls|pm|since|"
    r"so|sourcetype|still|that|the|there|they|this|till|to|today|until|was|we|what|when|where|why|with|yday|yesterday|you)\b"
    r"|\s[-\u2013]\s|[-\u2013]\d{1,2}(?::\d\d)?\s?[ap]m\b)"
)
_WHOLE_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)"
_WEEKDAY = rf"(?:{_WHOLE_WEEKDAY}|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?:{FOLLOWS}|(?=\s\d)))"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:,?\s20\d\d)?"
_DATE = (
    rf"(?:20\d\d[-/.]\d\d?[-/.]\d\d?\b|\d\d?/\d\d?/20\d\d\b|\d\d?\.\d\d?\.(?:20\d\d\b|(?=\s\d))"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b{_YEAR}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b{_YEAR})"
)
_DAY = rf"(?:today|{YESTERDAY}\b|(?:last\s)?{_WEEKDAY}|{_DATE})"
_PART = r"(?:morning|afternoon|evening|night)\b"
_NAMED_PART = rf"(?:{LAST_NIGHT}|this\s(?:morning|afternoon|evening)|toni(?:ght|te))\b"
_STAMP = r"\d{4}-\d\d-\d\d[t\s]\d\d:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?!\s?[ap]m\b)"
_EPOCH = r"1\d{9}(?:\.\d{1,6}|\d{3})?\b"

_LOOSE = rf"(?:(?:[01]\d|2[1-3])[0-5]\d(?:\s?h(?:rs|ours)?\b)?|(?:[01]?\d|2[0-3])(?:\.[0-5]\d)?(?:\s?uhr\b)?){FOLLOWS}"

_EXACT = rf"{_CLOCK}{_ZONE}?"
_ON = r",?\s(?:on\s)?"
_AT = r",?\s(?:at\s)?"
_STRICT = (
    rf"(?:{_STAMP}{_STAMP_ZONE}?|{_EPOCH}|{_EXACT}(?:{_ON}(?:{_NAMED_PART}|{_DAY}))?"
    rf"|{_NAMED_PART}(?:{_AT}(?:{_EXACT}|{_LOOSE}))?"
    rf"|{_DAY}(?:{_AT}(?:{_EXACT}|{_LOOSE})|\s{_PART})?)"
)
_MOMENT = rf"(?:{_STRICT}|{_LOOSE}(?:{_ON}(?:{_NAMED_PART}|{_DAY}))?)"
_DATED = (  # tells a day, so that nothing need lead to it
    rf"(?:{_STAMP}{_STAMP_ZONE}?|{_EXACT}{_ON}(?:{_NAMED_PART}|{_DAY})|{_NAMED_PART}(?:{_AT}(?:{_EXACT}|{_LOOSE}))?"
    rf"|{_DAY}(?:{_AT}{_EXACT}|\s{_PART})"
    rf"|(?:{YESTERDAY}|today|(?:last\s)?{_WHOLE_WEEKDAY}|{_DATE})(?:{_AT}{_LOOSE})?(?='?s?\b))"
)
_COUNT = (
    r"(?P<count>\d{1,4}(?:[.,]\d)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:a\s)?couple(?:\sof)?"
    r"|(?:a\s)?few|half(?:\san?)?)"
)
_UNIT = r"(?P<unit>m(?:ins?|inutes?)?|h(?:rs?|ours?)?|d(?:ays?)?|w(?:ks?|eeks?)?|months?)\b"
_SINCE = (
    r"\b(?:since|sinc|sinse|sicne|seit|depuis|desde(?:\slas?)?)\s"
    r"(?:(?:about|around|roughly|approx|like|at|the)\s|~\s?)?"
)
_FROM = r"\b(?:from|after|as\sof|starting(?:\sat|\sfrom)?)\s(?:about\s|the\s)?"
_NO_END = "".join(rf"(?<!{word}\s)" for word in ("until", "till", "til", "to", "before", "last"))
_STOPPED = r"(?:stop(?:ped|s)?|died|dies|broke|began|begins|started|starts|ended|quit)\s(?:at|around)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


EPOCH, STAMP = _pattern(_EPOCH), _pattern(rf"(?P<stamp>{_STAMP})(?P<zone>{_STAMP_ZONE})?")
# The parts of a moment, to be sought in it one after the other.
DAY, NAMED_PART, PART = _pattern(_DAY), _pattern(_NAMED_PART), _pattern(_PART)
EXACT = _pattern(rf"(?P<clock>{_CLOCK})(?P<zone>{_ZONE})?")
LOOSE_PARTS = _pattern(r"(?P<hour>\d\d?)(?:\.?(?P<minute>\d\d))?(?:\s?(?:h(?:rs|ours)?|uhr))?")

MODIFIER = _pattern(r"\b(?P<bound>earliest|latest)\s?=\s?\"?(?P<modifier>[-+@\w:.]{1,40})\"?")
_RANGE = _pattern(
    rf"(?:\b(?P<day>{_NAMED_PART}|{_DAY}),?\s(?:(?:between|from|since)\s)?|\b(?:between|from|since)\s)"
    rf"(?P<moment>{_MOMENT})\s?(?:and|to|until|till|(?<!utc)(?<!gmt)[-\u2013])\s?(?P<end>{_MOMENT})"
)
_AROUND = _pattern(
    rf"(?<!since\s)(?<!from\s)(?<!until\s)(?P<around>\b(?:around|approx|circa|roughly)\s|~\s?)(?P<moment>{_MOMENT})"
)
SINCE_A_MOMENT = _pattern(rf"(?:{_SINCE}|{_FROM})(?P<moment>{_MOMENT})")
BEGINNINGS = (
    _RANGE,
    _pattern(rf"{_SINCE}{_COUNT}\s?{_UNIT}"),
    SINCE_A_MOMENT,
    _AROUND,
    _pattern(rf"\b(?:for|(?:the\s)?(?:last|past))\s(?:the\s)?(?:(?:last|past)\s)?{_COUNT}\s?{_UNIT}"),
    _pattern(rf"\b{_COUNT}\s?{_UNIT}\sago\b"),
    _pattern(r"\b(?:last|past)\s(?P<unit>hour|day|week|month)\b(?P<count>)"),
    _pattern(rf"{_NO_END}\b(?P<moment>{_DATED})(?:'?s\b)?"),
    _pattern(rf"\b(?:at|on)\s(?P<moment>{_STRICT})|\b{_STOPPED}\s(?P<bare>{_MOMENT})"),
)
ENDS = (_RANGE, _AROUND, _pattern(rf"\b(?:until|till|til|up\sto)\s(?:about\s|around\s)?(?P<end>{_MOMENT})"))
