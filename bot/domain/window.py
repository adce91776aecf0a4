"""The time a search reads: two absolute bounds, always both."""

from typing import Self

from pydantic import FiniteFloat, model_validator

from bot.domain.frozen import Frozen


class TimeWindow(Frozen):
    """From `earliest` (inclusive) to `latest` (exclusive), both in epoch seconds, UTC."""

    earliest: FiniteFloat
    latest: FiniteFloat

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.earliest >= self.latest:
            raise ValueError("a window must start before it ends")
        return self
