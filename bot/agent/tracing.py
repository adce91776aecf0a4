"""The SDK's tracing, turned into our run events and exported nowhere, unless the settings ask for it.

By default openai-agents sends traces, with tool arguments and outputs, to OpenAI's own address whatever the base URL
(agents/tracing/processors.py, BackendSpanExporter). Replacing the processors is the documented way to stop it.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agents import set_trace_processors, set_tracing_disabled
from agents.tracing import FunctionSpanData, GenerationSpanData, ResponseSpanData, Span, Trace, TracingProcessor
from agents.tracing.processors import BackendSpanExporter, BatchTraceProcessor
from pydantic import SecretStr

from bot.agent.access import ModelAccess
from bot.agent.hearing import believed
from bot.agent.meter import Meter
from bot.domain.event import ModelCalled, ToolCalled
from bot.domain.spending import Spent
from bot.ports import Observer
from bot.safety.masking import mask
from bot.summary.words import one_line

OPENAI_TRACES_URL = "https://api.openai.com/v1/traces/ingest"  # as the SDK has it
_MOST_NAME_CHARS = 60
_MOST_NAME_READ = 600  # so that a secret is masked whole before it is cut


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom a model is being asked."""

    tell: Observer
    run_id: str
    task_id: str | None  # None for the summary
    access: ModelAccess
    meter: Meter


_asking: ContextVar[Asking | None] = ContextVar("asking", default=None)


@contextmanager
def telling(asking: Asking) -> Iterator[None]:
    """Tell *asking*'s observer of each request to the model within, in this context and its children."""
    token = _asking.set(asking)
    try:
        yield
    finally:
        _asking.reset(token)


def install_our_tracing(openai_key: SecretStr | None = None) -> None:
    """Replace the SDK's processors, its exporter among them, by ours. Doing it again changes nothing.

    With *openai_key* the exporter is put back, and gets no prompts, rows, tool arguments or answers from `asking`.
    """
    logging.getLogger("openai.agents").setLevel(logging.CRITICAL)  # its errors reach people as our ModelErrors
    set_trace_processors([CallTeller(), *(_exporters(openai_key) if openai_key else ())])
    set_tracing_disabled(
        disabled=False
    )  # OPENAI_AGENTS_DISABLE_TRACING would silence our events; what leaves is decided above


def _exporters(key: SecretStr) -> list[TracingProcessor]:
    return [BatchTraceProcessor(BackendSpanExporter(key.get_secret_value(), endpoint=OPENAI_TRACES_URL))]


class CallTeller(TracingProcessor):
    """Turns each finished span of a request to a model into a ModelCalled, of a tool into a ToolCalled."""

    def on_span_end(self, span: Span[Any]) -> None:
        """Tell of the request or the tool, if somebody listens in the context in which it ended."""
        asking, data = _asking.get(), span.span_data
        if asking is not None and isinstance(data, FunctionSpanData):
            tool = one_line(mask(data.name[:_MOST_NAME_READ]), _MOST_NAME_CHARS)  # it may be the model's invention
            ok = span.error is None
            asking.tell(ToolCalled(asking.run_id, time.time(), asking.task_id, tool, _duration_s(span), ok))
        if asking is None or not isinstance(data, (GenerationSpanData, ResponseSpanData)):
            return
        usage = data.usage or {}
        took_s, price = _duration_s(span), asking.access.price
        sent, came = believed(usage, asking.access.max_output_tokens)
        asking.meter.count(asking.run_id, Spent(tokens=sent + came, model_calls=1, seconds=took_s))
        asking.tell(
            ModelCalled(
                run_id=asking.run_id,
                at=time.time(),
                task_id=asking.task_id,
                model=asking.access.model,
                duration_s=took_s,
                input_tokens=sent,
                output_tokens=came,
                ok=span.error is None and data.usage is not None,  # a cancelled request has no error, and no usage
                cost=price.of(sent, came) if price else None,
            )
        )

    def on_span_start(self, span: Span[Any]) -> None: ...
    def on_trace_start(self, trace: Trace) -> None: ...
    def on_trace_end(self, trace: Trace) -> None: ...
    def shutdown(self) -> None: ...
    def force_flush(self) -> None: ...


def _duration_s(span: Span[Any]) -> float:
    if not span.started_at or not span.ended_at:
        return 0
    took = datetime.fromisoformat(span.ended_at) - datetime.fromisoformat(span.started_at)
    return max(took.total_seconds(), 0)
