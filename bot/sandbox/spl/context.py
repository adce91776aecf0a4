"""What a search runs against: a clock, a time range, the events and REST rows of a deployment, and its messages."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from bot.sandbox.spl.values import Row

Severity = Literal["INFO", "WARN", "ERROR", "FATAL"]
Rows = Iterator[Row]


@dataclass(frozen=True, slots=True)
class Message:
    type: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Which events a search reads: from *earliest* up to but without *latest*, and perhaps by index time too."""

    earliest: float
    latest: float
    now: float
    indexed_from: float | None = None
    indexed_before: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    time: float
    indexed: float
    raw: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What the index files alone know of some events: how many, and the first and last time."""

    count: int
    first: float
    last: float


class Lot(Protocol):
    """Events that share index, host, source, sourcetype and the indexer that holds them."""

    fields: dict[str, str]  # index, host, source, sourcetype and splunk_server

    def may_say(self, word: str) -> bool:
        """Say False only when no event's text can hold *word*, a run of letters."""

    def moments(self, span: Span) -> Iterator[tuple[float, int]]:
        """Time and number of each event in *span*, newest first."""

    def event(self, number: int) -> Event: ...

    def indexed(self, number: int) -> float:
        """When an event was indexed, known without reading its text."""

    def tally(self, span: Span) -> Tally | None:
        """Count without reading; None when there is no event."""


class Deployment(Protocol):
    """What answers a search; the sandbox's is a scenario, the engine's tests have a plain list."""

    def lots(self) -> tuple[Sequence[Lot], list[Message]]:
        """Every lot that the searching role may see, and what to say of those that did not answer."""

    def default_indexes(self) -> Sequence[str]:
        """List the indexes of a search that names none."""

    def rest(self, path: str, server: str) -> tuple[list[Row], list[Message]]:
        """Rows of an endpoint, of one server, of "local" or of all ("*")."""


@dataclass(slots=True)
class Context:
    """One search at work."""

    deployment: Deployment
    now: float
    earliest: float = 0.0
    latest: float = float("inf")
    messages: list[Message] = field(default_factory=list)

    def say(self, severity: Severity, text: str) -> None:
        message = Message(severity, text)
        if message not in self.messages:
            self.messages.append(message)

    def within(self, earliest: float, latest: float) -> "Context":
        """Go on with the same search over another time range; messages are shared."""
        return replace(self, earliest=earliest, latest=latest)


Step = Callable[[Rows, Context], Rows]
