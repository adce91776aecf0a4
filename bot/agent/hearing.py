"""Notices how a model's reply ended, which the SDK's answer does not say: whole, cut at the token limit, or withheld.

A hook of the HTTP client reads it off each response, of either API.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

Ending = Literal["whole", "cut", "withheld"]
_ENDINGS: dict[str | None, Ending] = {"length": "cut", "max_output_tokens": "cut", "content_filter": "withheld"}


@dataclass(slots=True)
class Heard:
    """What is known of the last response to a question."""

    ending: Ending = "whole"
    page: int | None = None  # a web page came instead of an answer, with this HTTP status


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


async def forget(request: Any) -> None:  # noqa: ARG001 - the HTTP client's hook gets it
    """Forget the response before: a new request is on its way."""
    heard = _heard.get()
    if heard is not None:
        heard.ending, heard.page = "whole", None


async def hear(response: Any) -> None:
    """Note how *response*, an httpx2 one, ended: the HTTP client's hook. Nothing is ever streamed to us."""
    heard = _heard.get()
    if heard is None:
        return
    is_page = "html" in response.headers.get("content-type", "") and not 300 <= response.status_code < 400
    heard.page = response.status_code if is_page else None
    heard.ending = ending_of(await response.aread())


def ending_of(body: bytes) -> Ending:
    """Return how the reply in *body* ended; "whole" for what is no reply at all. Pure."""
    try:
        reply = json.loads(body)
        if "choices" in reply:
            return _ENDINGS.get(reply["choices"][0].get("finish_reason"), "whole")
        return _ENDINGS.get((reply.get("incomplete_details") or {}).get("reason"), "whole")
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return "whole"
