"""The words for how a task and a whole run came out."""

from enum import StrEnum


class TaskStatus(StrEnum):
    """How a task came out, worst first. Only CLEAR means "checked, and nothing wrong"."""

    CRITICAL = "critical"
    WARNING = "warning"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    NOT_CHECKED = "not_checked"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"
    CLEAR = "clear"

    @property
    def ran(self) -> bool:
        """Whether the check looked at Splunk and came back, however it judged."""
        return self in _RAN


_RAN = frozenset({TaskStatus.CRITICAL, TaskStatus.WARNING, TaskStatus.INCONCLUSIVE, TaskStatus.CLEAR})
WORST_FIRST = tuple(TaskStatus)


def worst(statuses: list[TaskStatus]) -> TaskStatus:
    """Return the worst of *statuses*; CLEAR for none."""
    return min(statuses, key=WORST_FIRST.index, default=TaskStatus.CLEAR)


class Severity(StrEnum):
    """What a report says about the deployment as a whole."""

    CRITICAL = "critical"
    WARNING = "warning"
    INCOMPLETE = "incomplete"  # nothing wrong was seen, and not everything was checked
    CLEAR = "clear"  # every check ran, and nothing is wrong
