"""Pure: a text as a tired person types it → the words that count: no filler, one form each, typos mended."""

import re
from collections.abc import Collection
from difflib import get_close_matches

MOST_WORDS = 200  # of a text: whatever it is about is said by then
CLOSE = 0.8  # how alike two words must be to count as a typo of each other, from 0 to 1
NEGATION = "not"
SHORTEST_MENDED = 4  # shorter words have too many neighbours

_WORD = re.compile(r"[a-z0-9_]+")
_APOSTROPHES = str.maketrans("", "", "'`\N{RIGHT SINGLE QUOTATION MARK}")
_FILLER_WORDS = """
    a about again am an and any are as at be been being but by can could do does for from had has have he her hi his i
    if is it its just me my of on or our pls please rn she should since so some than that the their them then there
    these they this those to too us very was we were what when which who why will with would you your
"""
_FILLER = frozenset(_FILLER_WORDS.split())
_NEGATION_WORDS = """
    aint arent cannot cant couldnt didnt doesnt dont hadnt hasnt havent isnt never no none not shouldnt wasnt werent
    wont wouldnt
"""
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_ENDINGS = ("ness", "ly", "ing", "ed")
_STEM_LETTERS = 3  # what must be left of a word without its ending


def words_of(text: str) -> list[str]:
    """Return the words of *text* that count, in order: lower case, each in one form, every negation as one."""
    plain = text.lower().translate(_APOSTROPHES)
    kept = (word for word in _WORD.findall(plain) if word not in _FILLER)
    return [NEGATION if word in _NEGATIONS else stem(word) for word in kept]


def stem(word: str) -> str:
    """Cut the endings off an English word, so that "skipped", "skipping" and "skips" are one. Rough on purpose."""
    if word.endswith("ies") and len(word) > _STEM_LETTERS + 1:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) >= _STEM_LETTERS:
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and not word.endswith("eed") and len(word) - len(ending) >= _STEM_LETTERS:
            word = word.removesuffix(ending)
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > _STEM_LETTERS else word


def mended(word: str, known: Collection[str]) -> str:
    """Return the word of *known* that *word* most likely is a typo of; *word* itself when it is known or like none."""
    if word in known or len(word) < SHORTEST_MENDED:
        return word
    swapped = (one for one in known if len(one) == len(word) and one[0] == word[0] and sorted(one) == sorted(word))
    near = (one for one in get_close_matches(word, known, n=3, cutoff=CLOSE) if _may_be(one, word))
    return min(swapped, default="") or next(near, word)


def _may_be(known: str, typed: str) -> bool:
    """Tell a slip of a finger: it seldom hits the first letter, and drops or adds a letter, two in a long word."""
    most = 2 if len(known) > 6 else 1
    return known[0] == typed[0] and len(known) >= SHORTEST_MENDED and abs(len(known) - len(typed)) <= most
