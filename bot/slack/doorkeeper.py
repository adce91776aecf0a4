"""Who may start and stop checks: asked once what is wanted is known, answered in private, written down."""

import asyncio
import logging
import time
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.permission import Asker, Permissions, Standing, Wish
from bot.errors import NotAllowed
from bot.ports import RunStore
from bot.slack.faults import VENDOR_ERRORS, translate
from bot.slack.people import ASK_WITHIN_S, People

FRESH_S = 300.0  # somebody new in a group waits no longer than this

_log = logging.getLogger(__name__)

_WHO: dict[Standing, str] = {
    "member": "You",
    "guest": "Guests",
    "outsider": "People of other workspaces",
    "unknown": "As long as Slack does not tell me who you are, you",
}


@dataclass(slots=True)
class _Members:
    users: frozenset[str] = frozenset()
    seen_at: float | None = None  # of time.monotonic()


@dataclass(slots=True)
class Groups:
    """The members of user groups, kept for minutes. What cannot be read now is as it was, at first empty."""

    client: AsyncWebClient
    _known: dict[str, _Members] = field(default_factory=dict)
    trouble: str | None = None  # why a group could not be read the last time

    async def of(self, user: str, groups: frozenset[str]) -> frozenset[str]:
        """Return those of *groups* that *user* is in."""
        members = await asyncio.gather(*(self._members(group) for group in groups))
        return frozenset(group for group, users in zip(groups, members, strict=True) if user in users)

    async def _members(self, group: str) -> frozenset[str]:
        known = self._known.setdefault(group, _Members())
        if known.seen_at is not None and time.monotonic() - known.seen_at < FRESH_S:
            return known.users
        try:
            async with asyncio.timeout(ASK_WITHIN_S):
                answer = await self.client.usergroups_users_list(usergroup=group)
        except VENDOR_ERRORS as error:
            self.trouble = str(translate(error))
            _log.warning("the user group %s could not be read: %s", group, self.trouble)
        else:
            known.users, known.seen_at, self.trouble = frozenset(answer.get("users") or ()), time.monotonic(), None
        return known.users


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Holds what somebody wants against the permissions."""

    permissions: Permissions
    people: People
    groups: Groups
    store: RunStore

    async def check(self, user: str, wish: Wish, run_id: str | None = None) -> None:
        """Let it pass, or raise NotAllowed with whom to ask, and write that down. Raises StoreError."""
        asker = Asker(
            user=user,
            standing=await self.people.standing(user),
            groups=await self.groups.of(user, self.permissions.groups),
        )
        if self.permissions.allows(asker, wish):
            return
        said = self._refusal(asker.standing, wish)
        await self.store.note(user, "refused", run_id, f"{asker.standing}, {wish.workflow or 'anything'}: {said}")
        raise NotAllowed(said)

    def _refusal(self, standing: Standing, wish: Wish) -> str:
        what = wish.workflow or "checks"
        where = f" on @{wish.splunk}" if wish.splunk and self.permissions.deployments else ""
        trouble = f" (A user group could not be read: {self.groups.trouble})" if self.groups.trouble else ""
        whom = self.permissions.ask or "whoever runs me: the settings say who may"
        return f"{_WHO[standing]} may not start or stop {what}{where} here. Ask {whom}.{trouble}"
