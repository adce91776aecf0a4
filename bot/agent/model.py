"""Opens and closes the client of the one configured language model."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agents import (
    Model,
    ModelRetryBackoffSettings,
    ModelRetrySettings,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RetryPolicyContext,
    retry_policies,
)
from openai import AsyncOpenAI

from bot.agent.access import ModelAccess
from bot.agent.tracing import install_our_tracing

_NO_KEY = "none"  # the client insists on a key; servers on one's own machine often want none
_LONGEST_WAIT_S = 10  # an endpoint that asks us to come back later than this is not waited for
_PASSING_STATUSES = (408, 409, 429, 500, 502, 503, 504)


@dataclass(slots=True)
class OpenModel:
    """A model ready to be asked. `takes_schema` turns false when its endpoint refuses a JSON schema."""

    access: ModelAccess
    sdk: Model
    settings: ModelSettings
    takes_schema: bool = True


@asynccontextmanager
async def open_model(access: ModelAccess) -> AsyncIterator[OpenModel]:
    """Open the model's client, and close it at the end. Sends nothing yet."""
    install_our_tracing()
    client = AsyncOpenAI(
        base_url=access.base_url,
        api_key=access.api_key.get_secret_value() if access.api_key else _NO_KEY,
        max_retries=0,  # its own would multiply with the runner's
        timeout=None,  # `asking.ask` bounds the whole answer; a bound on each try would add up
    )
    async with client:
        sdk = OpenAIResponsesModel if access.api == "responses" else OpenAIChatCompletionsModel
        yield OpenModel(access, sdk(access.model, client), model_settings(access))


def model_settings(access: ModelAccess) -> ModelSettings:
    """Return the settings of each request: retried where that may help, stored nowhere."""
    return ModelSettings(
        store=False if access.keeps_answers else None,
        retry=ModelRetrySettings(
            max_retries=access.retries,
            backoff=ModelRetryBackoffSettings(
                initial_delay=access.retry_delay_s, multiplier=2, max_delay=_LONGEST_WAIT_S
            ),
            policy=retry_policies.all(
                _is_soon,
                retry_policies.any(
                    retry_policies.network_error(),
                    retry_policies.http_status(_PASSING_STATUSES),
                    retry_policies.retry_after(),
                ),
            ),
        ),
    )


def _is_soon(context: RetryPolicyContext) -> bool:
    asked_s = context.normalized.retry_after
    return asked_s is None or asked_s <= _LONGEST_WAIT_S
