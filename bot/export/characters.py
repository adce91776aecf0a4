"""Numbers and moments as a document shows them. Pure."""

import math
from datetime import UTC, datetime

from bot.domain.window import TimeWindow


def stamp(epoch_s: float) -> str:
    """Return a moment as an ISO stamp in UTC; as plain seconds where the calendar does not reach."""
    try:
        at = datetime.fromtimestamp(epoch_s, UTC)
    except (OverflowError, ValueError, OSError):
        return f"epoch {epoch_s:g}"
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z").replace(".000Z", "Z")


def span(window: TimeWindow) -> str:
    """Return a window as two ISO stamps."""
    return f"{stamp(window.earliest)} to {stamp(window.latest)}"


def seconds(duration_s: float) -> str:
    """Say a duration: "0.24 s", "1,834 s"."""
    if not math.isfinite(duration_s):
        return "not known"
    return f"{duration_s:,.2f} s" if abs(duration_s) < 100 else f"{duration_s:,.0f} s"
