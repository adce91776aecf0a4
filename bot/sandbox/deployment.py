"""A scenario seen as a deployment that answers searches: what the role may see, and each endpoint's rows."""

from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

from bot.sandbox.capabilities import may_read
from bot.sandbox.scenario import Role, Scenario
from bot.sandbox.spl.context import Message
from bot.sandbox.spl.query import parse_query
from bot.sandbox.spl.values import Row, Value, text
from bot.sandbox.streams import Series, series_of
from bot.sandbox.templates import moment_filled, names

RestValue = str | bool | int | float | list[str]
RestRow = dict[str, RestValue]


class EndpointUnknown(Exception):
    """No such REST path in this deployment."""


class Refusals(Protocol):
    """What is down or forbidden just now: a scenario's FaultSettings, or the server's Faults that change."""

    @property
    def peers_down(self) -> Collection[str]: ...

    @property
    def forbidden(self) -> Collection[str]: ...


class ScenarioDeployment:
    """One scenario, begun at *base*; *refusals* is looked at again for each search."""

    def __init__(self, scenario: Scenario, base: float, refusals: Refusals) -> None:
        self.scenario = scenario
        self._refusals = refusals
        self._base = base
        self._series = series_of(scenario, base)
        self._roles = [scenario.roles[name] for name in scenario.account.roles]
        self._filters = [parse_query(role.filter).condition for role in self._roles if role.filter]

    def lots(self) -> tuple[list[Series], list[Message]]:
        """Give what the role may see of the peers that are up, and a message for each that is down."""
        lots = [series for series in self._series if self._is_visible(series)]
        return lots, [Message("WARN", peer_down(peer)) for peer in self._refusals.peers_down]

    def _is_visible(self, series: Series) -> bool:
        if series.fields["splunk_server"] in self._refusals.peers_down:
            return False
        if self._filters and all(each.decide(series) is False for each in self._filters):
            return False
        return any(_may_search(role, series.fields["index"]) for role in self._roles)

    def default_indexes(self) -> Sequence[str]:
        return [index for role in self._roles for index in role.default_indexes]

    def rest(self, path: str, server: str) -> tuple[list[Row], list[Message]]:
        """Answer the rest command, in text; what is refused or unknown is a message, not a failure."""
        plain = plain_path(path)
        uri = f"uri=https://127.0.0.1:8089{path}"
        if self.is_forbidden(plain):
            return [], [Message("WARN", f"Unexpected status for to fetch REST endpoint {uri} status=403 - Forbidden")]
        try:
            rows = self.endpoint(plain)
        except EndpointUnknown:
            where = "Check that the URI path provided exists in the REST API."
            return [], [
                Message("ERROR", f"Failed to fetch REST endpoint {uri} from server https://127.0.0.1:8089. {where}")
            ]
        down = [peer for peer in self._refusals.peers_down if server in {"*", peer}]
        messages = [Message("WARN", peer_down(peer)) for peer in down]
        return [_as_text(row) for row in rows if self._is_of(row, server)], messages

    def _is_of(self, row: RestRow, server: str) -> bool:
        wanted = self.scenario.search_head if server == "local" else server
        return row["splunk_server"] not in self._refusals.peers_down and fnmatchcase(str(row["splunk_server"]), wanted)

    def is_forbidden(self, plain: str) -> bool:
        """Whether a fault or the roles stand in the way; a role that lists no capabilities has what it needs."""
        if any(fnmatchcase(plain, pattern.strip("/")) for pattern in self._refusals.forbidden):
            return True
        listed = [role for role in self._roles if "capabilities" in role.model_fields_set]
        granted = {each for role in listed for each in role.capabilities}
        return len(listed) == len(self._roles) and not may_read(plain, granted)

    def endpoint(self, plain: str) -> list[RestRow]:
        """All servers' rows of a path such as server/info. Raises EndpointUnknown."""
        rows = self.scenario.rest.get(plain)
        if rows is None:
            rows = self._of_account(plain)
        found: list[RestRow] = []
        for row in rows:
            for each in _each(row):
                filled = {name: _filled(value, self._base, each) for name, value in row.items() if name != "each"}
                found.append({"splunk_server": self.scenario.search_head, "title": plain.rpartition("/")[2], **filled})
        return found

    def _of_account(self, plain: str) -> list[dict[str, str | bool | int | float | list[str]]]:
        account = self.scenario.account
        if plain == "authentication/current-context":
            capabilities = sorted({each for role in self._roles for each in role.capabilities})
            return [
                {"title": "context", "username": account.name, "roles": account.roles, "capabilities": capabilities}
            ]
        if plain == "authorization/roles":
            return [_role_row(name, role) for name, role in self.scenario.roles.items()]
        raise EndpointUnknown(plain)


def plain_path(path: str) -> str:
    """server/info for /services/server/info?count=0, /servicesNS/-/-/server/info/ and the like."""
    parts = path.partition("?")[0].strip("/").split("/")
    if parts[0] == "services":
        parts = parts[1:]
    elif parts[0] == "servicesNS":
        parts = parts[3:]
    return "/".join(parts)


def peer_down(peer: str) -> str:
    return (
        f"Unable to distribute to peer named {peer} at uri=https://{peer}:8089 because peer has status=Down. "
        "Verify uri, credentials, and authentication settings. Search results might be incomplete."
    )


def _may_search(role: Role, index: str) -> bool:
    """Leave the internal indexes out of a role's *, as authorize.conf does."""
    return any(fnmatchcase(index, each) and each.startswith("_") == index.startswith("_") for each in role.indexes)


def _role_row(name: str, role: Role) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "title": name,
        "srchIndexesAllowed": role.indexes,
        "srchIndexesDefault": role.default_indexes,
        "srchFilter": role.filter,
        "srchJobsQuota": role.search_quota,
        "capabilities": role.capabilities,
    }


def _each(row: RestRow) -> list[str]:
    """List what a row stands for once each: a range such as fwd01..fwd40, a list, or nothing."""
    given = row.get("each", "")
    return given if isinstance(given, list) else names(str(given))


def _filled(value: RestValue, base: float, each: str) -> RestValue:
    return moment_filled(value, base, each) if isinstance(value, str) else value


def _as_text(row: RestRow) -> Row:
    return {name: found for name, value in row.items() if (found := _text(value)) is not None}


def _text(value: RestValue) -> Value | None:
    """Text, with booleans as 1 and 0; an empty text is an absent field, as in Splunk's rest command."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return (value[0] if len(value) == 1 else list(value)) if value else None
    return text(value) or None
