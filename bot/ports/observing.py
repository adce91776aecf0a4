"""Who listens to runs."""

from collections.abc import Callable

from bot.domain.event import RunEvent

Observer = Callable[[RunEvent], None]
"""One who listens to runs: the Slack thread, the terminal, telemetry; a list's append in tests.

It returns at once and keeps what it must do later to itself. Its failure is logged and never fails a run."""
