"""Plain English words that state nothing by themselves, so that a claim may use them without a row that says them.

What may stand in the list: articles, prepositions, pronouns, auxiliaries and conjunctions; and neutral words of
counting, comparing, measuring, observing and of time. What may not, since a model could state something by it: a word
of health (fine, up, running, ended), of cause or blame (so, because), of order or advice (you, must), of doubt or
possibility (may, seems), of negation or exclusion (not, only, but for), and any quantity without a number (all, each,
both, many, half, once, other). A word that names a part of a deployment does not belong here either: rows, the check's
own words and the names of the trade say those.
"""

import re

_PLAIN = """
    a according across additional after against age ago along also am amid among amount an and are around as at
    average averaged averaging be became become been before began begin beginning begun being beside besides between
    but by bytes called change changed changing climbed climbing column combined compare compared comparison contain
    contained containing corresponding count counted counting cumulative data date day decrease decreased decreasing
    detected did differ difference different distinct do does duration during earlier earliest equal event exactly
    fell field first following for found from further gigabytes given grew grow growing grown growth had happen
    happened has have having he held here higher highest hold holding hour how i in include included including
    increase increased increasing index inside interval into is it item its itself kilobytes kind larger largest last
    lasted later latest latter length level like line list listed log logged logging longer longest lower lowest max
    maximum mean measured measurement measures median megabytes mention mentioned message milliseconds min minimum
    minute moment name named near new newer newest next noted now number observed occur occurred occurrence occurring
    of older oldest on onto or over peak peaked per percent percentage percentile period plus point previous
    previously prior range ranged ranging rate ratio reach reached reaching read reading recent recently record
    recorded recording report reported reporting respectively result rise risen rising rose row same sample saw second
    see seen separate series set share shorter shortest show showed showing shown since size smaller smallest span
    started starting starts state stated sum tell than that the their them then there these they this those through
    throughout time timestamp to together told took total totalling toward type under unit until upon value versus via
    volume vs was week were what when where whereas which while who whom whose window with within year
"""
PLAIN = frozenset(_PLAIN.split())
_LITTLE = """
    all any because both can cannot could down each every everything few he if may might most must no none nor not
    nothing off only other others our out queue queues shall should so some still such up very we why will without would
    yet you your
"""
LITTLE = PLAIN | frozenset(_LITTLE.split())  # also those that may state something, and yet are no names of anything
_PIECE = re.compile(r"[^\W_]+")


def pieces(text: str) -> list[str]:
    """Return the words that *text* (in lower case) is made of; what holds a digit is a name or a number instead."""
    return [piece for piece in _PIECE.findall(text) if piece.isalpha()]


def forms(word: str) -> tuple[str, ...]:
    """Return *word* and what else it is in the singular or the plural."""
    return (word, f"{word}s", f"{word}es", word.removesuffix("s"), word.removesuffix("es"))
