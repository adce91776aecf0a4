"""What a model gives to a tool that is not ours: searches in it pass the guard, and a search tool's time is bounded."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.domain.window import TimeWindow
from bot.errors import SearchOutOfBounds
from bot.safety.bounds import POLICIES, Origin, limit
from bot.safety.objections import WRITES
from bot.safety.spl import check, sendable
from bot.safety.times import window

_SPL_NAME = re.compile(
    r"(?:spl|quer(?:y|ies)|search(?:es)?)(?:[_-]?(?:string|text|expr(?:ession)?|command|body))?$|^spl[_-]|^q$",
    re.IGNORECASE,
)
# A pipe may lead to a command that an app brings, and a macro may hold one, under whatever name they stand.
_SPL_TEXT = re.compile(r"\s*(?:search\s|index\s*=)|[^|`]*[|`]", re.IGNORECASE)
_STARTS, _ENDS = frozenset({"earliesttime", "earliest", "starttime"}), frozenset({"latesttime", "latest", "endtime"})
_EARLIEST, _LATEST = "-60m", "now"  # as for the bot's own searches


def guarded(arguments: Mapping[str, Any], takes: Collection[str], now: float) -> dict[str, Any]:
    """Return *arguments* as they may be sent to a tool that takes the arguments *takes*: names, or each name's schema.

    What stands under a name such as query, search or spl, at any depth, must only read, and so must any text that
    begins like a search or has a pipe or a macro in it. A tool that takes or is given earliest too, at any depth, is
    a search tool: what it searches is held to a model's bounds, its window to the last hour where the model gives
    none. Raises SearchRefused and BadTime.
    """
    searches = frozenset(_searches(arguments))
    for spl in searches:
        check(spl)
    starts, ends = _of(_STARTS, takes), _of(_ENDS, takes)
    if not searches or not (starts or _names_a_start(takes) or _names_a_start(arguments)):
        return dict(arguments)
    if _is_loose(arguments, held=bool(starts)):
        raise SearchOutOfBounds("The search is not sent: its tool bounds it by time; give each search its earliest.")
    bounds = window(_one(arguments, _STARTS, _EARLIEST), _one(arguments, _ENDS, _LATEST), now)
    for spl in searches:
        limit(spl, bounds, POLICIES[Origin.AGENT])
    # In epoch seconds: a time that Splunk cannot read it drops in silence, and searches all time.
    times = dict.fromkeys(starts, f"{bounds.earliest:.0f}") | dict.fromkeys(ends, f"{bounds.latest:.0f}")
    return {**_sent(arguments, searches, bounds), **times}


def _sent(value: Any, searches: Collection[str], bounds: TimeWindow, name: str = "") -> Any:
    """Return *value*, which stands under *name*, with each search and each time in it as Splunk reads them."""
    if _means(name, _STARTS):
        return f"{bounds.earliest:.0f}"
    if _means(name, _ENDS):
        return f"{bounds.latest:.0f}"
    if isinstance(value, Mapping):
        return {key: _sent(each, searches, bounds, str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [_sent(each, searches, bounds) for each in value]
    return sendable(value) if isinstance(value, str) and value in searches else value


def _means(name: str, names: Collection[str]) -> bool:
    """Say whether *name* means one of *names*: earliestTime, earliest_time, dispatch.earliest_time."""
    return re.sub(r"[_.-]", "", name).lower().removeprefix("dispatch") in names


def _of(names: Collection[str], takes: Collection[str]) -> list[str]:
    return [name for name in takes if _means(name, names)]


def _names_a_start(value: Any) -> bool:
    """Say whether *value*, arguments or a schema of some, has a name for a start in it, however deep."""
    if isinstance(value, Mapping):
        return any(_means(name, _STARTS) or _names_a_start(each) for name, each in value.items())
    return isinstance(value, list) and any(map(_names_a_start, value))


def _holds_start(value: Mapping[str, Any]) -> bool:
    """Say whether a start is given here, or in a part that is no list: what is beside it has that start too."""
    return any(
        _means(name, _STARTS) or (isinstance(each, Mapping) and _holds_start(each)) for name, each in value.items()
    )


def _is_loose(value: Any, name: str = "", *, held: bool) -> bool:
    """Say whether a search in *value* has no start, beside it or above."""
    if isinstance(value, Mapping):
        held = held or _holds_start(value)
        return any(_is_loose(each, str(key), held=held) for key, each in value.items())
    if isinstance(value, list):
        return any(_is_loose(each, name, held=held) for each in value)
    return not held and any(_searches(value, name))


def _one(arguments: Mapping[str, Any], names: Collection[str], otherwise: str) -> str:
    """Return the one time that is given by *names*. Raises SearchOutOfBounds where there are several, or it is none."""
    given = list(_given(arguments, names))
    if any(not isinstance(each, (str, int, float)) for each in given) or len(set(map(str, given))) > 1:
        raise SearchOutOfBounds(f"The search is not sent: give one time, as text, for its {min(names)}.")
    return str(given[0]) if given else otherwise


def _given(value: Any, names: Collection[str]) -> Iterator[Any]:
    """Return what is given, at any depth, under a name that means one of *names*."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if not _means(name, names):
                yield from _given(each, names)
            elif each:
                yield each
    elif isinstance(value, list):
        for each in value:
            yield from _given(each, names)


def _searches(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _searches(each, str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _searches(each, name)
    elif isinstance(value, str) and value.strip() and _is_search(name, value):
        yield value


def _is_search(name: str, text: str) -> bool:
    return any((_SPL_NAME.search(name), _SPL_TEXT.match(text), WRITES.search(text)))
