"""A list that listens: keeps a run's events, for its span tree."""

from bot.domain.event import RunEvent
from bot.telemetry.spans import Span, span_tree


class Recorder:
    """An observer that keeps every event of one run."""

    def __init__(self) -> None:
        self.events: list[RunEvent] = []

    def __call__(self, event: RunEvent) -> None:
        self.events.append(event)

    def tree(self) -> Span | None:
        """Return the run's spans; None while it is going on."""
        return span_tree(self.events)
