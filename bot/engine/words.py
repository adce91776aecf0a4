"""Pure: a text as a tired person types it → the words that count: no filler, one form each, typos mended."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

MOST_WORDS = 200  # of a text: whatever it is about is said by then
NEGATION = "not"
SHORTEST_MENDED = 4  # shorter words have too many neighbours
SHORT = 4  # letters up to which a dropped or added one makes another word ("start", "state")
LONG, VERY_LONG = 6, 8  # letters from which a wrong letter seldom makes another word, and from which two slips do not

_WORD = re.compile(r"[a-z0-9_]+(?:['`\N{RIGHT SINGLE QUOTATION MARK}][a-z]+)*")
_APOSTROPHES = str.maketrans("", "", "'`\N{RIGHT SINGLE QUOTATION MARK}")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")  # "slooow"
_FILLER_WORDS = """
    a about again am an and any are as at be been being but by can could do does for from had has have he her hi his i
    if is it its just me my of on or our pls please rn she should since so some than that the their them then there
    these they this those to too us very was we were what when which who why will with would you your
"""
_FILLER = frozenset(_FILLER_WORDS.split())
_NEGATION_WORDS = """
    aint arent cannot cant couldnt didnt doesnt dont hadnt hasnt havent isnt never no none not nt shouldnt wasnt werent
    wont wouldnt kein keine keinen nicht pas
"""
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_ENDINGS = ("ness", "ly", "ing", "ed")
_STEM_LETTERS = 3  # what must be left of a word without its ending


@dataclass(frozen=True, slots=True)
class Word:
    """A word in the form that counts, and where it stands in the text as typed."""

    form: str
    start: int
    end: int


def words_in(text: str) -> list[Word]:
    """Return the words of *text* that count, in order: lower case, each in one form, every negation as one."""
    found = []
    for match in _WORD.finditer("".join(map(_plain, text))):
        word = _DRAWN_OUT.sub(r"\1\1", match[0].translate(_APOSTROPHES))
        if word not in _FILLER:
            found.append(Word(NEGATION if word in _NEGATIONS else stem(word), *match.span()))
    return found


def words_of(text: str) -> list[str]:
    """Return the forms of the words of *text* that count."""
    return [word.form for word in words_in(text)]


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
    near = ((slips, one) for one in known if (slips := _slips(one, word)) is not None)
    return min(near, default=(0, word))[1]


def _plain(character: str) -> str:
    """Return one small letter without its accent for any character."""
    return unicodedata.normalize("NFKD", character)[0].lower()[0]


def _slips(known: str, typed: str) -> int | None:
    """Count the slips of a finger from *known* to *typed*; None when there are too many for a typo.

    A slip drops or adds a letter or swaps two neighbours; it seldom hits the first letter. Only in a long word a wrong
    letter is one: in others it makes another word ("paged", "paced").
    """
    most = 2 if len(known) >= VERY_LONG else 1
    if len(known) <= SHORT and (len(known) < SHORTEST_MENDED or not _only_swapped_or_doubled(known, typed)):
        return None
    if known.startswith(typed) and len(known) - len(typed) > 1:  # "deploy" is no "deployer"
        return None
    if known[0] != typed[0] or abs(len(known) - len(typed)) > most:
        return None
    wrong_letter = 1 if len(known) >= LONG else most + 1
    before: list[int] = []
    row = list(range(len(typed) + 1))
    for at, letter in enumerate(known, start=1):
        above, row = row, [at]
        for to, other in enumerate(typed, start=1):
            best = min(above[to] + 1, row[to - 1] + 1, above[to - 1] + (0 if letter == other else wrong_letter))
            if at > 1 < to and letter == typed[to - 2] and other == known[at - 2]:
                best = min(best, before[to - 2] + 1)
            row.append(best)
        if min(row) > most:
            return None
        before = above
    return row[-1] if row[-1] <= most else None


def _only_swapped_or_doubled(known: str, typed: str) -> bool:
    return sorted(known) == sorted(typed) or re.sub(r"(.)\1", r"\1", typed) == known
