"""Whether what a sentence states stands in the searches that it cites. Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bot.safety.amounts import Amount
from bot.safety.cited import NUMBER, CitedSearch, number_in, shows, stands
from bot.safety.statements import Moment, Statement

_T = TypeVar("_T", Amount, Moment)


def unsupported(statement: Statement, cited: Sequence[CitedSearch]) -> str | None:
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
    if any(amount.value == 0 for amount in statement.amounts):
        return "it says that there is none; what is absent is for the rules"
    return _missing(statement, grounds) or _unknown(statement, grounds) or _apart(statement, grounds)


def _missing(statement: Statement, grounds: Sequence[CitedSearch]) -> str | None:
    absent = [name for name in statement.names if not any(search.names(name) for search in grounds)]
    absent += [one.said for one in statement.moments if not any(search.shows_moment(one) for search in grounds)]
    absent += [one.said for one in statement.amounts if not any(search.shows_amount(one) for search in grounds)]
    few = ", ".join(absent[:3]) + (f" and {len(absent) - 3} more" if len(absent) > 3 else "")
    return f"{few} {'stands' if len(absent) == 1 else 'stand'} in no row that it cites" if absent else None


def _unknown(statement: Statement, grounds: Sequence[CitedSearch]) -> str | None:
    unknown = (word for word in statement.words if not any(search.says(word) for search in grounds))
    return next((f"no cited row says {word!r}" for word in unknown), None)


def _apart(statement: Statement, grounds: Sequence[CitedSearch]) -> str | None:
    """Return which number or time stands in no row about what the statement names."""
    telling = [name for name in statement.names if any(map(str.isdigit, name))] or list(statement.names)
    about = [(search, search.about(statement.names, telling, statement.terms)) for search in grounds]
    if all(chosen is None for _, chosen in about):  # what it names stands in no row, only around them
        about = [(search, ()) for search in grounds if not telling or any(map(search.names, telling))]
    apart = [
        one.said for one in statement.amounts if not any(_bears(search.shows_amount, one, at) for search, at in about)
    ]
    apart += [
        one.said for one in statement.moments if not any(_bears(search.shows_moment, one, at) for search, at in about)
    ]
    return f"{apart[0]} stands beside another name than it says" if apart else None


def unsaid(statement: Statement, lines: Iterable[str]) -> str | None:
    """Return why *statement* says more than *lines* do, in a clause; None when each thing stands in one of them."""
    if statement.objection:
        return statement.objection
    texts = [line.lower() for line in lines]
    numbers = [number_in(found) for text in texts for found in NUMBER.findall(text)]
    more = [name for name in statement.names if not any(stands(name, text) for text in texts)]
    more += [one.said for one in statement.moments if not any(shows(one, text) for text in texts)]
    amounts = [one for one in statement.amounts if not any(map(one.is_, numbers))]
    more += [one.said for one in amounts if not any(stands(one.said.lower(), text) for text in texts)]  # "two"
    return f"it says {', '.join(more[:3])}, which the rules do not" if more else None


def _bears(shows: Callable[[_T, Sequence[int] | None], bool], one: _T, chosen: Sequence[int] | None) -> bool:
    """Say whether a search *shows* a thing in its rows *chosen*; in none, if None; anywhere, if there are none."""
    return chosen is not None and shows(one, chosen or None)
