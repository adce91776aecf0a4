"""Pure: what each finding explains.

Each finding is a point; what explains points to what it explains. The arrows come from two places:

- the workflow's `causes`. They lead on through a finding that was not seen only where its task could not look: a full
  disk explains silent forwarders when nobody saw the queue between them, and does not when that queue was seen to be
  well. A cause that says `same_host` explains nothing about another host; what it explains there may in turn reach
  further.
- a rule's `chain`: of two hits about the same host, the one further downstream explains the other.

What is about another index than the one that the person named explains nothing but its like.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.run import Finding, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import Cause

_ADDRESS = re.compile(r"[\d.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")


@dataclass(frozen=True, slots=True)
class _Point:
    """Where a walk along the arrows stands."""

    id: str
    number: int | None  # its place among the findings; None for one that could not be seen
    host: str | None  # the one host that it is about, where that is known


class Explanations:
    """The arrows between the findings of one run."""

    def __init__(self, causes: Sequence[Cause], results: Sequence[TaskResult]) -> None:
        self.findings = tuple(finding for result in results for finding in result.findings if finding.evidence)
        self._causes = causes
        self._unanswered = {result.task_id for result in results if not _answered(result)}
        self.effects = [self._reached(number) for number in range(len(self.findings))]

    @property
    def unexplained(self) -> list[int]:
        """The places of the findings that nothing explains; those that explain each other in a circle count."""
        numbers = range(len(self.findings))
        return [
            number
            for number in numbers
            if not any(number in self.effects[other] and other not in self.effects[number] for other in numbers)
        ]

    def _reached(self, start: int) -> frozenset[int]:
        edge = [self._point(start)]
        passed = set(edge)
        while edge:
            fresh = set(self._next(edge.pop())) - passed
            passed |= fresh
            edge += fresh
        numbers = {point.number for point in passed if point.number is not None} - {start}
        if self.findings[start].elsewhere:
            numbers = {number for number in numbers if self.findings[number].elsewhere}
        return frozenset(numbers)

    def _next(self, point: _Point) -> Iterator[_Point]:
        at = None if point.number is None else self.findings[point.number]
        if at is not None:
            for number, other in enumerate(self.findings):
                if other.id == at.id and _is_downstream(at, other):
                    yield self._point(number)
        for cause in self._causes:
            if cause.cause == point.id:
                host = point.host if cause.same_host else None
                for effect in cause.explains:
                    yield from self._points(effect, at, host)

    def _point(self, number: int) -> _Point:
        return _Point(self.findings[number].id, number, self.findings[number].host)

    def _points(self, effect: str, at: Finding | None, host: str | None) -> Iterator[_Point]:
        seen = [number for number, finding in enumerate(self.findings) if finding.id == effect]
        for number in seen:
            finding = self.findings[number]
            if _about(finding, host) and not (at is not None and _is_downstream(finding, at)):
                yield self._point(number)
        if not seen and effect.partition(".")[0] in self._unanswered:
            yield _Point(effect, None, host)


def _answered(result: TaskResult) -> bool:
    return result.status.ran and result.status is not TaskStatus.INCONCLUSIVE


def _about(finding: Finding, host: str | None) -> bool:
    return host is None or finding.host is None or _short(finding.host) == _short(host)


def _short(host: str) -> str:
    """Take the domain off a name: fwd03.example.net is fwd03. An address has none."""
    return host.lower() if _ADDRESS.fullmatch(host) else host.lower().partition(".")[0]


def _is_downstream(one: Finding, other: Finding) -> bool:
    """Whether *one* lies nearer to the disk or output than *other*, on the same host."""
    if one.stage is None or other.stage is None or one.host is None or other.host is None:
        return False
    return _short(one.host) == _short(other.host) and one.stage < other.stage
