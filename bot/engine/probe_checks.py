"""Whether a probe may be sent: safe, within its bounds, its times readable, every placeholder known."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.window import TimeWindow
from bot.domain.workflow import DEFAULT_WINDOW
from bot.engine.common_parts import Expanded, child
from bot.engine.file_problem import nearest
from bot.engine.finding_text import named_in
from bot.engine.yaml_nodes import Route
from bot.errors import BadTime, SearchRefused, UsageError
from bot.safety.bounds import POLICIES, Origin
from bot.safety.spl import limit, refusals
from bot.safety.times import resolve, window
from bot.safety.values import PARAMETERS, fill

# Names as people give them. The space shows a placeholder that stands outside of quotes, which fails at some names.
_SAMPLE = {**dict.fromkeys(PARAMETERS, "an example"), **DEFAULT_WINDOW}
_NOW = 1_767_277_845.0  # any moment will do that is on no boundary of an hour
_PLACE = re.compile(r" at (\d+):(\d+)\b")  # where the guard points, by line and column of the filled search
_SNAPSHOT = re.compile(r"\s*\|\s*rest\b", re.IGNORECASE)


def check_probe(expanded: Expanded, at: Route, probe: Mapping[str, Any]) -> None:
    """Note all that would keep the probe at *at* from being sent."""
    unknown = {
        name
        for key in ("spl", "earliest", "latest")
        for name in _unknown_placeholders(expanded, (*at, key), child(probe, key))
    }
    covered = _window(expanded, at, _told_apart(probe, unknown))
    spl = child(probe, "spl")
    if isinstance(spl, str):
        for refusal in _refusals(_told_apart(probe, unknown)["spl"], covered):
            problem, mend = _halves(_PLACE.sub("", str(refusal)))
            place = _PLACE.search(str(refusal))
            offset = _offset(spl, int(place[1]), int(place[2])) if place else None
            expanded.add((*at, "spl"), problem, mend, offset=offset)


def _told_apart(probe: Mapping[str, Any], unknown: Iterable[str]) -> dict[str, Any]:
    """Return *probe* with a known placeholder in place of each *unknown* one, which has been told."""
    texts = {key: child(probe, key) for key in ("spl", "earliest", "latest")}
    for name in unknown:
        for key, known in (("spl", "{index}"), ("earliest", "{earliest}"), ("latest", "{latest}")):
            if isinstance(texts[key], str):
                texts[key] = texts[key].replace(f"{{{name}}}", known)
    return texts


def _refusals(spl: str, covered: TimeWindow | None) -> Iterator[Exception]:
    """Yield why the guard does not send *spl*: each command that does more than read, else its bounds."""
    try:
        filled = fill(spl, _SAMPLE)
        unsafe = list(refusals(filled))
        yield from unsafe
        if covered and not unsafe:
            limit(filled, covered, POLICIES[Origin.WORKFLOW])
    except (SearchRefused, UsageError) as error:
        yield error


def _unknown_placeholders(expanded: Expanded, at: Route, text: Any) -> set[str]:
    unknown = [(name, offset) for name, offset in named_in(str(text)) if name not in PARAMETERS]
    for name, offset in unknown:
        mend = f"{nearest(name, PARAMETERS)} A person's problem names no other."
        expanded.add(at, f"{{{name}}} is never filled in", mend, offset=offset)
    return {name for name, _ in unknown}


def _window(expanded: Expanded, at: Route, probe: Mapping[str, Any]) -> TimeWindow | None:
    """Return the window that *probe* covers; a missing end is told, and taken to be now."""
    earliest, latest, spl = (child(probe, key) for key in ("earliest", "latest", "spl"))
    if earliest is None and latest is None:
        if isinstance(spl, str) and not _SNAPSHOT.match(spl):
            mend = "Add earliest and latest, such as -24h and now; only | rest does without."
            expanded.add((*at, "spl"), "has no time window", mend)
        earliest, latest = DEFAULT_WINDOW.values()
    elif earliest is None or latest is None:
        lacking = "earliest" if earliest is None else "latest"
        expanded.add(at, f"has no {lacking}", "Write both, or neither for | rest.", at_key=True)
    bounds = {"earliest": earliest, "latest": latest or DEFAULT_WINDOW["latest"]}
    readable = [_is_readable(expanded, (*at, key), bound) for key, bound in bounds.items() if bound is not None]
    if earliest is None or not all(readable):
        return None
    try:
        return window(fill(bounds["earliest"], _SAMPLE), fill(bounds["latest"], _SAMPLE), _NOW)
    except BadTime as error:
        expanded.add((*at, "earliest"), *_halves(str(error)))
        return None


def _is_readable(expanded: Expanded, at: Route, bound: Any) -> bool:
    if not isinstance(bound, str):
        return False  # which its shape has told
    try:
        resolve(fill(bound, _SAMPLE), _NOW)
    except BadTime as error:
        expanded.add(at, *_halves(str(error)))
        return False
    return True


def _offset(text: str, line: int, column: int) -> int:
    """Return the place in the template: exact, unless a placeholder stands before it on its line."""
    lines = text.splitlines(keepends=True)
    return min(sum(map(len, lines[: line - 1])) + column - 1, len(text) - 1)


def _halves(sentence: str) -> tuple[str, str]:
    """Split "what is wrong; what to do." as the guard writes it."""
    problem, _, mend = sentence.removeprefix("The search is not sent: ").rstrip(".").rpartition("; ")
    return problem.rstrip(" ,"), mend[:1].upper() + mend[1:] + "."
