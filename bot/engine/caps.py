"""How much the bot does at once, and how far a model may look."""

from dataclasses import dataclass

from bot.safety.bounds import POLICIES, Origin, SearchPolicy


@dataclass(frozen=True, slots=True)
class Caps:
    """How much happens at once. Slots are taken in the order run → agent → search, and waiting holds none."""

    runs: int = 4
    searches: int = 6
    agents: int = 4
    run_time_limit_s: float = 600
    model_indexes: tuple[str, ...] | None = None  # patterns; None: every index that our role may read

    @property
    def model_policy(self) -> SearchPolicy:
        """What a search that a model writes may read."""
        return POLICIES[Origin.AGENT].model_copy(update={"indexes": self.model_indexes})
