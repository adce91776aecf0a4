"""Sends each finished run's spans to an OpenTelemetry collector, over OTLP/HTTP. The extra `otlp`.

A run is sent once, when it ends, under a trace id that follows from its own: also one that several processes worked
on is one trace. What cannot be sent is dropped and logged; no run waits for a collector.
"""

import asyncio
import hashlib
import logging
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.util.re import parse_env_headers
from pydantic import SecretStr
from requests import Session

from bot.domain.event import RunEvent, RunFinished
from bot.ports import Observer
from bot.telemetry.spans import Span, span_tree

TIME_LIMIT_S = 10.0  # for one batch, its retries included
CLOSING_S = 3.0  # how long the last batch may keep the process from ending

_log = logging.getLogger(__name__)
_KINDS = {"model": trace.SpanKind.CLIENT, "probe": trace.SpanKind.CLIENT}


@dataclass(frozen=True, slots=True)
class Collector:
    """Where traces go, and what they say of themselves."""

    endpoint: str  # the whole address, /v1/traces included
    headers: SecretStr | None = None  # name=value,name=value, percent-encoded as OpenTelemetry has it
    service: str = "troubleshooter"
    spl: bool = False  # whether a probe's span holds its search


@asynccontextmanager
async def open_tracer(collector: Collector) -> AsyncIterator[Observer]:
    """Yield the observer that sends runs to *collector*; leaving it gives the last ones `CLOSING_S` to get there."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # what fails is told by us, once a batch
    headers = parse_env_headers(collector.headers.get_secret_value(), liberal=True) if collector.headers else None
    session = Session()
    session.max_redirects = 0  # so that a redirect fails; the exporter would take it for a batch that arrived
    sender = OTLPSpanExporter(collector.endpoint, headers=headers, timeout=TIME_LIMIT_S, session=session)
    exporter = _Told(sender, collector)
    ids = _Ids()
    about = Resource.create({"service.name": collector.service, "service.version": version("troubleshooter")})
    provider = TracerProvider(resource=about, id_generator=ids, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("troubleshooter")

    def observe(event: RunEvent) -> None:
        if isinstance(event, RunFinished):
            searches = {entry.id: entry.spl for entry in event.run.evidence} if collector.spl else {}
            _Sender(tracer, ids, event.run.id, searches).send(span_tree(event.run), None, "")

    try:
        yield observe
    finally:
        closing = threading.Thread(target=provider.shutdown, name="the closing of traces", daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, CLOSING_S)
        if closing.is_alive():
            exporter.shutdown()  # it tries no more


def trace_id(run_id: str) -> int:
    """Return the 128 bits of a run's trace id, the same in every process."""
    return int.from_bytes(hashlib.sha256(f"run {run_id}".encode()).digest()[:16])


class _Ids(IdGenerator):
    """Gives the ids that were chosen just before: spans are made one after the other, in one thread."""

    def __init__(self) -> None:
        self.trace, self.span = 0, 0

    def generate_trace_id(self) -> int:
        return self.trace

    def generate_span_id(self) -> int:
        return self.span


@dataclass(frozen=True, slots=True)
class _Sender:
    """Makes OpenTelemetry spans of one run's."""

    tracer: trace.Tracer
    ids: _Ids
    run_id: str
    searches: dict[str, str]

    def send(self, span: Span, above: trace.Span | None, path: str) -> None:
        """Send *span* and all below it; *path* tells it from every other span of the run."""
        self.ids.trace = trace_id(self.run_id)
        self.ids.span = int.from_bytes(hashlib.sha256(f"{self.run_id} {path}".encode()).digest()[:8])
        made = self.tracer.start_span(
            _name(span),
            context=trace.set_span_in_context(above) if above else Context(),
            kind=_KINDS.get(span.kind, trace.SpanKind.INTERNAL),
            attributes=dict(self._attributes(span)),
            start_time=_ns(span.start),
        )
        if not span.ok:
            made.set_status(trace.StatusCode.ERROR)
        for number, child in enumerate(span.children):
            self.send(child, made, f"{path}/{number} {child.kind} {child.name}")
        made.end(_ns(max(span.end, span.start)))

    def _attributes(self, span: Span) -> Iterator[tuple[str, str | int | float | bool]]:
        yield from span.attributes.items()
        if span.kind in {"agent", "model", "tool"}:
            yield "gen_ai.conversation.id", self.run_id
        search = self.searches.get(str(span.attributes.get("troubleshooter.evidence")))
        if search:
            yield "db.query.text", search


def _name(span: Span) -> str:
    """Return the name by OpenTelemetry's rule: the operation, and what it is done to; few different ones."""
    match span.kind:
        case "run":
            return f"run {span.attributes['troubleshooter.workflow']}"
        case "agent" | "model" | "tool":
            return f"{span.attributes['gen_ai.operation.name']} {span.name}"
        case "probe":
            return f"probe {span.attributes['troubleshooter.probe']}"
    return span.name if span.kind == "phase" else f"{span.kind} {span.name}"


def _ns(seconds: float) -> int:
    return int(seconds * 1_000_000_000)


class _Told(SpanExporter):
    """An exporter whose failures are told in a sentence."""

    def __init__(self, exporter: SpanExporter, collector: Collector) -> None:
        self._exporter = exporter
        self._host = urlsplit(collector.endpoint).netloc

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            _log.warning("the collector at %s did not take %d spans; they are dropped", self._host, len(spans))
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
