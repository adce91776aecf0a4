"""What we ask Slack about a person: the time zone ("since 10:15" is their 10:15), the name, and the standing."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.permission import Standing
from bot.slack.connection import Identity
from bot.slack.faults import VENDOR_ERRORS, translate

UNKNOWN = "UTC"
SOMEBODY = "somebody here"
ASK_WITHIN_S = 2.0  # an incident does not wait for a nicety
NAME_WITHIN_S = 0.5  # a stop even less
PEOPLE_KEPT = 5000
FRESH_S = 600.0  # who became a guest, or moved, is known after this

_NOT_OURS = frozenset({"user_not_visible", "user_not_found"})  # what Slack says of those whom we may not see

_log = logging.getLogger(__name__)


class Person(NamedTuple):
    """What is known of one."""

    time_zone: str = UNKNOWN  # IANA name
    name: str = SOMEBODY
    standing: Standing = "unknown"


class People:
    """Looks people up, now and then. Without the scope users:read, or in trouble, everybody is somebody in UTC."""

    def __init__(self, client: AsyncWebClient, identity: Identity) -> None:
        self._client = client
        self._identity = identity
        self._known: dict[str, tuple[float, Person]] = {}  # with the time.monotonic() of the look

    async def time_zone(self, user: str) -> str:
        """Return the IANA name of the person's time zone."""
        return (await self._person(user, ASK_WITHIN_S)).time_zone

    async def name(self, user: str) -> str:
        """Return the name that others see."""
        return (await self._person(user, NAME_WITHIN_S)).name

    async def standing(self, user: str) -> Standing:
        """Return what the person is to this workspace."""
        return (await self._person(user, ASK_WITHIN_S)).standing

    async def _person(self, user: str, within_s: float) -> Person:
        seen_at, known = self._known.get(user, (None, Person()))
        if seen_at is not None and time.monotonic() - seen_at < FRESH_S:
            return known
        try:
            async with asyncio.timeout(within_s):
                answer = await self._client.users_info(user=user)
        except VENDOR_ERRORS as error:
            _log.info("a person cannot be looked up, what was known is taken: %s", type(error).__name__)
            return known._replace(standing="outsider") if translate(error).code in _NOT_OURS else known
        if len(self._known) >= PEOPLE_KEPT:
            self._known.clear()
        found = answer.get("user") or {}
        name = str(found.get("real_name") or found.get("name") or SOMEBODY)
        person = Person(str(found.get("tz") or UNKNOWN), name, self._standing(found))
        self._known[user] = (time.monotonic(), person)
        return person

    def _standing(self, found: Mapping[str, Any]) -> Standing:
        """Read a user object (docs.slack.dev). In Enterprise Grid a member may be of a sister workspace."""
        own = self._identity
        if found.get("is_restricted") or found.get("is_ultra_restricted"):
            return "guest"
        enterprise = (found.get("enterprise_user") or {}).get("enterprise_id")
        is_ours = found.get("team_id") in {own.team_id, None} or (own.enterprise_id and enterprise == own.enterprise_id)
        return "outsider" if found.get("is_stranger") or not is_ours else "member"
