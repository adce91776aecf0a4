"""The small language of a scenario's texts: durations, ranges such as fwd01..fwd40, and placeholders in braces."""

import re
from collections.abc import Mapping
from random import Random

from bot.sandbox.spl import times

SPLUNKD_TIME = "%m-%d-%Y %H:%M:%S.%3N %z"
PLACEHOLDER = re.compile(r"\{([a-z_]+)(?:([+-]\d+[smhdw]?)|:([^{}]*))?\}")
_HOSTS = re.compile(r"(?P<stem>.*?)(?P<first>\d+)\.\.(?P=stem)(?P<last>\d+)(?P<tail>.*)")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")
_DURATION = re.compile(r"([+-]?)(\d+(?:\.\d+)?)([smhdw])")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

MOST_NAMES = 10_000  # that one range stands for; more takes minutes to make and tells nothing new

Choice = str | int | float | list[str | int | float]


def duration_s(written: str) -> float:
    """Read 20s, -35m, +5m or now; ValueError says what was expected."""
    if written == "now":
        return 0.0
    match = _DURATION.fullmatch(written)
    if match is None:
        raise ValueError(f"{written!r} is no duration: write a number and one of s, m, h, d, w, such as 20s or -35m")
    return float(f"{match[1]}{match[2]}") * _UNIT_SECONDS[match[3]]


def duration_range_s(written: str) -> tuple[float, float]:
    """Read 2s or 1s..3s."""
    first, _, last = written.partition("..")
    low, high = duration_s(first), duration_s(last or first)
    return min(low, high), max(low, high)


def names(written: str) -> list[str]:
    """Expand fwd01..fwd40 into forty names, keeping the leading zeros; any other text is one name.

    Raises ValueError for a range that runs backwards or is too long.
    """
    match = _HOSTS.fullmatch(written)
    if match is None:
        return [written]
    width = len(match["first"])
    numbers = range(int(match["first"]), int(match["last"]) + 1)
    if not numbers:
        raise ValueError(f"{written} runs backwards: write the lower number first")
    if len(numbers) > MOST_NAMES:
        raise ValueError(f"{written} stands for {len(numbers):,} names, and at most {MOST_NAMES:,} are taken")
    return [f"{match['stem']}{number:0{width}d}{match['tail']}" for number in numbers]


def chosen(choice: Choice, chance: Random) -> str:
    """Pick of a list, draw from a range, or take a plain value as it is."""
    if isinstance(choice, list):
        return str(chance.choice(choice))
    match = _RANGE.fullmatch(choice) if isinstance(choice, str) else None
    if match is None:
        return str(choice)
    if "." in match[1] or "." in match[2]:
        decimals = max(len(part.partition(".")[2]) for part in match.groups())
        return f"{chance.uniform(float(match[1]), float(match[2])):.{decimals}f}"
    return str(chance.randint(int(match[1]), int(match[2])))


def filled(template: str, values: Mapping[str, Choice], at: float, chance: Random) -> str:
    """Write an event's text: {time}, {time:%H:%M}, {epoch}, {epoch-5} and the stream's own values."""
    drawn: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        name, shift, form = match.groups()
        if name == "time":
            return times.strftime(at, form or SPLUNKD_TIME)
        if name == "epoch":
            return str(int(at) + int(shift or 0))
        if name not in drawn:
            drawn[name] = chosen(values[name], chance)
        return drawn[name]

    return PLACEHOLDER.sub(fill, template)


def unknown_placeholders(template: str, known: set[str]) -> list[str]:
    return [match[1] for match in PLACEHOLDER.finditer(template) if match[1] not in known | {"time", "epoch"}]


def moment_filled(value: str, now: float, each: str) -> str:
    """Fill a REST value: {now-40s} becomes an epoch, {each} the row's name."""

    def fill(match: re.Match[str]) -> str:
        if match[1] == "now":
            return str(int(now + (duration_s(match[2]) if match[2] else 0)))
        return each if match[1] == "each" else match[0]

    return PLACEHOLDER.sub(fill, value)
