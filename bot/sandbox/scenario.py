"""A scenario: a pretended Splunk deployment with something broken, or nothing, written as a YAML file.

It supplies events, REST rows, roles and faults, never search results: the sandbox evaluates every search over them.
The descriptions here are the reference in docs/scenarios.md.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.sandbox import templates
from bot.sandbox.scenario_faults import inconsistencies, shape_faults
from bot.sandbox.scenario_yaml import Route, ScenarioError, Written, read_scenario, scenario_names

__all__ = ["Account", "FaultSettings", "Role", "Scenario", "ScenarioError", "Stream", "Truth"]
__all__ += ["load_scenario", "scenario_names", "validated"]

Scalar = str | bool | int | float
RestRows: TypeAlias = list[dict[str, Scalar | list[str]]]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _duration(written: str) -> str:
    templates.duration_s(written)
    return written


def _duration_range(written: str) -> str:
    templates.duration_range_s(written)
    return written


def _names(given: object) -> object:
    """One name, a range such as fwd01..fwd40, or a list of either."""
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list):
        return given
    return [name for each in listed for name in (templates.names(each) if isinstance(each, str) else [each])]


def _several(given: object) -> object:
    return [given] if isinstance(given, str) else given


def _causes(given: object) -> object:
    """No cause, one, or several that are each right; "none" as people write it is no cause."""
    listed = [given] if isinstance(given, str) else given or []
    return [each for each in listed if each != "none"] if isinstance(listed, list) else given


Duration = Annotated[str, AfterValidator(_duration)]
DurationRange = Annotated[str, AfterValidator(_duration_range)]
Names = Annotated[list[str], BeforeValidator(_names), Field(min_length=1)]
Texts = Annotated[list[str], BeforeValidator(_several), Field(min_length=1)]
SomeTexts = Annotated[list[str], BeforeValidator(_several)]
Causes = Annotated[list[str], BeforeValidator(_causes)]


class Stream(_Frozen):
    """Events of one kind: where they lie, how often they come, and what they say."""

    index: str = Field(description="The index that the events lie in.")
    sourcetype: str = Field(description="Their sourcetype.")
    source: str = Field(description="Their source.")
    hosts: Names = Field(description="The hosts that send them: a name, a range `fwd01..fwd40`, or a list of either.")
    indexers: Names = Field(
        ["idx1", "idx2"], description="The indexers that hold them; they take turns, as load balancing makes them."
    )
    every: Duration | None = Field(None, description="How often each host sends one: `20s`, `5m`. This or `count`.")
    count: int | None = Field(
        None, gt=0, description="How many each host sends, evenly between `since` and `until`. This or `every`."
    )
    since: Duration = Field("-8d", description="When they begin, seen from the start of the run: `-35m`.")
    until: Duration | None = Field(None, description="When they end; without it they keep coming.")
    daily: DurationRange | None = Field(
        None,
        description="For what comes at certain hours only: `-10h..-2h` makes the events of each of the last 8 days "
        "from 10 to 2 hours before the run's time of day. Takes the place of `since` and `until`.",
    )
    lag: DurationRange = Field(
        "1s..2s", description="How much later than its own time an event is indexed; `5h` for a wrong time zone."
    )
    text: Texts = Field(
        description="What the event says. `{time}`, `{time:%H:%M:%S}`, `{epoch}`, `{epoch-5}`, `{host}`, `{number}` "
        "and every name of `values` and `each` are filled in. Several texts take turns."
    )
    values: dict[str, templates.Choice] = Field(
        {}, description="What names in the text stand for: a list (one of these), `1..9` (a number between), or a text."
    )
    each: list[dict[str, templates.Choice]] = Field(
        [{}], description="The whole stream once for each of these sets of values."
    )


class Role(_Frozen):
    """What a Splunk role may search and do."""

    indexes: list[str] = Field(["*"], description="What it may search; `*` leaves out Splunk's own, `_*` names them.")
    default_indexes: list[str] = Field(["main"], description="What a search without an index looks at.")
    capabilities: list[str] = Field(
        ["search"], description="What it may do, by Splunk's names; when they are listed, REST paths ask for theirs."
    )
    filter: str = Field("", description="Its search filter (srchFilter).")
    search_quota: int = Field(3, description="How many searches it may run at once (srchJobsQuota).")


class Account(_Frozen):
    """The account that the bot logs in with."""

    name: str = Field("troubleshooter", description="Its name.")
    password: str = Field("sandbox", description="Its password; pretended.")
    tokens: list[str] = Field(["sandbox-token"], description="Its tokens; pretended.")
    roles: list[str] = Field(["troubleshooter"], description="Its roles, each defined under `roles`.")


class FaultSettings(_Frozen):
    """What is wrong with Splunk's own answers from the start; tests switch the same faults while it runs."""

    unauthorized: bool = Field(default=False, description="Every token has expired.")
    down: bool = Field(default=False, description="Connections break off.")
    html: bool = Field(default=False, description="A proxy's page answers instead of Splunk.")
    busy_times: int = Field(0, description="How many of the next searches are refused with 503.")
    busy_kind: Literal["instance", "role"] = Field("instance", description="Whose limit that 503 names.")
    enforce_quota: bool = Field(default=False, description="The role's `search_quota` counts running searches.")
    latency_s: float = Field(0.0, description="Seconds before each answer.")
    polls: int = Field(2, description="How many looks at a search until it is done.")
    fatal_for: str | None = Field(None, description="Searches that hold this text fail.")
    partial_for: str | None = Field(None, description="Searches that hold this text miss a peer.")
    peers_down: list[str] = Field([], description="Indexers that answer no search.")
    forbidden: list[str] = Field([], description="REST paths, `*` allowed, that are answered with 403.")


class Truth(_Frozen):
    """What a good answer says; the bot never sees it."""

    workflow: str = Field(description="The id of the workflow that the problem should start.")
    root_cause: Causes = Field(
        [],
        description="What is to be named as the root cause: a task (`ingestion_pipeline`) or a finding of it "
        "(`ingestion_pipeline.queue_blocked`). A list: each of them is right. `null`: no cause may be named.",
    )
    cause_says: SomeTexts = Field([], description="Texts that the stated cause must hold: a host, a queue, an index.")
    severity: Literal["clear", "incomplete", "warning", "critical"] = Field(
        description="What the report says in all: `clear` where every check can be made and nothing is wrong, "
        "`incomplete` where nothing is wrong and a check cannot be made."
    )
    findings: list[str] | None = Field(
        None,
        description="Every finding (`task.rule`) that must stand in the report; without it findings are not graded.",
    )
    may_find: list[str] = Field([], description="Findings that may stand there and count neither way.")
    evidence: SomeTexts = Field([], description="Texts that the searches behind the root cause must hold.")
    never_find: list[str] = Field([], description="Findings, or tasks, of which none may stand in the report.")
    not_checked: list[str] = Field(
        [], description="Just those tasks that could not see what they need, and say that they were not checked."
    )
    clear: list[str] = Field([], description="Tasks that have seen all they need, and must be clear.")
    never_claim: SomeTexts = Field(
        [], description="Texts that must stand nowhere in the report, in any case of letters."
    )


class Scenario(_Frozen):
    """One scenario, with its surroundings merged in."""

    name: str = Field(description="Its name in the table.")
    about: str = Field("", description="What is broken, and why an expert would say so.")
    surroundings: str | None = Field(
        None,
        description="The scenario that this one stands on, a shipped one or a file beside it: `healthy`. Streams, "
        "roles and REST paths are replaced one by one, keys of a stream likewise; `null` takes one away.",
    )
    problem: str = Field(description="What the person types.")
    phrasings: list[str] = Field([], description="Other ways to say it, in which choosing the workflow is tried.")
    truth: Truth = Field(description="What a good answer says.")
    search_head: str = Field("sh1", description="The server that the bot is connected to.")
    account: Account = Field(default=Account(), description="The account that the bot logs in with.")
    roles: dict[str, Role] = Field({}, description="Roles by name.")
    events: dict[str, Stream] = Field({}, description="Streams of events by a name of your own.")
    rest: dict[str, RestRows] = Field(
        {},
        description="Rows of REST endpoints by path without /services/: `server/info`. `each: fwd01..fwd40` makes a "
        "row for each name, `{now-40s}` is an epoch, `splunk_server` the server that answers.",
    )
    faults: FaultSettings = Field(default=FaultSettings(), description="What is wrong with Splunk's own answers.")

    @model_validator(mode="before")
    @classmethod
    def _problem_or_phrasing(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and "problem" not in given:
            phrasings = given.get("phrasings")
            if isinstance(phrasings, list) and phrasings:
                return {**given, "problem": phrasings[0]}
        return given


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a shipped scenario by name, or any other by the path of its file. Raises ScenarioError with all faults."""
    return validated(read_scenario(str(name_or_path)))


def validated(written: Written) -> Scenario:
    """Return the scenario that *written* says. Raises ScenarioError with all faults."""
    told: dict[Route, str] = {}
    scenario = None
    try:
        scenario = Scenario.model_validate(written.document)
    except ValidationError as error:
        told |= shape_faults(error, written.document, Scenario)
    for route, said in inconsistencies(written.document):
        told.setdefault(route, said)
    if not written.whole:  # what its surroundings would have supplied is not missing
        told = {route: said for route, said in told.items() if written.has(route)}
    faults = [*written.faults]
    for route, said in told.items():
        faults.append((written.line(route), f"{'.'.join(map(str, route)) or 'file'}: {said.rstrip('.')}."))
    if faults or scenario is None:
        raise ScenarioError(*(f"{written.name}:{line}: {said.replace('?.', '?')}" for line, said in sorted(faults)))
    return scenario
