"""Whether a probe may be sent: safe, within its bounds, its times readable, every placeholder known."""

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.window import TimeWindow
from bot.domain.workflow import DEFAULT_WINDOW
from bot.engine.common_parts import Expanded, child
from bot.engine.file_problem import nearest
from bot.engine.finding_text import named_in
from bot.engine.yaml_nodes import Route
from bot.errors import BadTime, SearchRefused, UsageError
from bot.safety.bounds import POLICIES, Origin
from bot.safety.spl import check, limit
from bot.safety.times import window
from bot.safety.values import PARAMETERS, fill

# Names as people give them. The space shows a placeholder that stands outside of quotes, which fails at some names.
_SAMPLE = {**dict.fromkeys(PARAMETERS, "an example"), **DEFAULT_WINDOW}
_NOW = 1_767_277_845.0  # any moment will do that is on no boundary of an hour
_PLACE = re.compile(r" at (\d+):(\d+)\b")  # where the guard points, by line and column of the filled search
_SNAPSHOT = re.compile(r"\s*\|\s*rest\b", re.IGNORECASE)


def check_probe(expanded: Expanded, at: Route, probe: Mapping[str, Any]) -> None:
    """Note what would keep the probe at *at* from being sent."""
    spl = child(probe, "spl")
    unknown = {
        key: _unknown_placeholders(expanded, (*at, key), child(probe, key)) for key in ("spl", "earliest", "latest")
    }
    covered = None if unknown["earliest"] or unknown["latest"] else _window(expanded, at, probe)
    if not isinstance(spl, str) or unknown["spl"]:
        return
    try:
        filled = fill(spl, _SAMPLE)
        check(filled)
        if covered:
            limit(filled, covered, POLICIES[Origin.WORKFLOW])
    except (SearchRefused, UsageError) as error:
        problem, mend = _halves(_PLACE.sub("", str(error)))
        place = _PLACE.search(str(error))
        offset = _offset(spl, int(place[1]), int(place[2])) if place else None
        expanded.add((*at, "spl"), problem, mend, offset=offset)


def _unknown_placeholders(expanded: Expanded, at: Route, text: Any) -> bool:
    unknown = [(name, offset) for name, offset in named_in(str(text)) if name not in PARAMETERS]
    for name, offset in unknown:
        mend = f"{nearest(name, PARAMETERS)} A person's problem names no other."
        expanded.add(at, f"{{{name}}} is never filled in", mend, offset=offset)
    return bool(unknown)


def _window(expanded: Expanded, at: Route, probe: Mapping[str, Any]) -> TimeWindow | None:
    earliest, latest, spl = (child(probe, key) for key in ("earliest", "latest", "spl"))
    if earliest is None and latest is None:
        if isinstance(spl, str) and not _SNAPSHOT.match(spl):
            mend = "Add earliest and latest, such as -24h and now; only | rest does without."
            expanded.add((*at, "spl"), "has no time window", mend)
        earliest, latest = DEFAULT_WINDOW.values()
    elif earliest is None or latest is None:
        lacking = "earliest" if earliest is None else "latest"
        expanded.add(at, f"has no {lacking}", "Write both, or neither for | rest.", at_key=True)
        return None
    if not (isinstance(earliest, str) and isinstance(latest, str)):
        return None  # which its shape has told
    try:
        return window(fill(earliest, _SAMPLE), fill(latest, _SAMPLE), _NOW)
    except BadTime as error:
        expanded.add((*at, "earliest"), *_halves(str(error)))
        return None


def _offset(text: str, line: int, column: int) -> int:
    """Return the place in the template: exact, unless a placeholder stands before it on its line."""
    lines = text.splitlines(keepends=True)
    return min(sum(map(len, lines[: line - 1])) + column - 1, len(text) - 1)


def _halves(sentence: str) -> tuple[str, str]:
    """Split "what is wrong; what to do." as the guard writes it."""
    problem, _, mend = sentence.removeprefix("The search is not sent: ").rstrip(".").rpartition("; ")
    return problem, mend[:1].upper() + mend[1:] + "."
