"""A time window: what a search covers, in epoch seconds (UTC)."""

from typing import Self

from pydantic import BaseModel, ConfigDict, FiniteFloat, model_validator


class TimeWindow(BaseModel):
    """From *earliest* (inclusive) to *latest* (exclusive); both are always sent, or Splunk reads all time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    earliest: FiniteFloat
    latest: FiniteFloat
    as_of: FiniteFloat | None = None
    """The moment that relative times counted from. What lies after it is the future, which holds few events."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.earliest < self.latest:
            raise ValueError("the window is empty: earliest must lie before latest")
        return self
