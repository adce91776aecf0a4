"""Links that show a search in Splunk Web."""

import re
from urllib.parse import quote

from bot.domain.window import TimeWindow
from bot.safety.spl import sendable
from bot.splunk.wire import epoch

MAX_LINK_CHARS = 3000  # longer ones are cut by proxies and by Slack's button URLs (3,000)
_LOCALE_AT_END = re.compile(r"/[a-z]{2}-[A-Z]{2}$")


def search_link(web_url: str | None, app: str, spl: str, window: TimeWindow) -> str | None:
    """Return the address of *spl* over *window* in Splunk Web; None without a web URL, or where it grew too long.

    By the search's text and absolute times, not by its sid: a sid's link works only for its owner and until it expires.
    The web address is never derived from the management port's: a guess that fails costs a person time in an incident.
    """
    if web_url is None:
        return None
    root = web_url.rstrip("/")
    if not _LOCALE_AT_END.search(root):
        root += "/en-US"
    link = (
        f"{root}/app/{quote(app, safe='')}/search?q={quote(sendable(spl), safe='')}"
        f"&earliest={epoch(window.earliest)}&latest={epoch(window.latest)}"
    )
    return link if len(link) <= MAX_LINK_CHARS else None
