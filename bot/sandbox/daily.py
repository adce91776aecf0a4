"""Streams of certain hours, such as a nightly batch: one stream a day, each with its own start and end."""

from collections.abc import Iterator, Mapping

from bot.sandbox.scenario import Stream
from bot.sandbox.templates import duration_range_s

_DAYS = 8  # as far back as a stream reaches by default
_DAY_S = 86400


def by_day(events: Mapping[str, Stream]) -> Iterator[tuple[str, Stream]]:
    """Yield each stream under its name; one with `daily` once for each day."""
    for name, stream in events.items():
        if stream.daily is None:
            yield name, stream
            continue
        since, until = duration_range_s(stream.daily)
        for day in range(_DAYS):
            hours = {"since": f"{since - day * _DAY_S:.0f}s", "until": f"{until - day * _DAY_S:.0f}s"}
            yield f"{name}/{day}", stream.model_copy(update={**hours, "daily": None})
