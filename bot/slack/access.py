"""How to reach Slack, how Slack reaches us, and what holds there for whom."""

import ipaddress
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pydantic import SecretStr

from bot.domain.frozen import Frozen
from bot.domain.permission import Permissions


class SlackAccess(Frozen):
    """The bot's tokens and places. With an app token it speaks Socket Mode; otherwise Slack posts to our server."""

    bot_token: SecretStr
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"
    command: str = "/troubleshoot"
    status: Literal["blocks", "plan"] = "blocks"  # how a run's status is drawn
    http_host: str = "127.0.0.1"
    http_port: int = 3000  # 0 takes a free one
    permissions: Permissions = Permissions()
    splunk_of: Mapping[str, str] = {}  # channel id → the deployment that is meant there

    def proxy(self) -> str | None:
        """Return the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY ask for; never one for this very machine.

        Read here because slack_sdk takes HTTPS_PROXY for loopback addresses too, and knows no NO_PROXY.
        """
        parts = urlsplit(self.api_url)
        if _is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc):
            return None
        return getproxies().get(parts.scheme)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
