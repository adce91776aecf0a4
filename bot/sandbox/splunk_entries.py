"""The configuration and status endpoints: a scenario's REST rows as splunkd's entries."""

from typing import Any

from bot.sandbox import splunk_wire as wire
from bot.sandbox.deployment import EndpointUnknown, RestRow, ScenarioDeployment
from bot.sandbox.splunk_reply import Call, Refused, Reply, entries

_SINGLE = {"server/info", "authentication/current-context", "server/status/limits/search-concurrency"}


def endpoint_reply(call: Call, deployment: ScenarioDeployment) -> Reply:
    """Answer for data/indexes, or for a member such as data/indexes/web, with the search head's own rows."""
    if deployment.is_forbidden(call.plain):
        user = deployment.scenario.account.name
        raise Refused(403, "ERROR", f"You (user={user}) do not have permission to perform this operation.")
    try:
        rows, member = deployment.endpoint(call.plain), ""
    except EndpointUnknown:
        rows, member = _rows_of_parent(call.plain, deployment)
    if call.method != "GET":
        raise Refused(400, "ERROR", "Bad Request")
    local = [row for row in rows if row["splunk_server"] == deployment.scenario.search_head]
    found = [_entry(call, row, member) for row in local if not member or row["title"] == member]
    if member and not found:
        raise Refused(404, "ERROR", f"Could not find object id={member}")
    return entries(call, found, call.plain)


def _rows_of_parent(plain: str, deployment: ScenarioDeployment) -> tuple[list[RestRow], str]:
    parent, _, member = plain.rpartition("/")
    try:
        return deployment.endpoint(parent), member
    except EndpointUnknown:
        raise Refused(404, "ERROR", "Not Found") from None


def _entry(call: Call, row: RestRow, member: str) -> wire.Entry:
    content: dict[str, Any] = {name: value for name, value in row.items() if name not in {"splunk_server", "title"}}
    name = str(row["title"])
    path = f"/services/{call.plain}" if member or call.plain in _SINGLE else f"/services/{call.plain}/{name}"
    return name, path, content
