"""What a model gives to a tool that is not ours: searches in it pass the guard, and a search tool's time is bounded."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.safety.bounds import POLICIES, Origin, limit
from bot.safety.objections import WRITES
from bot.safety.spl import check, sendable
from bot.safety.times import window

_SPL_NAME = re.compile(
    r"(?:spl|quer(?:y|ies)|search(?:es)?)(?:[_-]?(?:string|text|expr(?:ession)?|command|body))?$|^spl[_-]|^q$",
    re.IGNORECASE,
)
_SPL_TEXT = re.compile(r"\s*(?:[|`]|search\s|index\s*=)", re.IGNORECASE)
_STARTS, _ENDS = frozenset({"earliesttime", "earliest", "starttime"}), frozenset({"latesttime", "latest", "endtime"})
_EARLIEST, _LATEST = "-60m", "now"  # as for the bot's own searches


def guarded(arguments: Mapping[str, Any], takes: Collection[str], now: float) -> dict[str, Any]:
    """Return *arguments* as they may be sent to a tool that takes the arguments *takes*.

    What stands under a name such as query, search or spl, at any depth, must only read, and so must any text that
    begins like a search or pipes into a command that does more than read. A tool that takes earliest too is a search
    tool: what it searches is held to a model's bounds, its window to the last hour where the model gives none. Raises
    SearchRefused and BadTime.
    """
    searches = list(_searches(arguments))
    for spl in searches:
        check(spl)
    starts, ends = _of(_STARTS, takes), _of(_ENDS, takes)
    if not starts or not searches:
        return dict(arguments)
    bounds = window(_given(arguments, starts, _EARLIEST), _given(arguments, ends, _LATEST), now)
    for spl in searches:
        limit(spl, bounds, POLICIES[Origin.AGENT])
    # In epoch seconds: a time that Splunk cannot read it drops in silence, and searches all time.
    times = dict.fromkeys(starts, f"{bounds.earliest:.0f}") | dict.fromkeys(ends, f"{bounds.latest:.0f}")
    texts = {name: sendable(text) for name, text in arguments.items() if text in searches}
    return {**arguments, **texts, **times}


def _of(names: Collection[str], takes: Collection[str]) -> list[str]:
    """Return those of *takes* that mean one of *names*: earliestTime, earliest_time."""
    return [name for name in takes if re.sub(r"[_-]", "", name).lower() in names]


def _given(arguments: Mapping[str, Any], names: Collection[str], otherwise: str) -> str:
    return next((str(arguments[name]) for name in names if arguments.get(name)), otherwise)


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
