"""What an evaluation must reach, from thresholds.yml beside this file."""

from importlib import resources

import yaml

from bot.domain.frozen import Frozen
from bot.evals.scores import Totals


class Thresholds(Frozen):
    """Limits by the names of Totals' fields."""

    at_least: dict[str, float]
    at_most: dict[str, float]


def read_thresholds() -> Thresholds:
    """Return the limits."""
    text = (resources.files("bot.evals") / "thresholds.yml").read_text("utf-8")
    return Thresholds.model_validate(yaml.safe_load(text))


def missed(totals: Totals, thresholds: Thresholds) -> list[str]:
    """Say each limit that *totals* do not keep; what was not graded keeps every limit."""
    reached = totals.model_dump(exclude={"scenarios"})
    low = [
        f"{name} is {reached[name]:.3f}, at least {limit:g} is asked"
        for name, limit in thresholds.at_least.items()
        if reached[name] is not None and reached[name] < limit
    ]
    high = [
        f"{name} is {reached[name]}, at most {limit:g} is allowed"
        for name, limit in thresholds.at_most.items()
        if reached[name] > limit
    ]
    return low + high
