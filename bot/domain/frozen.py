"""The base of everything in the domain: immutable, and strict about unknown fields."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: made once, never changed, with no field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
