"""A loopback OpenTelemetry collector: takes traces over OTLP/HTTP and remembers them.

async with FakeCollector() as collector:
    ...  # collector.url for OTEL_EXPORTER_OTLP_ENDPOINT, then collector.spans()
"""

import asyncio
from typing import Any, Self

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class FakeCollector:
    """Answers with `status`, or not before `release` where it is to hang."""

    def __init__(self, status: int = 200, *, hang: bool = False) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.arrived, self.release = asyncio.Event(), asyncio.Event()
        self.url = ""
        self._status = status
        if not hang:
            self.release.set()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.release.set()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        self.arrived.set()
        await self.release.wait()
        answer = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=answer, status=self._status, content_type="application/x-protobuf")

    def spans(self) -> list[Span]:
        """Return all spans that came."""
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        scopes = (scope for each in requests for resource in each.resource_spans for scope in resource.scope_spans)
        return [span for scope in scopes for span in scope.spans]

    def services(self) -> set[str]:
        """Return what those who sent them are called."""
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return {
            attribute.value.string_value
            for each in requests
            for sender in each.resource_spans
            for attribute in sender.resource.attributes
            if attribute.key == "service.name"
        }


def attributes(span: Span) -> dict[str, Any]:
    """Return a span's attributes as plain values."""
    return {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in span.attributes}
