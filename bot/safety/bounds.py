"""How much a search may read: its window, the times that stand in it, and its indexes, by who wrote it."""

from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.window import TimeWindow
from bot.errors import BadTime, SearchOutOfBounds
from bot.safety import scope
from bot.safety.spl_lexer import Command, Search, read
from bot.safety.spl_text import place
from bot.safety.times import resolve

_HOUR_S = 3600
_DAY_S = 24 * _HOUR_S
_CLOCK_SLACK_S = 60.0  # a window cut a moment before it is judged is no wider for it


class Origin(StrEnum):
    """Who wrote a search."""

    WORKFLOW = "workflow"
    AGENT = "agent"
    USER = "user"


class SearchPolicy(BaseModel):
    """What a search of one origin may read. Spans count to now: what lies in the future holds few events."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: Origin
    max_span_s: float = Field(gt=0)
    """For searches that read raw events."""
    max_summary_span_s: float = Field(gt=0)
    """For tstats, metadata and the like, which read index files and are far cheaper."""
    max_future_s: float = Field(ge=0)
    all_indexes: bool
    """Whether a search over raw events may read every index: `index=*`, or no index at all."""
    all_indexes_in_summaries: bool = True
    indexes: tuple[str, ...] | None = None
    """When given, the only index patterns (with *) that may be named."""
    modifiers: frozenset[str] = scope.MODIFIERS
    """Which time modifiers may stand in the search; their times are held to the same spans."""


POLICIES: Mapping[Origin, SearchPolicy] = MappingProxyType(
    {
        # Reviewed with the workflow's file. The future is for events with a wrong clock, which `latest=now` hides.
        Origin.WORKFLOW: SearchPolicy(
            origin=Origin.WORKFLOW,
            max_span_s=31 * _DAY_S,
            max_summary_span_s=92 * _DAY_S,
            max_future_s=11 * 366 * _DAY_S,
            all_indexes=True,
        ),
        # Written by a model in the middle of an incident: near the problem, and in indexes that it can name.
        Origin.AGENT: SearchPolicy(
            origin=Origin.AGENT,
            max_span_s=_DAY_S,
            max_summary_span_s=7 * _DAY_S,
            max_future_s=_DAY_S,
            all_indexes=False,
        ),
        Origin.USER: SearchPolicy(
            origin=Origin.USER,
            max_span_s=7 * _DAY_S,
            max_summary_span_s=31 * _DAY_S,
            max_future_s=_DAY_S,
            all_indexes=True,
        ),
    },
)


def limit(spl: str, window: TimeWindow, policy: SearchPolicy) -> None:
    """Raise SearchOutOfBounds when *spl*, sent with *window*, reads more than *policy* allows.

    Times in the search override the window (Splunk says so in an INFO message only), so they are judged in its place.
    """
    search = read(spl)
    for command in search.commands:
        if scope.sets_time(search, command):
            _refuse(search, command, "makes a time for the search around it that cannot be read here", "write the time")
        if command.name in scope.RAW or command.name in scope.SUMMARY:
            own_window = _own_window(search, command, window, policy)
            if scope.reads(command):
                _limit_span(search, command, own_window, policy)
                _limit_indexes(search, command, policy)


def _own_window(search: Search, command: Command, window: TimeWindow, policy: SearchPolicy) -> TimeWindow:
    """Give the widest window that *command* may read: its own, and the times that stand in it.

    A time widens the window and never narrows it: it may stand in one branch of an OR, under a NOT or in a phrase.
    """
    now = window.latest if window.as_of is None else window.as_of
    starts: list[float] = []
    ends: list[float] = []
    for term in scope.times(search, command):
        if term.name not in policy.modifiers:
            _refuse(search, command, f"sets its time by {term.name}=", f"leave it to the window of the {policy.origin}")
        if term.operator not in {"=", "::"}:
            _refuse(search, command, f"has {term.name}{term.operator}, which cannot be read", f"write {term.name}=")
        try:
            moment = resolve(term.value, now)
        except BadTime as error:
            raise SearchOutOfBounds(
                f"The search is not sent: {term.name}= at {_at(search, command)}: {error}"
            ) from error
        if not term.name.startswith("_index_"):
            (starts if term.name == "earliest" else ends).append(moment)
    if min(starts, default=window.earliest) >= max(ends, default=window.latest):
        _refuse(search, command, "has a time in it that leaves nothing to search", "put the earlier time first")
    earliest, latest = min([window.earliest, *starts]), max([window.latest, *ends])
    return TimeWindow(earliest=earliest, latest=latest, as_of=window.as_of)


def _limit_span(search: Search, command: Command, window: TimeWindow, policy: SearchPolicy) -> None:
    now = window.latest if window.as_of is None else window.as_of
    span_s = min(window.latest, now) - window.earliest
    most_s = policy.max_summary_span_s if command.name in scope.SUMMARY else policy.max_span_s
    if span_s > most_s + _CLOCK_SLACK_S:
        what = f"covers {_duration(span_s)}; a search of this kind by the {policy.origin} may cover {_duration(most_s)}"
        _refuse(search, command, what, "narrow its time window")
    if window.latest - now > policy.max_future_s + _CLOCK_SLACK_S:
        what = f"reaches {_duration(window.latest - now)} into the future; {_duration(policy.max_future_s)} is allowed"
        _refuse(search, command, what, "end it earlier")


def _limit_indexes(search: Search, command: Command, policy: SearchPolicy) -> None:
    if command.name not in {"datamodel", "from", "pivot"} and not _from_data_model(search, command):
        named = scope.indexes(search, command)
        everywhere = named is None or any(each.startswith("*") or not each.strip("*_") for each in named)
        allowed = policy.all_indexes_in_summaries if command.name in scope.SUMMARY else policy.all_indexes
        if not policy.all_indexes and scope.takes_text(search, command):
            _refuse(search, command, "takes text from a subsearch that could name any index", "return fields instead")
        if everywhere and not (allowed and policy.indexes is None):
            what = f"is not held to an index, which the {policy.origin} must name"
            _refuse(search, command, what, "add index=NAME outside of any OR and NOT")
        for each in sorted(named or ()):
            if policy.indexes is not None and not any(fnmatchcase(each, pattern) for pattern in policy.indexes):
                _refuse(search, command, f"reads index {each!r}", f"use one of {', '.join(policy.indexes)}")


def _from_data_model(search: Search, command: Command) -> bool:
    return command.name == "tstats" and "datamodel" in search.arguments(command).lower()


def _duration(span_s: float) -> str:
    return f"{span_s / _DAY_S:,.1f} days" if span_s >= 2 * _DAY_S else f"{span_s / _HOUR_S:,.1f} hours"


def _at(search: Search, command: Command) -> str:
    return place(search.text, command.at)


def _refuse(search: Search, command: Command, what: str, remedy: str) -> None:
    raise SearchOutOfBounds(f"The search is not sent: '{command.name}' at {_at(search, command)} {what}; {remedy}.")
