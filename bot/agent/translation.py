"""Turns whatever the SDK raises into one ModelError: a sentence that says what is wrong and what to do."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from agents import AgentsException
from agents.exceptions import ModelRefusalError, ModelTimeoutError
from openai import APIConnectionError, APIStatusError, APITimeoutError

from bot.agent.access import ModelAccess
from bot.agent.meter import AWAY_S
from bot.agent.offer import Offer, less
from bot.agent.watching import ErrorInstead, WebPage, Withheld
from bot.errors import BotError, ModelAway, ModelError
from bot.safety.redirects import redirected_to

LONGEST_WAIT_S = 10  # an endpoint that asks us to come back later than this is not waited for
_TOO_LONG = re.compile(
    r"context.{0,3}(length|window|size)|maximum context|too many tokens|(prompt|input|request).{0,20} too (long|large)"
    r"|reduce the length|too large for model",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model.{0,80}(not.{0,3}found|not exist|unknown|invalid|no such)|(invalid|unknown|no such).{0,3}model",
    re.IGNORECASE,
)
_INVALID_FIELD = re.compile(  # as FastAPI words it, in two ages: its first fault, before anything is quoted
    r"(?:\d+ validation errors?:\s+|\[)\{'type': '\w+', 'loc': \('body', '(\w+)'(?:, '(\w+)')?"
)
_FILTERED = re.compile(r"content.?(filter|management|policy)|responsible.?ai", re.IGNORECASE)


@contextmanager
def translated(access: ModelAccess) -> Iterator[None]:
    """Raise ModelError for anything that goes wrong within. Cancellation passes."""
    try:
        yield
    except BotError:
        raise
    except Exception as error:  # the SDK raises what it likes: AttributeError for a web page, say
        ours = error.__cause__  # the SDK wraps what is raised as it calls a tool
        if isinstance(ours, BotError):
            raise ours from error
        kind = ModelAway if _is_away(error) else ModelError
        raise kind(sentence_for(error, access)) from error


def _is_away(error: Exception) -> bool:
    if isinstance(error, APIStatusError):
        status = error.status_code
        return status < 400 or status in {401, 402, 403, 404, 405} or out_of_quota(error) or _back_in_s(error) > AWAY_S
    return isinstance(error, (TimeoutError, APIConnectionError, ModelTimeoutError, WebPage))


def turned_down(offer: Offer, error: APIStatusError) -> Offer | None:
    """Return what less to offer the endpoint that refused a request with *error*; None if that would not help.

    llama.cpp's server in Python says with 500 which part of a request it does not know. Any other 500 may pass, and
    may quote what it was sent.
    """
    status = error.status_code
    if status < 400 or status in _NOT_ABOUT_THE_OFFER or status > 500 or says_too_long(error):
        return None
    if status < 500:
        return less(offer, _said(error))
    said = error.body.get("message") if isinstance(error.body, Mapping) else None
    invalid = _INVALID_FIELD.match(str(said))
    return less(offer, ".".join(filter(None, invalid.groups()))) if invalid else None


def says_too_long(error: APIStatusError) -> bool:
    """Say whether the request was more than the model, or the endpoint, can take."""
    return error.status_code == 413 or (400 <= error.status_code < 500 and bool(_TOO_LONG.search(_said(error))))


def out_of_quota(error: Exception) -> bool:
    """Say whether the account has no money or quota left, which no waiting mends.

    OpenAI says so with 429 and a code; the words that go with it others use for limits that pass.
    """
    if not isinstance(error, APIStatusError):
        return False
    return error.status_code == 402 or bool({str(error.code), str(error.type)} & _OUT_OF_QUOTA)


def _back_in_s(error: APIStatusError) -> int:
    """Return in how many seconds the endpoint asks us to come back; 0 where it does not say."""
    asked = error.response.headers.get("retry-after", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0


def _comes_back(error: APIStatusError) -> str:
    """Say when to come back, where that is too long to wait for here; else ""."""
    asked_s = _back_in_s(error)
    if asked_s <= LONGEST_WAIT_S:
        return ""
    told = next((f"{round(asked_s / size)} {unit}" for size, unit in _UNITS if asked_s >= size), f"{asked_s} s")
    return f" and asks to come back in {told}"


def sentence_for(error: Exception, access: ModelAccess) -> str:
    """Return the sentence for *error*. It names the endpoint and the model, and quotes nothing that was sent."""
    where = f"The model endpoint {access.endpoint}"
    if isinstance(error, (TimeoutError, APITimeoutError, ModelTimeoutError)):
        limit = f"{access.time_limit_s:g} s"
        return f"{where} gave no answer within {limit}. Try a faster model, or raise OPENAI_TIME_LIMIT_S."
    if isinstance(error, APIConnectionError):
        reason, remedy = _reason(error)
        return f"{where} cannot be reached ({reason}). {remedy}"
    if isinstance(error, APIStatusError):
        return _of_status(where, error, access)
    if isinstance(error, WebPage):
        page = f"answered with a web page (HTTP {error.status})"
        return f"{where} {page}: a proxy's, or OPENAI_BASE_URL is not the API's address; it often ends in /v1."
    if isinstance(error, (ErrorInstead, Withheld, AgentsException)):
        return _of_reply(error, access)
    return f"{where} answered with something that is no model's reply. Check OPENAI_BASE_URL; it often ends in /v1."


def _of_reply(error: Exception, access: ModelAccess) -> str:
    if isinstance(error, Withheld):
        return _withheld(access)
    if isinstance(error, ErrorInstead):
        told = f"The model endpoint {access.endpoint} reported an error instead of an answer."
        return f"{told} Try later; if it stays, look at the endpoint's own logs."
    if isinstance(error, ModelRefusalError):
        return f"The model {access.model} refused to answer."
    return f"The model {access.model} gave no usable answer. Try another model: see OPENAI_MODEL."


def _withheld(access: ModelAccess) -> str:
    return (
        f"A content filter at {access.endpoint} withheld the answer of {access.model}. "
        "Relax the filter, or use another model: see OPENAI_MODEL."
    )


def _of_status(where: str, error: APIStatusError, access: ModelAccess) -> str:
    status, said = error.status_code, _said(error)
    if status < 400:
        return f"{where} {_redirects(error, access)}"
    if says_too_long(error):
        return f"{where} says that the request is too long for {access.model}. Use a model with a larger context."
    if status < 500 and _FILTERED.search(said):
        return _withheld(access)
    if status in {400, 404, 422} and _NO_MODEL.search(said):
        return f"{where} knows no model {access.model}. Check OPENAI_MODEL."
    told = _BILLING if out_of_quota(error) else _FAILED if status >= 500 else _OF_STATUS.get(status, _REFUSED)
    told = told.format(status=status, model=access.model, api=access.api, back=_comes_back(error))
    chat = " If it knows chat completions only, set OPENAI_API=chat_completions." if access.api == "responses" else ""
    return f"{where} {told}{chat if status in _LIKE_NO_SUCH_PATH else ''}"


def _redirects(error: APIStatusError, access: ModelAccess) -> str:
    elsewhere = redirected_to(access.base_url, error.response.headers.get("location"))
    if elsewhere:
        return f"redirects to {elsewhere}; set OPENAI_BASE_URL to that if you trust it."
    return f"redirects elsewhere (HTTP {error.status_code}), which is not followed. Check OPENAI_BASE_URL."


_BILLING = (
    "says that the account's quota is used up (HTTP {status}). Waiting does not mend it: look at the account's billing "
    "there, or use another key."
)
_FAILED = "failed (HTTP {status}){back}. Try later; if it stays, look at the endpoint's own logs."
_REFUSED = "refused the request (HTTP {status}). Check that {model} supports the API that OPENAI_API names: {api}."
_LIKE_NO_SUCH_PATH = frozenset({404, 405, 501})
_OUT_OF_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_UNITS = ((3600, "h"), (60, "min"))
_NOT_ABOUT_THE_OFFER = frozenset({401, 402, 403, 408, 409, 429})
_OF_STATUS = {
    401: "does not accept the key. Check OPENAI_API_KEY.",
    403: "does not let this key use {model}. Check the key's rights, or OPENAI_MODEL.",
    404: "knows no such path, or no model {model}. Check OPENAI_BASE_URL, which often ends in /v1, and OPENAI_MODEL.",
    405: "knows no such path. Check OPENAI_BASE_URL, which often ends in /v1.",
    429: "is over its rate limit or quota (HTTP 429){back}. Try later, or raise the limit.",
}


def _said(error: APIStatusError) -> str:
    """Return what the endpoint said; only ever matched, never shown, since it may quote what it was sent."""
    return f"{error.code} {error.message} {error.body}"


def _reason(error: BaseException) -> tuple[str, str]:
    """Return the innermost cause in words, and what to do; its text may hold a URL with credentials: not shown."""
    names = []
    seen: BaseException | None = error
    while seen is not None:
        names.append(f"{type(seen).__name__} {seen}")
        seen = seen.__cause__ or seen.__context__
    said = " ".join(names).lower()
    return next((told for mark, told in _REASONS.items() if mark in said), ("no connection", _CHECK_ADDRESS))


_CHECK_ADDRESS = "Check OPENAI_BASE_URL, and that the server runs."
_REASONS = {
    "certificate": (
        "its TLS certificate is not trusted",
        "For a CA of your own, set SSL_CERT_FILE to its PEM file in the environment.",
    ),
    "ssl": ("the TLS handshake failed", "Check OPENAI_BASE_URL: a server without TLS is called by http://."),
    "refused": ("connection refused", _CHECK_ADDRESS),
    "name or service not known": ("its name cannot be resolved", _CHECK_ADDRESS),
    "getaddrinfo": ("its name cannot be resolved", _CHECK_ADDRESS),
    "name resolution": ("its name cannot be resolved", _CHECK_ADDRESS),
    "disconnected": ("it closed the connection", _CHECK_ADDRESS),
    "proxy": ("the proxy does not let us through", "Check HTTPS_PROXY and NO_PROXY."),
}
