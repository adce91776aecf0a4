"""Which capability each REST path asks for. Unconfirmed where Splunk's own reference of the endpoint names none."""

from collections.abc import Collection
from fnmatch import fnmatchcase

_NEEDED = {  # the first pattern that fits
    "licenser/*": "license_read",
    "data/indexes": "indexes_list_all",
    "search/distributed/peers": "list_dist_peer",
    "authorization/roles": "list_all_roles",
    "server/status/partitions-space": "list_introspection",
    "server/introspection/*": "list_introspection",
    "server/health/*": "list_health",
    "server/*": "rest_access_server_endpoints",
    "cluster/*": "list_indexer_cluster",
    "deployment/server/*": "list_deployment_server",
}


def may_read(path: str, capabilities: Collection[str]) -> bool:
    """Whether an account with *capabilities* may read *path*, as in licenser/pools."""
    needed = next((needed for pattern, needed in _NEEDED.items() if fnmatchcase(path, pattern)), None)
    return needed is None or needed in capabilities or "admin_all_objects" in capabilities
