"""What an endpoint is offered beyond plain chat, and how much less when it turns that down. Pure."""

import re
from dataclasses import dataclass, replace
from typing import Literal

_TYPED = re.compile(r"response_format|json_schema|json_object|text\.format|structured output", re.IGNORECASE)
_TOOLS = re.compile(r"\btools?\b|tool_choice|function.?call", re.IGNORECASE)

Typed = Literal["a JSON schema", "a JSON object", "words"]
_LESS: dict[Typed, Typed] = {"a JSON schema": "a JSON object", "a JSON object": "words"}


@dataclass(frozen=True, slots=True)
class Offer:
    """How an answer's type is asked for, by the endpoint's own means or in words alone, and whether with tools."""

    typed: Typed = "a JSON schema"
    tools: bool = True

    def __str__(self) -> str:
        """Say it: "a JSON object, no tools"."""
        return self.typed + ("" if self.tools else ", no tools")


EVERYTHING = Offer()


def less(offer: Offer, complaint: str) -> Offer | None:
    """Return what to offer an endpoint that turned *offer* down with *complaint*; None if that was not why."""
    if offer.typed in _LESS and _TYPED.search(complaint):
        return replace(offer, typed=_LESS[offer.typed])
    if offer.tools and _TOOLS.search(complaint):
        return replace(offer, tools=False)
    return None
