"""What we ask Slack about a person: the time zone, so that "since 10:15" means their 10:15, and the name."""

import asyncio
import logging
from typing import NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.faults import VENDOR_ERRORS

UNKNOWN = "UTC"
SOMEBODY = "somebody here"
ASK_WITHIN_S = 2.0  # an incident does not wait for a nicety
NAME_WITHIN_S = 0.5  # a stop even less
PEOPLE_KEPT = 5000

_log = logging.getLogger(__name__)


class Person(NamedTuple):
    """What is known of one."""

    time_zone: str = UNKNOWN  # IANA name
    name: str = SOMEBODY


class People:
    """Looks people up, once each. Without the scope users:read, or in trouble, everybody is somebody in UTC."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, Person] = {}

    async def time_zone(self, user: str) -> str:
        """Return the IANA name of the person's time zone."""
        return (await self._person(user, ASK_WITHIN_S)).time_zone

    async def name(self, user: str) -> str:
        """Return the name that others see."""
        return (await self._person(user, NAME_WITHIN_S)).name

    async def _person(self, user: str, within_s: float) -> Person:
        if user in self._known:
            return self._known[user]
        try:
            async with asyncio.timeout(within_s):
                answer = await self._client.users_info(user=user)
        except VENDOR_ERRORS as error:
            _log.info("a person cannot be looked up, UTC is taken: %s", type(error).__name__)
            return Person()
        if len(self._known) >= PEOPLE_KEPT:
            self._known.clear()
        found = answer.get("user") or {}
        name = str(found.get("real_name") or found.get("name") or SOMEBODY)
        return self._known.setdefault(user, Person(str(found.get("tz") or UNKNOWN), name))
