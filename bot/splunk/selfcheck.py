"""Who the bot is in Splunk and what it may do there: for `check --online`, and for how many searches fit at once."""

import logging
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from bot.domain.frozen import Frozen
from bot.errors import SplunkError
from bot.safety.masking import mask
from bot.splunk.faults import not_understood
from bot.splunk.session import SplunkSession
from bot.splunk.wire import entries

# Splunk's authorize.conf; which check each unlocks is our own map.
NEEDED = {
    "search": "every search",
    "rest_properties_get": "reading configuration with | rest",
    "rest_access_server_endpoints": "| rest under /services/server: health, introspection, KV store",
    "dispatch_rest_to_indexers": "| rest on the indexers, not just on the search head",
    "indexes_list_all": "which indexes there are",
    "list_all_roles": "what other roles may search",
    "list_dist_peer": "the search peers",
    "list_health": "splunkd's own health report",
    "list_introspection": "resource usage",
    "list_indexer_cluster": "the indexer cluster's state",
    "list_deployment_server": "the deployment server's clients",
    "license_read": "the license and its usage",
}
DANGEROUS = frozenset(
    {
        "admin_all_objects",
        "change_authentication",
        "install_apps",
        "output_file",
        "restart_splunkd",
        "rtsearch",
        "run_collect",
        "run_custom_command",
        "run_dump",
        "run_mcollect",
        "run_sendalert",
    }
)
DANGEROUS_PREFIXES = ("edit_", "schedule_", "delete_")
WATCHED_INDEXES = ("_internal", "_audit", "_introspection")

logger = logging.getLogger(__name__)


class SplunkSelfCheck(Frozen):
    """What `check --online` says about Splunk: problems stop the bot, warnings cost checks or care."""

    version: str | None = None
    username: str | None = None
    roles: tuple[str, ...] = ()
    quota: int | None = None
    readable_indexes: tuple[str, ...] | None = None  # patterns; None when the roles cannot be seen
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class Identity(Frozen):
    """What /services/authentication/current-context tells, and the visible ones of our roles."""

    username: str
    roles: tuple[str, ...]
    capabilities: frozenset[str]
    role_settings: tuple[dict[str, Any], ...] | None = None

    @property
    def quota(self) -> int | None:
        """The largest srchJobsQuota of our roles, as authorize.conf adds them up; 0 is unlimited."""
        quotas = [int(role.get("srchJobsQuota") or 0) for role in self.role_settings or ()]
        if not quotas or 0 in quotas:
            return None
        return max(quotas + [int(role.get("imported_srchJobsQuota") or 0) for role in self.role_settings or ()])

    @property
    def readable_indexes(self) -> tuple[str, ...] | None:
        if not self.role_settings:
            return None
        lists = (
            role.get(key)
            for role in self.role_settings
            for key in ("srchIndexesAllowed", "imported_srchIndexesAllowed")
        )
        return tuple(sorted({str(index) for some in lists for index in _as_list(some)}))

    def reads(self, index: str) -> bool:
        """Whether we may search *index*; `*` alone does not cover the ones that begin with an underscore."""
        patterns = self.readable_indexes or ()
        return any(fnmatchcase(index, one) and one.startswith("_") == index.startswith("_") for one in patterns)


def _as_list(value: Any) -> Sequence[Any]:
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else str(value).split(";")


async def quota(session: SplunkSession) -> int | None:
    """Return the role's search quota; None when it is unlimited or cannot be seen."""
    try:
        return (await _identity(session)).quota
    except SplunkError as error:
        logger.warning("The quota of searches at once cannot be seen: %s", error)
        return None


async def inspect(session: SplunkSession) -> SplunkSelfCheck:
    """Ask Splunk who we are, and judge it."""
    try:
        me = await _identity(session)
    except SplunkError as error:
        return SplunkSelfCheck(problems=(str(error),), warnings=session.access.warnings)
    return judge(me, await _version(session), session.access.warnings)


def judge(me: Identity, version: str | None, warnings: tuple[str, ...] = ()) -> SplunkSelfCheck:
    """Say what our rights in Splunk mean for the workflows."""
    return SplunkSelfCheck(
        version=version,
        username=me.username,
        roles=me.roles,
        quota=me.quota,
        readable_indexes=me.readable_indexes,
        problems=tuple(_problems(me)),
        warnings=(*warnings, *_warnings(me)),
        facts=tuple(_facts(me, version)),
    )


def _problems(me: Identity) -> list[str]:
    if "search" in me.capabilities:
        return []
    return [f"User {me.username} may not search: give its role the capability search."]


def _warnings(me: Identity) -> list[str]:
    found = [
        f"No capability {name}: {use} will be not checked. Give it to the bot's role."
        for name, use in NEEDED.items()
        if name not in me.capabilities and name != "search"
    ]
    dangerous = sorted(one for one in me.capabilities if one in DANGEROUS or one.startswith(DANGEROUS_PREFIXES))
    if dangerous:
        found.append(
            f"The bot's role may do more than read: {', '.join(dangerous)}. Take them away; a role that imports none "
            "still gets some of them by default, and they must be disabled one by one in authorize.conf."
        )
    if me.readable_indexes is None:
        found.append("Which indexes the bot may read cannot be seen: its roles are not visible to it.")
    else:
        found += [
            f"The bot may not read {index}: checks over it will be not checked. Add {index} to srchIndexesAllowed of "
            "its role (* does not cover it)."
            for index in WATCHED_INDEXES
            if not me.reads(index)
        ]
    return found


def _facts(me: Identity, version: str | None) -> list[str]:
    readable = "cannot be seen" if me.readable_indexes is None else ", ".join(me.readable_indexes) or "none"
    at_once = "unlimited or not visible" if me.quota is None else str(me.quota)
    return [
        f"Splunk {version or 'of unknown version'}",
        f"Signed in as {me.username}, roles: {', '.join(me.roles) or 'none'}",
        f"Readable indexes: {readable}",
        f"Searches at once (srchJobsQuota): {at_once}",
    ]


async def _identity(session: SplunkSession) -> Identity:
    contexts = await _contents(session, "/services/authentication/current-context")
    context = next(iter(contexts.values()), {})
    roles = tuple(map(str, _as_list(context.get("roles"))))
    try:
        visible = await _contents(session, "/services/authorization/roles")
    except SplunkError as error:  # a role need not be allowed to see itself
        logger.info("The roles cannot be seen: %s", error)
        visible = {}
    return Identity(
        username=mask(str(context.get("username", "unknown"))),
        roles=roles,
        capabilities=frozenset(map(str, _as_list(context.get("capabilities")))),
        role_settings=tuple(visible[role] for role in roles if role in visible) or None,
    )


async def _version(session: SplunkSession) -> str | None:
    try:
        server = await _contents(session, "/services/server/info")
    except SplunkError as error:
        logger.info("The version cannot be seen: %s", error)
        return None
    return next((str(one["version"]) for one in server.values() if "version" in one), None)


async def _contents(session: SplunkSession, path: str) -> Mapping[str, dict[str, Any]]:
    answer = await session.get(path, {"count": "0"})
    try:
        return dict(entries(answer.body))
    except ValueError as error:
        raise not_understood(session.access) from error
