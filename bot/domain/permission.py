"""Who may start what, and where; pure."""

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bot.domain.frozen import Frozen

Standing = Literal["member", "guest", "outsider", "unknown"]
"""What somebody is to the workspace: an outsider belongs to another one, and of the unknown Slack says nothing now."""


def _checked(pattern: str, example: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError(f"must be a Slack id such as {example}")  # not shown: it may be a token
    return text


def _slack_id(first: str, example: str) -> Callable[[str], str]:
    return partial(_checked, rf"[{first}][A-Z0-9]{{2,20}}", example)


UserId = Annotated[str, AfterValidator(_slack_id("UW", "U0123ABCD, which the ⋮ of a profile copies"))]
GroupId = Annotated[str, AfterValidator(_slack_id("S", "S0123ABCD, the id of a user group"))]
ChannelId = Annotated[str, AfterValidator(_slack_id("CGD", "C0123ABCD, which stands last in a channel's details"))]


class Wish(Frozen):
    """What somebody wants to start; None where that is not known yet."""

    channel: str
    splunk: str | None = None
    workflow: str | None = None


class Asker(Frozen):
    """Who wants it."""

    user: str
    standing: Standing
    groups: frozenset[str] = frozenset()  # the user groups that they are in, of those that permissions name


class Permission(Frozen):
    """Allows what fits all of its fields; one that is left out fits everything.

    Whoever is named, or is in a group that is named, needs no standing; all others must be members, unless guests or
    people of other workspaces are let in.
    """

    users: tuple[UserId, ...] | None = None
    groups: tuple[GroupId, ...] | None = None
    channels: tuple[ChannelId, ...] | None = None
    splunk: tuple[str, ...] | None = None  # names of deployments
    workflows: tuple[str, ...] | None = None
    guests: bool = False
    other_workspaces: bool = False
    unknown: bool = False  # also whom Slack cannot tell about

    @model_validator(mode="after")
    def _is_plain(self) -> Self:
        if (self.users or self.groups) and (self.guests or self.other_workspaces or self.unknown):
            raise ValueError(
                "users and groups let in whom they name, guests too: put guests and the like in another line"
            )
        return self

    def allows(self, asker: Asker, wish: Wish) -> bool:
        """Say whether *asker* may, as far as *wish* is known."""
        return (
            self._lets_in(asker)
            and _fits(self.channels, wish.channel)
            and _fits(self.splunk, wish.splunk)
            and _fits(self.workflows, wish.workflow)
        )

    def _lets_in(self, asker: Asker) -> bool:
        if self.users is not None or self.groups is not None:
            return asker.user in (self.users or ()) or not asker.groups.isdisjoint(self.groups or ())
        let_in = {"member": True, "guest": self.guests, "outsider": self.other_workspaces, "unknown": self.unknown}
        return let_in[asker.standing]


class Permissions(Frozen):
    """All of them: one that allows is enough. Without any in the settings, every member may do everything."""

    allow: tuple[Permission, ...] = (Permission(unknown=True),)
    ask: str | None = Field(None, max_length=200)  # whom a refusal says to ask

    def allows(self, asker: Asker, wish: Wish) -> bool:
        """Say whether any permission does."""
        return any(each.allows(asker, wish) for each in self.allow)

    @property
    def groups(self) -> frozenset[str]:
        """The user groups whose members must be known."""
        return frozenset(group for each in self.allow for group in each.groups or ())

    @property
    def workflows(self) -> frozenset[str]:
        """The workflows that are named."""
        return frozenset(name for each in self.allow for name in each.workflows or ())

    @property
    def deployments(self) -> frozenset[str]:
        """The deployments that are named."""
        return frozenset(name for each in self.allow for name in each.splunk or ())


def _fits(named: tuple[str, ...] | None, wanted: str | None) -> bool:
    return named is None or wanted is None or wanted in named
