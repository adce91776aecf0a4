"""Opens and closes the client of the one configured language model."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

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
from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from bot.agent.access import ModelAccess
from bot.agent.hearing import forget, hear
from bot.agent.meter import Meter
from bot.agent.offer import EVERYTHING, Offer
from bot.agent.tracing import install_our_tracing
from bot.agent.translation import LONGEST_WAIT_S, out_of_quota

_NO_KEY = "none"  # the client insists on a key; servers on one's own machine often want none
_PASSING_STATUSES = (408, 409, 429, 500, 502, 503, 504)


@dataclass(slots=True)
class OpenModel:
    """A model ready to be asked. `offer` shrinks once its endpoint has answered a lesser one."""

    access: ModelAccess
    sdk: Model
    settings: ModelSettings
    offer: Offer = EVERYTHING
    meter: Meter = field(default_factory=Meter)

    def settings_of_request(self, offer: Offer, *, tools: bool, last: bool) -> ModelSettings:
        """Return the settings of a request with *tools* or without; the *last* one is to be answered, not acted on."""
        if tools:
            return replace(self.settings, tool_choice="none") if last else self.settings
        if offer.typed != "a JSON object":
            return self.settings
        wanted = {"type": "json_object"}
        chat = self.access.api == "chat_completions"
        return replace(self.settings, extra_body={"response_format": wanted} if chat else {"text": {"format": wanted}})


@asynccontextmanager
async def open_model(access: ModelAccess, meter: Meter | None = None) -> AsyncIterator[OpenModel]:
    """Open the model's client, and close it at the end. Sends nothing yet."""
    install_our_tracing(access.api_key if access.traces_to_openai else None)
    client = AsyncOpenAI(
        base_url=access.base_url,
        api_key=access.api_key.get_secret_value() if access.api_key else _NO_KEY,
        max_retries=0,  # its own would multiply with the runner's
        timeout=None,  # the settings of each request bound it
        http_client=DefaultAsyncHttpxClient(
            follow_redirects=False,  # the SDK's would take the rows along, to whomever an answer names
            event_hooks={"request": [forget], "response": [hear]},
        ),
    )
    async with client:
        sdk = OpenAIResponsesModel if access.api == "responses" else OpenAIChatCompletionsModel
        opened = OpenModel(access, sdk(access.model, client), model_settings(access), meter=meter or Meter())
        try:
            yield opened
        finally:
            await opened.meter.book()


def model_settings(access: ModelAccess) -> ModelSettings:
    """Return the settings of each request: retried where that may help, stored nowhere."""
    return ModelSettings(
        timeout=access.time_limit_s,
        **_most(access),
        store=False if access.keeps_answers else None,
        retry=ModelRetrySettings(
            max_retries=access.retries,
            backoff=ModelRetryBackoffSettings(
                initial_delay=access.retry_delay_s, multiplier=2, max_delay=LONGEST_WAIT_S
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


def _most(access: ModelAccess) -> dict[str, Any]:
    """Bound an answer, by the parameter that the endpoint knows.

    OpenAI's chat completions took `max_tokens` once, and its newer models refuse it; others know nothing else
    (platform.openai.com/docs/api-reference/chat/create).
    """
    if access.max_output_tokens is None:
        return {}
    if access.is_openais and access.api == "chat_completions":
        return {"extra_args": {"max_completion_tokens": access.max_output_tokens}}
    return {"max_tokens": access.max_output_tokens}


def _is_soon(context: RetryPolicyContext) -> bool:
    if context.normalized.is_timeout or out_of_quota(context.error):
        return False  # the next try would take as long, or come to the same
    asked_s = context.normalized.retry_after
    return asked_s is None or asked_s <= LONGEST_WAIT_S
