"""Where the language model is and how long it may take. Imports no SDK, so that settings can be read cheaply."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.domain.frozen import Frozen
from bot.domain.spending import Price
from bot.safety.privacy import SECRETS_ONLY, Privacy

_OPENAI = "api.openai.com"


class ModelAccess(Frozen):
    """An OpenAI-compatible endpoint and a model on it."""

    base_url: str
    model: str
    api_key: SecretStr | None = None
    api: Literal["chat_completions", "responses"] = "chat_completions"
    time_limit_s: float = 60  # for one request; without tools for one answer, its retries and its re-ask included
    max_output_tokens: int | None = None  # of one answer, a reasoning model's reasoning included
    retries: int = 2  # of what a second try may mend: no connection, 429, 5xx
    retry_delay_s: float = 0.5  # doubles each time
    price: Price | None = None
    traces_to_openai: bool = False
    privacy: Privacy = SECRETS_ONLY  # who is hidden in what it answers

    @property
    def endpoint(self) -> str:
        """The host (and port) as a person names it: no path, no credentials."""
        parts = urlsplit(self.base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def keeps_answers(self) -> bool:
        """Whether the endpoint stores what it is sent unless told not to.

        OpenAI's Responses API does (platform.openai.com/docs/guides/your-data), and openai-agents 0.24 asks OpenAI's
        Chat Completions to (agents/models/chatcmpl_helpers.py, get_store_param). Other Chat Completions servers
        do not know the parameter, and may refuse it.
        """
        return self.api == "responses" or self.is_openais

    @property
    def is_openais(self) -> bool:
        """Whether it is OpenAI's own endpoint."""
        return urlsplit(self.base_url).hostname == _OPENAI
