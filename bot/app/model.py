"""Opens the language model, and what it may use."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.app.accesses import meter_of, model_access, privacy_of
from bot.app.mcp import open_mcp
from bot.ports import Observer, RunStore, SummaryWriter, TaskAgent
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Model:
    """The two things a language model does here; both None when none is configured. *observers* hear of every run."""

    agent: TaskAgent | None = None
    writer: SummaryWriter | None = None
    observers: tuple[Observer, ...] = ()


@contextlib.asynccontextmanager
async def open_model_of(settings: Settings, store: RunStore | None) -> AsyncIterator[Model]:
    if settings.openai_model is None:
        yield Model()
        return
    # Importing openai-agents takes seconds; whoever runs without a model does not pay for it.
    from bot.agent.model import open_model  # noqa: PLC0415 - see above
    from bot.agent.summary_writer import OpenAISummaryWriter  # noqa: PLC0415 - see above
    from bot.agent.task_agent import OpenAITaskAgent  # noqa: PLC0415 - see above

    async with (
        open_model(model_access(settings), meter_of(settings, store)) as model,
        open_mcp(settings, privacy_of(settings)) as servers,
    ):
        observers = (model.meter.heed, *([servers.heed] if servers else []))
        yield Model(OpenAITaskAgent(model, servers), OpenAISummaryWriter(model), observers)


async def ping_model(settings: Settings) -> str:
    """Ask the model for a sign of life, and say how it answered. Raises ModelError."""
    from bot.agent.model import open_model  # noqa: PLC0415 - as in open_model_of
    from bot.agent.ping import ping  # noqa: PLC0415 - as in open_model_of

    async with open_model(model_access(settings)) as model:
        return await ping(model)
