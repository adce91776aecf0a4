"""Asks a model for a sign of life, for `check --online`."""

import time

from pydantic import BaseModel, ConfigDict

from bot.agent.asking import Question, ask
from bot.agent.model import OpenModel
from bot.domain.event import RunEvent


class Alive(BaseModel):
    """The smallest typed answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ready: bool


async def ping(model: OpenModel) -> str:
    """Return a sentence that the model answered, and how it takes typed answers. Raises ModelError."""
    began = time.perf_counter()
    instructions = 'Reply with one JSON object and nothing else: {"ready": true}'
    await ask(model, Question("Ping", instructions, "Are you ready?", Alive), "", None, _ignore)
    took_s = time.perf_counter() - began
    typed = f"typed answers by {model.offer.typed}"
    return f"{model.access.model} at {model.access.endpoint} answered in {took_s:.1f} s, {typed}"


def _ignore(event: RunEvent) -> None:
    """Nobody listens to a ping."""
