"""Where an answer would send us instead. No door follows it: rows and secrets go to whom the settings name. Pure."""

import re
from urllib.parse import urljoin, urlsplit

_HOST = re.compile(r"[a-z0-9.-]{1,253}|[0-9a-f:.]{2,45}")  # a name or an address, and nothing that could be more


def redirected_to(asked: str, location: str | None) -> str | None:
    """Return scheme, host and port of *location*, as an answer to the address *asked* gives it.

    None where that is no other than asked, or cannot be shown: a path or a query may hold a secret.
    """
    try:
        parts = urlsplit(urljoin(asked, location or ""))
        port, host = parts.port, parts.hostname or ""
        here = urlsplit(asked)
        if (parts.scheme, host, port) == (here.scheme, here.hostname, here.port):
            return None
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return None
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (f":{port}" if port else "")
