"""What a model gives to a tool that is not ours: searches in it pass the guard, and a search tool's time is bounded."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.safety.bounds import POLICIES, Origin, limit
from bot.safety.spl import check, sendable
from bot.safety.times import window

_SPL_NAME = re.compile(r"(?:spl|quer(?:y|ies)|search(?:es)?)$|^spl[_-]", re.IGNORECASE)
_SPL_TEXT = re.compile(r"\s*(?:\||search\s)", re.IGNORECASE)
_STARTS, _ENDS = ("earliest_time", "earliest"), ("latest_time", "latest")
_EARLIEST, _LATEST = "-60m", "now"  # as for the bot's own searches


def guarded(arguments: Mapping[str, Any], takes: Collection[str], now: float) -> dict[str, Any]:
    """Return *arguments* as they may be sent to a tool that takes the arguments *takes*.

    What stands under a name such as query, search or spl, at any depth, must only read, and so must any text that
    begins like a search. A tool that takes earliest too is a search tool: what it searches is held to a model's
    bounds, its window to the last hour where the model gives none. Raises SearchRefused and BadTime.
    """
    searches = list(_searches(arguments))
    for spl in searches:
        check(spl)
    start, end = _first(_STARTS, takes), _first(_ENDS, takes)
    if start is None or not searches:
        return dict(arguments)
    latest = str(arguments.get(end) or _LATEST) if end else _LATEST
    bounds = window(str(arguments.get(start) or _EARLIEST), latest, now)
    for spl in searches:
        limit(spl, bounds, POLICIES[Origin.AGENT])
    # In epoch seconds: a time that Splunk cannot read it drops in silence, and searches all time.
    times = {start: f"{bounds.earliest:.0f}", **({end: f"{bounds.latest:.0f}"} if end else {})}
    texts = {name: sendable(text) for name, text in arguments.items() if text in searches}
    return {**arguments, **texts, **times}


def _first(names: Collection[str], takes: Collection[str]) -> str | None:
    return next((name for name in names if name in takes), None)


def _searches(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _searches(each, str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _searches(each, name)
    elif isinstance(value, str) and value.strip() and (_SPL_NAME.search(name) or _SPL_TEXT.match(value)):
        yield value
