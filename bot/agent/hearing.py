"""Notices how a model's reply ended, which the SDK's answer does not say: whole, cut, withheld, not at all.

A hook of the HTTP client reads it off each response, of either API.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

Ending = Literal["whole", "cut", "withheld", "an error"]
_ENDINGS: dict[str | None, Ending] = {"length": "cut", "max_output_tokens": "cut", "content_filter": "withheld"}
_SLACK = 10_000  # tokens that an endpoint may add to a request by itself: a template, instructions of its own
_MOST_UNSENT = 150_000  # tokens that a model thinks at most before it answers; no known one may think more
_MOST_UNHEARD = 1_000_000  # bytes, where no HTTP was heard


@dataclass(slots=True)
class Heard:
    """What is known of the last response to a question."""

    ending: Ending = "whole"
    page: int | None = None  # a web page came instead of an answer, with this HTTP status
    sent: int | None = None  # bytes of the last request; None where none was heard
    came: int = 0  # bytes of the last response


_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)


@contextmanager
def hearing() -> Iterator[Heard]:
    """Yield what is heard of the responses within, in this context and its children."""
    heard = Heard()
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def believed(usage: Mapping[str, Any], most_output: int | None) -> tuple[int, int]:
    """Return the tokens sent and received that an endpoint counts in *usage*, as far as they can be.

    A token is a byte or more. What is thought and not sent has no bytes: an answer, that included, has at most
    *most_output* tokens where the request said so, else `_MOST_UNSENT` beside what came.
    """
    heard = _heard.get()
    if heard is None or heard.sent is None:
        heard = Heard(sent=_MOST_UNHEARD, came=_MOST_UNHEARD)
    most_sent = (heard.sent or 0) + _SLACK
    most_came = heard.came + _SLACK + (most_output or _MOST_UNSENT)
    return _count(usage.get("input_tokens"), most_sent), _count(usage.get("output_tokens"), most_came)


def _count(told: object, most: int) -> int:
    return min(max(told, 0), most) if isinstance(told, int) else 0  # the SDK refuses what is no number


async def forget(request: Any) -> None:
    """Forget the response before: a new request, an httpx2 one, is on its way."""
    heard = _heard.get()
    if heard is not None:
        heard.ending, heard.page = "whole", None
        heard.sent, heard.came = len(request.content), 0


async def hear(response: Any) -> None:
    """Note how *response*, an httpx2 one, ended: the HTTP client's hook. Nothing is ever streamed to us."""
    heard = _heard.get()
    if heard is None:
        return
    is_page = "html" in response.headers.get("content-type", "") and not 300 <= response.status_code < 400
    heard.page = response.status_code if is_page else None
    body = await response.aread()
    heard.came = len(body)
    heard.ending = ending_of(body) if response.is_success else "whole"  # else the SDK tells it


def ending_of(body: bytes) -> Ending:
    """Return how the reply in *body* ended; "whole" for what is no reply at all. Pure."""
    try:
        reply = json.loads(body)
        if reply.get("error") and not (reply.get("choices") or reply.get("output")):
            return "an error"
        if "choices" in reply:
            return _ENDINGS.get(reply["choices"][0].get("finish_reason"), "whole")
        return _ENDINGS.get((reply.get("incomplete_details") or {}).get("reason"), "whole")
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return "whole"
