"""How to reach Slack, how Slack reaches us, and what holds there for whom."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pydantic import SecretStr

from bot.domain.frozen import Frozen
from bot.domain.permission import Permissions

_KINDS = {
    "xoxb-": "the bot's token (xoxb-…)",
    "xoxe.xoxb-": "the bot's token (xoxb-…)",
    "xapp-": "an app-level token (xapp-…)",
    "xoxp-": "a user's token (xoxp-…)",
}
_BOT = "Copy the Bot User OAuth Token (xoxb-…) of OAuth & Permissions."
_APP = "Copy an App-Level Token (xapp-…) of Basic Information."
_SECRET = "Copy the Signing Secret of Basic Information."  # noqa: S105 - advice, no secret


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


def misplaced(
    bot_token: SecretStr | None, app_token: SecretStr | None, signing_secret: SecretStr | None
) -> Iterator[str]:
    """Yield a sentence for each setting that holds what belongs elsewhere, as its beginning shows."""
    if bot_token and (held := _kind(bot_token)) != _KINDS["xoxb-"]:
        yield f"SLACK_BOT_TOKEN holds {held}. {_BOT}"
    if app_token and (held := _kind(app_token)) != _KINDS["xapp-"]:
        yield f"SLACK_APP_TOKEN holds {held}. {_APP}"
    if signing_secret and (held := _kind(signing_secret)) in _KINDS.values():
        yield f"SLACK_SIGNING_SECRET holds {held}. {_SECRET}"


def _kind(secret: SecretStr) -> str:
    held = secret.get_secret_value()
    return next((kind for begins, kind in _KINDS.items() if held.startswith(begins)), "no token of Slack's")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
