"""Which endpoints `| rest` may read: an allow-list, less what acts when it is read, and less what shows a secret.

`| rest` sends a GET with every further argument as a parameter (Splunk's search reference), and some of Splunk's
endpoints act on a GET: `…/_reload`, `apps/local/{app}/package`, `search/jobs/export`. `storage/passwords` answers in
clear text, and so do inputs: the tokens of the HTTP Event Collector and of forwarders, and what add-ons keep in
inputs.conf. Of those, only the kinds that hold no secret may be read.
"""

import re

from bot.safety.spl_text import STRING

_ROOT_NAMES = """
    admin alerts apps authentication authorization catalog cluster configs data datamodel deployment directory
    dmc-conf federated indexing kvstore licenser messages properties replication saved scheduled search server shcluster
    storage workloads
"""
_ACTING_NAMES = """
    _acl _bump _new _reload _sync acknowledge all-inputs appinstall apptemplates auth batch_delete batch_find
    batch_save clear conf-inputs conf-passwords control create delete disable dispatch enable export httpauth-tokens
    import install login logout move notify oneshot package parser passwords promote push reassign receivers refresh
    reload remove reschedule restart restart_webui restore resync results results_preview rollback run search.log
    setup simple stream streams summarize suppress sync touch typeahead uninstall update upgrade validate
"""
_ARGUMENT_NAMES = """
    add_orphan_field by_tstats count datatype earliest_time f latest_time listdefaultactionargs offset search sort_dir
    sort_key sort_mode splunk_server splunk_server_group strict summarize timeout
"""
_ROOTS = frozenset(_ROOT_NAMES.split())
_ACTS_OR_TELLS = frozenset(_ACTING_NAMES.split())
_ARGUMENTS = frozenset(_ARGUMENT_NAMES.split())

_ARGUMENT = re.compile(rf"""\s*+(?:(\w++)\s*+=\s*+)?({STRING}|[^\s"'=]++)(?=\s|\Z)""", re.DOTALL)
_SECRET = re.compile(r"passw|pass4symm|secret|credential|token|\.\.|^[. ]+$")
_PLAIN_INPUTS = frozenset({("monitor",), ("script",), ("tcp", "cooked"), ("tcp", "raw"), ("udp",)})
_PATH = re.compile(r"/?services(?:NS/[\w.@*-]+/[\w.@*-]+)?(?:/[\w.:@* -]+)+/?", re.ASCII)
_BARE_VALUE = re.compile(r"[\w.:*@/,+-]+", re.ASCII)


def rest_fault(arguments: str) -> str | None:
    """Say why `| rest` may not be called with these *arguments*, or None when it only reads."""
    paths: list[str] = []
    given: dict[str, str] = {}
    at = 0
    stripped = arguments.rstrip()
    while at < len(stripped):
        found = _ARGUMENT.match(stripped, at)
        if not found:
            return "its arguments cannot be read"
        name, value, at = found[1], found[2].strip('"'), found.end()
        if name is None:
            paths.append(value)
        elif name.lower() not in _ARGUMENTS:
            return f"the argument {name}= is not known to only read"
        elif name.lower() != "search" and not _BARE_VALUE.fullmatch(value):
            return f"the value of {name}= is more than a plain word"
        else:
            given[name.lower()] = value
    if len(paths) != 1:
        return "it needs one literal path that begins with /services"
    return _path_fault(paths[0], filtered="search" in given)


def _path_fault(path: str, *, filtered: bool) -> str | None:
    if not _PATH.fullmatch(path):
        return f"the path {path[:80]!r} is not a plain one that begins with /services"
    components = path.strip("/").lower().split("/")
    below = components[3:] if components[0] == "servicesns" else components[1:]
    acting = next((each for each in below if each in _ACTS_OR_TELLS or _SECRET.search(each)), None)
    if acting is not None:
        return f"{acting!r} in the path acts or shows secrets"
    if not below or below[0] not in _ROOTS:
        return f"{below[0] if below else path!r} is not among the endpoints known to only read"
    if _shows_inputs(below):
        return "inputs hold tokens in clear text"
    return _job_fault(below, filtered=filtered) if below[0] == "search" else None


def _job_fault(below: list[str], *, filtered: bool) -> str | None:
    if filtered:
        return "search= on a search/ path can start a search"
    jobs_at = below.index("jobs") if "jobs" in below else len(below)
    return "it reads another search's results" if len(below) > jobs_at + 2 else None


def _shows_inputs(below: list[str]) -> bool:
    """Tell whether the path, without services/, shows inputs other than those without a secret."""
    if below[:2] == ["data", "inputs"]:
        return not any(tuple(below[2 : 2 + len(kind)]) == kind for kind in _PLAIN_INPUTS)
    return (below[0] == "admin" and "http" in below[1:2]) or (below[0] == "properties" and "inputs" in below[1:2])
