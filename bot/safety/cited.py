"""One search that a claim cites, and what stands in it. Pure.

What counts: cells of rows, names of columns, counts and sums over the rows, the window, and, of a reviewed search, the
names and words in its text. A number in the text of a search proves nothing, and of a search that a model wrote nothing
in its text does, nor any value that the search may have made up itself.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from bot.domain.evidence import MODEL_SEARCH, Cell, Evidence, Row
from bot.errors import BotError
from bot.safety.amounts import Amount
from bot.safety.objections import folded
from bot.safety.plain_words import forms, pieces
from bot.safety.spl_lexer import read
from bot.safety.statements import Moment

_MOST_CHARS = 60_000  # of a search's rows, from both ends; a model was shown far fewer
_MOST_CELL_CHARS = 2000
NUMBER = re.compile(r"(?<![\w.])[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?(?![\w]|\.\d)")
_CLOCK = re.compile(  # digits of a time are no numbers of anything else
    r"(?<!\d)(?:\d{4}-\d\d-\d\d|\d\d[-/]\d\d[-/]\d{4})(?!\d)|(?<!\d)\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?!\d)(?:\s?[+-]\d\d:?\d\d)?"
)
_EPOCHS = (1e9, 4.2e9)  # what numbers are read as times too: 2001 to 2103
_MOST_KINDS = 64  # of rows, by which of a statement's names they hold

# Commands that only choose, count and order: what their rows hold, Splunk holds.
_CHOOSING = """
    search tstats metadata metasearch eventcount dbinspect rest inputlookup append multisearch union stats timechart
    top rare eventstats fields table head tail sort reverse dedup uniq where regex
"""
_CHOOSES = frozenset(_CHOOSING.split())
# Where Splunk writes down what was searched: a model would find sentences of its own there.
_ECHOES = re.compile(r"\b_audit\b|\bsearch/(?:v2/)?jobs\b|\bsaved/searches\b|remote_searches", re.IGNORECASE)
_ANY_INTERNAL = re.compile(r"\bindex\s*(?:=|IN\b)[^|]*\b_\w*\*", re.IGNORECASE)
_SPL_TEXT = re.compile(r"\|\s*[a-z]|%7c|\bsearch\s*=|\bindex\s*(?:=|in\b)|search%20|\bearliest(?:_time)?=")
_MAKES = re.compile(r"\beval\s*\(|\bsparkline\b|\b(?:otherstr|nullstr|delim)\s*=", re.IGNORECASE)


def makes_values(spl: str) -> bool:
    """Say whether rows of *spl* may hold what its writer put there: `eval host="x"`, `rex`, a log of searches."""
    try:
        search = read(spl)
    except BotError:
        return True
    counts_only = all(command.name == "tstats" for command in search.commands[:1])
    if _ECHOES.search(spl) or (_ANY_INTERNAL.search(spl) and not counts_only):
        return True
    return any(
        command.name not in _CHOOSES or _MAKES.search(search.arguments(command)) is not None
        for command in search.commands
    )


class CitedSearch:
    """One cited search, as statements are held against it. Made once for all of a reading's claims: it reads rows."""

    def __init__(self, entry: Evidence, rows: Sequence[Row]) -> None:
        self._entry = entry
        self._rows, self._texts = _read_within(rows, _MOST_CHARS)
        self._whole = len(self._rows) >= entry.row_count  # an excerpt has no counts and no sums
        self._own = entry.probe == MODEL_SEARCH
        if self._own:  # what looks like a search may be one that a model sent, to find its own words in it
            self._texts = ["" if _SPL_TEXT.search(text) else text for text in self._texts]
        self._in_spl = folded(entry.spl).lower()

    @property
    def id(self) -> str:
        """Its id in the ledger."""
        return self._entry.id

    @cached_property
    def makes_values(self) -> bool:
        """Whether a model wrote it, and so that its rows may hold what Splunk does not."""
        return self._own and makes_values(self._entry.spl)

    def names(self, name: str) -> bool:
        """Say whether *name* (in lower case) stands in a row, a column's name or, of a reviewed search, its text."""
        return any(stands(name, text) for text in self._texts) or stands(name, self._around)

    def says(self, word: str) -> bool:
        """Say whether *word* (in lower case) stands in a row, or around the rows in the singular or the plural."""
        return word in self._words or not self._words_around.isdisjoint(forms(word))

    def about(self, names: Sequence[str], telling: Collection[str], terms: Sequence[str] = ()) -> Sequence[int] | None:
        """Return which rows hold one of *telling*; of these not such as hold fewer names, or cells, than another does.

        *names* may stand anywhere in a row, *terms* are the whole of a cell. None where no row holds one of *telling*;
        each row where there is no name.
        """
        if not names:
            return range(len(self._rows))
        kinds: dict[frozenset[str], list[int]] = {}
        for at, text in enumerate(self._texts):
            cells = set(text.split("\n"))
            held = frozenset((*(name for name in names if stands(name, text)), *(one for one in terms if one in cells)))
            if not held.isdisjoint(telling):
                kinds.setdefault(held, []).append(at)
        most = sorted(kinds, key=len, reverse=True)[:_MOST_KINDS]
        return [at for kind in most if not any(kind < other for other in most) for at in kinds[kind]] or None

    def shows_amount(self, amount: Amount, chosen: Sequence[int] | None = None) -> bool:
        """Say whether *amount* stands in one of the rows *chosen* (None: in any), counts them or is a sum of them."""
        rows = range(len(self._rows)) if chosen is None else chosen
        if any(amount.is_(number) for at in rows for number in self._numbers[at]):
            return True
        counts = {len(rows)} if self._whole else set()
        if len(rows) == len(self._rows):
            counts |= {self._entry.row_count, *(self._distinct if self._whole else ())}
        plain = amount.scales == (1.0,)  # a count of rows has no unit
        if plain and any(amount.is_(float(count)) for count in counts if count != 1 and not self._asked_for(count)):
            return True
        window_s = self._entry.window.latest - self._entry.window.earliest
        if amount.of_time and not self._own and amount.is_(window_s):
            return True
        return self._whole and any(map(amount.is_, self._sums(rows)))

    def shows_moment(self, moment: Moment, chosen: Sequence[int] | None = None) -> bool:
        """Say whether a bound of the window shows *moment*, or a row as of `shows_amount`, epochs read as UTC."""
        window = self._entry.window
        if not self._own and any(shows(moment, _stamp(time)) for time in (window.earliest, window.latest)):
            return True
        rows = range(len(self._rows)) if chosen is None else chosen
        epochs = {number for at in rows for number in self._numbers[at] if _EPOCHS[0] <= number <= _EPOCHS[1]}
        return any(shows(moment, text) for text in (*map(_stamp, epochs), *(self._texts[at] for at in rows)))

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(piece for text in self._texts for piece in pieces(text))

    @cached_property
    def _words_around(self) -> frozenset[str]:
        return frozenset(pieces(self._around))

    @cached_property
    def _around(self) -> str:
        """What else names things: columns, but of a model's search those alone that it did not name itself."""
        columns = dict.fromkeys(folded(name).lower() for row in self._rows for name in row)
        if self._own:
            return "\n".join(name for name in columns if not stands(name, self._in_spl))
        return "\n".join((*columns, self._in_spl))

    @cached_property
    def _numbers(self) -> list[tuple[float, ...]]:
        return [tuple(map(number_in, NUMBER.findall(_CLOCK.sub(" ", text)))) for text in self._texts]

    @cached_property
    def _distinct(self) -> frozenset[int]:
        distinct: dict[str, set[Cell]] = {}
        for row in self._rows:
            for name, cell in row.items():
                distinct.setdefault(name, set()).add(cell)
        return frozenset(len(cells) for cells in distinct.values())

    def _asked_for(self, count: int) -> bool:
        """Say whether a model's own search asks for that many: `head 60` shows no 60 of anything."""
        return self._own and count > 0 and str(count) in NUMBER.findall(self._in_spl)

    def _sums(self, chosen: Iterable[int]) -> list[float]:
        columns: dict[str, float] = {}
        for at in chosen:
            for name, cell in self._rows[at].items():
                if isinstance(cell, str) and NUMBER.fullmatch(cell.strip()):
                    columns[name] = columns.get(name, 0.0) + number_in(cell.strip())
        return list(columns.values())


def _read_within(rows: Sequence[Row], budget: int) -> tuple[list[Row], list[str]]:
    """Return *rows* and their texts from both ends until *budget* characters are read; the middle is left out."""
    texts: dict[int, str] = {}
    for turn in range(len(rows)):
        at = turn // 2 if turn % 2 == 0 else len(rows) - 1 - turn // 2
        texts[at] = folded("\n".join(_text(cell) for cell in rows[at].values())).lower()
        budget -= len(texts[at]) + 1
        if budget < 0:
            break
    kept = sorted(texts)
    return [rows[at] for at in kept], [texts[at] for at in kept]


def _stamp(epoch_s: float) -> str:
    return f"{datetime.fromtimestamp(min(max(epoch_s, 0), _EPOCHS[1]), UTC):%Y-%m-%d %H:%M:%S}"


def stands(name: str, text: str) -> bool:
    """Say whether *name* stands in *text* as a name of its own; "idx2" also in idx2.example.com, never in idx21."""
    if name not in text:  # by far the most common, and the cheapest
        return False
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text) is not None


def shows(moment: Moment, text: str) -> bool:
    """Say whether *text* holds the day, the time, or both at one place; 10:15 in 10:15:07 too, never in 05:10:15."""
    day, clock = re.escape(moment.day or ""), re.escape(moment.clock or "")
    ends = r"(?!\d)" if clock.count(":") > 1 else r"(?!\d|:\d\d:)"
    written = rf"{day}[t ]{clock}{ends}" if day and clock else rf"{clock}{ends}" if clock else rf"{day}(?![\d-])"
    return re.search(rf"(?<![\d:-]){written}" if day else rf"(?<![\d:]){written}", text) is not None


def _text(cell: Cell) -> str:
    return (cell if isinstance(cell, str) else "\n".join(cell))[:_MOST_CELL_CHARS]


def number_in(number: str) -> float:
    return float(number.replace(",", ""))
