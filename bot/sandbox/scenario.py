"""A scenario: a pretended Splunk deployment with one thing broken, written as a YAML file.

It supplies events, REST rows, roles and faults, never search results: the sandbox evaluates every search over them.
"""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.sandbox import templates

Scalar = str | bool | int | float
_SHIPPED = resources.files("bot.sandbox") / "scenarios"


class ScenarioError(Exception):
    """A sentence: which scenario cannot be used, where in it, and why."""


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


Duration = Annotated[str, AfterValidator(_duration)]
DurationRange = Annotated[str, AfterValidator(_duration_range)]
Names = Annotated[list[str], BeforeValidator(_names)]
Texts = Annotated[list[str], BeforeValidator(_several), Field(min_length=1)]


class Stream(_Frozen):
    """Events of one kind: where they lie, how often they come, and what they say."""

    index: str
    sourcetype: str
    source: str
    hosts: Names
    indexers: Names = ["idx1", "idx2"]  # they take turns, as a load-balancing forwarder makes them
    every: Duration | None = None  # for each host: either so often …
    count: Annotated[int, Field(gt=0)] | None = None  # … or so many, evenly between since and until
    since: Duration = "-8d"
    until: Duration | None = None  # none: the events keep coming
    lag: DurationRange = "1s..2s"  # how much later than its time an event is indexed
    text: Texts  # several texts take turns
    values: dict[str, templates.Choice] = {}
    each: list[dict[str, templates.Choice]] = [{}]  # the whole stream once for each of these values

    @model_validator(mode="after")
    def _consistent(self) -> "Stream":
        if (self.every is None) == (self.count is None):
            raise ValueError("say either every (how often) or count (how many)")
        for row in self.each:
            known = {*self.values, *row, "host", "number"}
            if unknown := [name for text in self.text for name in templates.unknown_placeholders(text, known)]:
                raise ValueError(f"the text has {{{unknown[0]}}}, which neither values nor each explains")
        return self


class Role(_Frozen):
    """What a Splunk role may search and do."""

    indexes: list[str] = ["*"]
    default_indexes: list[str] = ["main"]
    capabilities: list[str] = ["search"]
    filter: str = ""
    search_quota: int = 3


class Account(_Frozen):
    """The account that the bot logs in with."""

    name: str = "troubleshooter"
    password: str = "sandbox"  # noqa: S105 - pretended, and written in the README
    tokens: list[str] = ["sandbox-token"]
    roles: list[str] = ["troubleshooter"]


class FaultSettings(_Frozen):
    """What is wrong with Splunk's own answers from the start; tests switch the same faults while it runs."""

    unauthorized: bool = False  # every token has expired
    down: bool = False  # connections break off
    html: bool = False  # a proxy's page answers instead of Splunk
    busy_times: int = 0  # how many of the next searches are refused with 503
    busy_kind: Literal["instance", "role"] = "instance"
    enforce_quota: bool = False  # the role's search_quota counts running searches
    latency_s: float = 0.0  # before each answer
    polls: int = 2  # how many looks at a job until it is done
    fatal_for: str | None = None  # searches holding this text fail
    partial_for: str | None = None  # searches holding this text miss a peer
    peers_down: list[str] = []  # indexers that answer no search
    forbidden: list[str] = []  # REST paths, * allowed, answered with 403


class Truth(_Frozen):
    """What a good answer says; the bot never sees it."""

    workflow: str
    root_cause: str | None = None  # a task's id; none when nothing is wrong
    severity: Literal["clear", "warning", "critical"]
    not_checked: list[str] = []
    never_claim: list[str] = []


class Scenario(_Frozen):
    """One scenario, with its surroundings merged in."""

    name: str
    about: str
    surroundings: str | None = None
    problem: str
    phrasings: list[str] = []
    truth: Truth
    search_head: str = "sh1"
    account: Account = Account()
    roles: dict[str, Role] = {}
    events: dict[str, Stream] = {}
    rest: dict[str, list[dict[str, Scalar | list[str]]]] = {}
    faults: FaultSettings = FaultSettings()

    @model_validator(mode="after")
    def _roles_exist(self) -> "Scenario":
        if missing := [role for role in self.account.roles if role not in self.roles]:
            raise ValueError(f"the account has the role {missing[0]!r}, which roles does not define")
        return self


def scenario_names() -> list[str]:
    """List the shipped scenarios."""
    return sorted(entry.name.removesuffix(".yml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".yml"))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a shipped scenario by name, or any other by the path of its file. Raises ScenarioError."""
    return _validated(_merged(str(name_or_path), depth=0), str(name_or_path))


def _validated(document: dict[str, Any], name: str) -> Scenario:
    try:
        return Scenario.model_validate(document)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors()]
        raise ScenarioError(f"Scenario {name}: {'; '.join(faults)}.") from error


def _merged(name: str, depth: int) -> dict[str, Any]:
    document = _read(name)
    below = document.get("surroundings")
    if below is None:
        return document
    if depth > 3:
        raise ScenarioError(f"Scenario {name}: its surroundings lead in a circle.")
    beside = Path(name).parent / f"{below}.yml"
    base = _merged(str(beside) if not _is_shipped(below) and beside.is_file() else str(below), depth + 1)
    return _on_top(document, base)


def _on_top(document: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """Lay a scenario over its surroundings: streams, roles and REST paths one by one, and null takes one away."""
    merged = {**{key: base[key] for key in base if key not in {"phrasings", "problem", "truth", "faults"}}, **document}
    for section in ("events", "roles", "account"):
        ours, theirs = document.get(section) or {}, base.get(section) or {}
        _want_mapping(ours, section, str(document.get("name")))
        pairs = {
            key: _one_on_top(ours[key], theirs.get(key)) if key in ours else theirs[key] for key in {**theirs, **ours}
        }
        merged[section] = {key: value for key, value in pairs.items() if value is not None}
    merged["rest"] = _rest_on_top(document.get("rest") or {}, base.get("rest") or {})
    return merged


def _one_on_top(ours: Any, theirs: Any) -> Any:
    both = isinstance(ours, Mapping) and isinstance(theirs, Mapping)
    if both and "count" in ours:
        theirs = {key: value for key, value in theirs.items() if key != "every"}
    return {**theirs, **ours} if both else ours


def _rest_on_top(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Replace whole paths; one ending in * stands for every such path of the surroundings."""
    merged = dict(theirs)
    for path, rows in ours.items():
        for each in [known for known in theirs if known.startswith(path[:-1])] if path.endswith("*") else [path]:
            merged[each] = rows
    return {path: rows for path, rows in merged.items() if rows is not None}


def _want_mapping(given: object, section: str, name: str) -> None:
    if not isinstance(given, Mapping):
        raise ScenarioError(f"Scenario {name}: {section} should be a mapping of names to what they are.")


def _is_shipped(name: str) -> bool:
    return name in scenario_names()


def _read(name: str) -> dict[str, Any]:
    try:
        text = (_SHIPPED / f"{name}.yml" if _is_shipped(name) else Path(name)).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        shipped = ", ".join(scenario_names())
        raise ScenarioError(f"There is no scenario {name}: give the path of a file, or one of {shipped}.") from error
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise ScenarioError(f"Scenario {name} is not readable YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(document, dict):
        raise ScenarioError(f"Scenario {name} should be a mapping with name, about, problem and truth.")
    return document


class _Loader(yaml.SafeLoader):
    """YAML without aliases' and tags' surprises, where a key given twice is an error, not a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        keys = [key.value for key, _value in node.value]
        if twice := next((key for key, _value in node.value if keys.count(key.value) > 1), None):
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {twice.value!r} stands twice", twice.start_mark
            )
        return super().construct_mapping(node, deep)
