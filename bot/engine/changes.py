"""Pure: what changed shortly before the trouble began, as notes beside whatever is found."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.domain.run import Note
from bot.engine.rules import Hit

LOOK_BACK_S = 24 * 3600.0  # older changes are rarely what a new fault comes from
SLACK_S = 15 * 60.0  # people say "since 10:15" of what they noticed at 10:15


def notes(hits: Sequence[Hit], evidence: Mapping[str, str], now: float, onset: float | None = None) -> tuple[Note, ...]:
    """Return the *hits* that lie in the day before the *onset* of the trouble, or before *now* if nobody named one."""
    end = now if onset is None else min(now, onset + SLACK_S)
    start = (now if onset is None else onset) - LOOK_BACK_S
    return tuple(
        Note(
            at=hit.at,
            text=f"{_stamp(hit.at)}: {hit.text}",
            evidence=tuple(evidence[probe] for probe in hit.probes if probe in evidence),
        )
        for hit in hits
        if hit.at is not None and start <= hit.at <= end
    )


def _stamp(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
