"""What we ask Slack about a person: the time zone, so that "since 10:15" means their 10:15."""

import asyncio
import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.faults import VENDOR_ERRORS

UNKNOWN = "UTC"
ASK_WITHIN_S = 2.0  # an incident does not wait for a nicety
PEOPLE_KEPT = 5000

_log = logging.getLogger(__name__)


class People:
    """Looks people up, once each. Without the scope users:read, or in trouble, everybody is in UTC."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._time_zones: dict[str, str] = {}

    async def time_zone(self, user: str) -> str:
        """Return the IANA name of the person's time zone."""
        if user in self._time_zones:
            return self._time_zones[user]
        try:
            async with asyncio.timeout(ASK_WITHIN_S):
                answer = await self._client.users_info(user=user)
        except VENDOR_ERRORS as error:
            _log.info("a person's time zone cannot be seen, UTC is taken: %s", type(error).__name__)
            return UNKNOWN
        if len(self._time_zones) >= PEOPLE_KEPT:
            self._time_zones.clear()
        found = answer.get("user") or {}
        return self._time_zones.setdefault(user, str(found.get("tz") or UNKNOWN))
