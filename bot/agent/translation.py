"""Turns whatever the SDK raises into one ModelError: a sentence that says what is wrong and what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from agents import AgentsException
from agents.exceptions import ModelRefusalError
from openai import APIConnectionError, APIStatusError, APITimeoutError

from bot.agent.access import ModelAccess
from bot.errors import BotError, ModelError

_TOO_LONG = re.compile(
    r"context.{0,3}(length|window)|maximum context|too many tokens|prompt is too long", re.IGNORECASE
)
_NO_SCHEMA = re.compile(r"response_format|json_schema|text\.format|structured output", re.IGNORECASE)


@contextmanager
def translated(access: ModelAccess) -> Iterator[None]:
    """Raise ModelError for anything that goes wrong within. Cancellation passes."""
    try:
        yield
    except BotError:
        raise
    except Exception as error:
        # The SDK raises what it likes on a reply it did not foresee: AttributeError for a web page, say.
        raise ModelError(sentence_for(error, access)) from error


def refuses_schema(error: BaseException) -> bool:
    """Say whether the endpoint turned the request down because it knows no structured output."""
    return isinstance(error, APIStatusError) and error.status_code < 500 and bool(_NO_SCHEMA.search(_said(error)))


def sentence_for(error: Exception, access: ModelAccess) -> str:
    """Return the sentence for *error*. It names the endpoint and the model, and quotes nothing that was sent."""
    where = f"The model endpoint {access.endpoint}"
    if isinstance(error, (TimeoutError, APITimeoutError)):
        limit = f"{access.time_limit_s:g} s"
        return f"{where} gave no answer within {limit}. Try a faster model, or raise OPENAI_TIME_LIMIT_S."
    if isinstance(error, APIConnectionError):
        return f"{where} cannot be reached ({_reason(error)}). Check OPENAI_BASE_URL, and that the server runs."
    if isinstance(error, APIStatusError):
        return f"{where} {_of_status(error, access)}"
    if isinstance(error, ModelRefusalError):
        return f"The model {access.model} refused to answer."
    if isinstance(error, AgentsException):
        return f"The model {access.model} gave no usable answer. Another model may do better: see OPENAI_MODEL."
    return f"{where} answered with something that is no model's reply. Check OPENAI_BASE_URL; it often ends in /v1."


def _of_status(error: APIStatusError, access: ModelAccess) -> str:
    status = error.status_code
    if _TOO_LONG.search(_said(error)):
        return f"says that the request is too long for {access.model}. Use a model with a larger context."
    if "html" in error.response.headers.get("content-type", ""):
        return f"answered with a web page (HTTP {status}): a proxy's, or OPENAI_BASE_URL is not the API's address."
    if status >= 500:
        return f"failed (HTTP {status}). Try later; if it stays, look at the endpoint's own logs."
    refused = "refused the request (HTTP {status}). Check that {model} supports the API that OPENAI_API names: {api}."
    return _OF_STATUS.get(status, refused).format(status=status, model=access.model, api=access.api)


_OF_STATUS = {
    401: "does not accept the key. Check OPENAI_API_KEY.",
    403: "does not let this key use {model}. Check the key's rights, or OPENAI_MODEL.",
    404: "knows no model {model}, or no such path. Check OPENAI_MODEL and OPENAI_BASE_URL.",
    413: "says that the request is too large. Use an endpoint with a larger limit.",
    429: "is over its rate limit or quota (HTTP 429). Try later, or raise the limit.",
}


def _said(error: APIStatusError) -> str:
    """Return what the endpoint said; only ever matched, never shown, since it may quote what it was sent."""
    return f"{error.code} {error.message} {error.body}"


def _reason(error: BaseException) -> str:
    """Return the innermost cause's kind in words; its text may hold a URL with credentials, so it is not shown."""
    names = []
    seen: BaseException | None = error
    while seen is not None:
        names.append(f"{type(seen).__name__} {seen}")
        seen = seen.__cause__ or seen.__context__
    said = " ".join(names).lower()
    for mark, reason in _REASONS:
        if mark in said:
            return reason
    return "no connection"


_REASONS = (
    ("certificate", "its TLS certificate is not trusted"),
    ("ssl", "the TLS handshake failed"),
    ("refused", "connection refused"),
    ("name or service not known", "its name cannot be resolved"),
    ("getaddrinfo", "its name cannot be resolved"),
    ("name resolution", "its name cannot be resolved"),
    ("disconnected", "it closed the connection"),
    ("proxy", "the proxy does not let us through"),
)
