"""How much the bot does at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caps:
    """How much happens at once. Slots are taken in the order run → agent → search, and waiting holds none."""

    runs: int = 4
    searches: int = 6
    agents: int = 4
    run_time_limit_s: float = 600
