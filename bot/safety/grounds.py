"""Whether what a sentence states stands in the searches that it cites. Pure.

What counts: cells of rows, names of columns, counts and sums over the rows, the window, and, of a reviewed search,
the names in its text. A number in the text of a search proves nothing, and of a search that a model wrote nothing in
its text does, nor any value that the search may have made up itself.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from bot.domain.evidence import MODEL_SEARCH, Cell, Evidence, Row
from bot.errors import BotError
from bot.safety.spl_lexer import read
from bot.safety.statements import Amount, Moment, Statement

_MOST_CHARS = 60_000  # of a search's rows, from both ends; a model was shown far fewer
_MOST_CELL_CHARS = 2000
_NUMBER = re.compile(r"(?<![\w.])[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?(?![\w]|\.\d)")
_CLOCK = re.compile(  # digits of a time are no numbers of anything else
    r"(?<!\d)(?:\d{4}-\d\d-\d\d|\d\d[-/]\d\d[-/]\d{4})(?!\d)|(?<!\d)\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?!\d)(?:\s?[+-]\d\d:?\d\d)?"
)
_EPOCHS = (1e9, 4.2e9)  # what numbers are read as times too: 2001 to 2103
_ABOUT = 0.05  # how far "about" reaches
_ROUGHEST = 0.05  # how far a rounded unit reaches: "2 hours" are 114 to 126 minutes

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


def unsupported(statement: Statement, cited: Sequence["CitedSearch"]) -> str | None:
    """Return why *statement* is not borne out by the searches in *cited*, in a clause; None when it is."""
    if statement.objection:
        return statement.objection
    if not cited:
        return "it cites no search"
    grounds = [search for search in cited if not search.makes_values]
    if not grounds:
        return f"the search behind {', '.join(search.id for search in cited)} makes values of its own"
    if not (statement.names or statement.amounts or statement.moments):
        return "it states nothing that can be checked"
    return _missing(statement, grounds)


def _missing(statement: Statement, grounds: Sequence["CitedSearch"]) -> str | None:
    names = statement.names
    absent = [name for name in names if not any(search.names(name) for search in grounds)]
    absent += [one.said for one in statement.moments if not any(search.shows_moment(one, ()) for search in grounds)]
    absent += [one.said for one in statement.amounts if not any(search.shows_amount(one, ()) for search in grounds)]
    if absent:
        few = ", ".join(absent[:3]) + (f" and {len(absent) - 3} more" if len(absent) > 3 else "")
        return f"{few} {'stands' if len(absent) == 1 else 'stand'} in no row that it cites"
    apart = [one.said for one in statement.amounts if not any(search.shows_amount(one, names) for search in grounds)]
    apart += [one.said for one in statement.moments if not any(search.shows_moment(one, names) for search in grounds)]
    return f"{apart[0]} stands beside another name than it says" if apart else None


def unsaid(statement: Statement, lines: Iterable[str]) -> str | None:
    """Return why *statement* says more than *lines* do, in a clause; None when each thing stands in one of them."""
    if statement.objection:
        return statement.objection
    texts = [line.lower() for line in lines]
    numbers = [_read(found) for text in texts for found in _NUMBER.findall(text)]
    more = [name for name in statement.names if not any(_stands(name, text) for text in texts)]
    more += [one.said for one in statement.moments if not any(_shows(one, text) for text in texts)]
    amounts = [one for one in statement.amounts if not any(_is(one, number) for number in numbers)]
    more += [one.said for one in amounts if not any(_stands(one.said.lower(), text) for text in texts)]  # "two"
    return f"it says {', '.join(more[:3])}, which the rules do not" if more else None


class CitedSearch:
    """One cited search, as statements are held against it. Made once for all of a reading's claims: it reads rows."""

    def __init__(self, entry: Evidence, rows: Sequence[Row]) -> None:
        self._entry = entry
        self._rows, self._texts = _read_within(rows, _MOST_CHARS)
        self._own = entry.probe == MODEL_SEARCH
        if self._own:  # what looks like a search may be one that a model sent, to find its own words in it
            self._texts = ["" if _SPL_TEXT.search(text) else text for text in self._texts]
        self._in_spl = entry.spl.lower()

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
        return bool(self._with((name,))) or _stands(name, self._around)

    def shows_amount(self, amount: Amount, names: Sequence[str]) -> bool:
        """Say whether *amount* stands in a row that holds one of *names* (in any, if none does), or counts the rows."""
        held = self._with(names)
        chosen = held or range(len(self._rows))
        if any(_is(amount, number) for at in chosen for number in self._numbers[at]):
            return True
        counts = {len(held)} if held else {self._entry.row_count, len(chosen), *self._distinct}
        plain = amount.scales == (1.0,)  # a count of rows has no unit
        if plain and any(_is(amount, float(count)) for count in counts if count != 1 and not self._asked_for(count)):
            return True
        window_s = self._entry.window.latest - self._entry.window.earliest
        if amount.of_time and not self._own and _is(amount, window_s):
            return True
        return any(_is(amount, total) for total in self._sums(chosen))

    def shows_moment(self, moment: Moment, names: Sequence[str]) -> bool:
        """Say whether a bound of the window shows *moment*, or a row as of `shows_amount`, epochs read as UTC."""
        window = self._entry.window
        if not self._own and any(_shows(moment, _stamp(time)) for time in (window.earliest, window.latest)):
            return True
        chosen = self._with(names) or range(len(self._rows))
        epochs = {number for at in chosen for number in self._numbers[at] if _EPOCHS[0] <= number <= _EPOCHS[1]}
        return any(_shows(moment, text) for text in (*map(_stamp, epochs), *(self._texts[at] for at in chosen)))

    @cached_property
    def _around(self) -> str:
        """What else names things: columns, but of a model's search those alone that it did not name itself."""
        columns = dict.fromkeys(name.lower() for row in self._rows for name in row)
        if self._own:
            return "\n".join(name for name in columns if not _stands(name, self._in_spl))
        return "\n".join((*columns, self._in_spl))

    @cached_property
    def _numbers(self) -> list[tuple[float, ...]]:
        return [tuple(map(_read, _NUMBER.findall(_CLOCK.sub(" ", text)))) for text in self._texts]

    @cached_property
    def _distinct(self) -> frozenset[int]:
        distinct: dict[str, set[Cell]] = {}
        for row in self._rows:
            for name, cell in row.items():
                distinct.setdefault(name, set()).add(cell)
        return frozenset(len(cells) for cells in distinct.values())

    def _asked_for(self, count: int) -> bool:
        """Say whether a model's own search asks for that many: `head 60` shows no 60 of anything."""
        return self._own and count > 0 and str(count) in _NUMBER.findall(self._in_spl)

    def _with(self, names: Iterable[str]) -> list[int]:
        held = list(names)
        return [at for at, text in enumerate(self._texts) if any(_stands(name, text) for name in held)]

    def _sums(self, chosen: Iterable[int]) -> list[float]:
        columns: dict[str, float] = {}
        for at in chosen:
            for name, cell in self._rows[at].items():
                if isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()):
                    columns[name] = columns.get(name, 0.0) + _read(cell.strip())
        return list(columns.values())


def _read_within(rows: Sequence[Row], budget: int) -> tuple[list[Row], list[str]]:
    """Return *rows* and their texts from both ends until *budget* characters are read; the middle is left out."""
    texts: dict[int, str] = {}
    for turn in range(len(rows)):
        at = turn // 2 if turn % 2 == 0 else len(rows) - 1 - turn // 2
        texts[at] = "\n".join(_text(cell) for cell in rows[at].values()).lower()
        budget -= len(texts[at]) + 1
        if budget < 0:
            break
    kept = sorted(texts)
    return [rows[at] for at in kept], [texts[at] for at in kept]


def _stamp(epoch_s: float) -> str:
    return f"{datetime.fromtimestamp(min(max(epoch_s, 0), _EPOCHS[1]), UTC):%Y-%m-%d %H:%M:%S}"


def _stands(name: str, text: str) -> bool:
    """Say whether *name* stands in *text* as a name of its own; "idx2" also in idx2.example.com, never in idx21."""
    if name not in text:  # by far the most common, and the cheapest
        return False
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text) is not None


def _is(amount: Amount, number: float) -> bool:
    """Say whether *amount* is *number*, rounded to the digits that it has."""
    number = abs(number)
    for scale in amount.scales:
        rounds = scale != 1.0 or number % 1
        reach = min(amount.step / 2, amount.value * _ROUGHEST if scale > 1.0 else 1.0) * scale if rounds else 0.0
        if amount.about:
            reach = max(reach, amount.value * scale * _ABOUT)
        if abs(number - amount.value * scale) <= reach * (1 + 1e-9) + 1e-9 * number:
            return True
    return False


def _shows(moment: Moment, text: str) -> bool:
    for part in (moment.day, moment.clock):
        if part and not re.search(rf"(?<!\d){re.escape(part)}(?!\d)", text):
            return False
    return True


def _text(cell: Cell) -> str:
    return (cell if isinstance(cell, str) else "\n".join(cell))[:_MOST_CELL_CHARS]


def _read(number: str) -> float:
    return float(number.replace(",", ""))
