"""A run's spans as a tree of lines."""

from collections.abc import Iterator

from bot.telemetry.spans import Span


def drawn(span: Span, indent: str = "", start: float | None = None) -> Iterator[str]:
    """Yield a line a span: kind, name, seconds after the run's start, seconds it took, what came of it."""
    began = span.start if start is None else start
    mark = "" if span.ok else " ✖"
    yield f"{indent}{span.kind} {span.name}  +{span.start - began:.2f} s  {span.duration_s:.2f} s  {span.outcome}{mark}"
    for child in span.children:
        yield from drawn(child, indent + "  ", began)
