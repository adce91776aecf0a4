"""What a Slack workspace is: people, channels and messages with every version they ever had; state only, no network."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from bot.sandbox.slack.errors import SlackRefusal

ChannelKind = Literal["public", "private", "im"]
Blocks = list[dict[str, Any]]


@dataclass(slots=True)
class User:
    id: str
    name: str
    real_name: str = ""
    tz: str = "Europe/Berlin"
    is_bot: bool = False
    is_guest: bool = False
    team_id: str | None = None  # another workspace's, for somebody in a shared channel
    deleted: bool = False


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind = "public"
    members: set[str] = field(default_factory=set)
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A message as it stood from *at* (epoch seconds) until its next edit."""

    text: str
    blocks: Blocks
    at: float


@dataclass(slots=True)
class File:
    id: str
    name: str
    size: int
    content: bytes | None = None
    title: str = ""


@dataclass(slots=True)
class Message:
    """One message; `history` holds all its versions, the one people see now last."""

    channel: str
    ts: str
    user: str
    history: list[Version]
    thread_ts: str | None = None
    bot_id: str | None = None
    seen_only_by: str | None = None
    metadata: dict[str, Any] | None = None
    attachments: list[dict[str, Any]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    edited: bool = False
    deleted: bool = False

    @property
    def text(self) -> str:
        return self.history[-1].text

    @property
    def blocks(self) -> Blocks:
        return self.history[-1].blocks

    @property
    def is_ephemeral(self) -> bool:
        return self.seen_only_by is not None


TRIGGER_LIVES_S = 3.0  # Source: docs.slack.dev/interactivity, trigger_id


class Unknown(LookupError):
    """No such person, channel or message in this workspace."""


class Workspace:
    """One team. Ids and names are both understood wherever a person or a channel is named."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.team_id, self.team_name, self.team_domain = "T0SANDBOX", "Sandbox", "sandbox"
        self.bot = User("U0BOT", "troubleshooter", "Troubleshooter", is_bot=True)
        self.bot_id, self.app_id = "B0BOT", "A0BOT"
        self.users: dict[str, User] = {self.bot.id: self.bot}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.files: dict[str, File] = {}
        self.usergroups: list[dict[str, Any]] = []  # as usergroups.list shows them; "users" holds ids
        self.views: list[dict[str, Any]] = []
        self.home: dict[str, dict[str, Any]] = {}
        self.thread_status: dict[tuple[str, str], str] = {}
        self.triggers: dict[str, float | None] = {}
        self._numbers = count(1)
        self._last_ts_us = 0
        self.add_user("ana", "Ana Ito")
        self.add_channel("incidents", members=("ana", self.bot.id))
        self.add_channel("general", members=("ana",))
        self.add_channel("private-war-room", kind="private", members=("ana",))

    def add_user(self, name: str, real_name: str = "", **also: Any) -> User:
        user = User(self.new_id("U"), name, real_name or name.title(), **also)
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, *, kind: ChannelKind = "public", members: tuple[str, ...] = ()) -> Channel:
        prefix = "D" if kind == "im" else "C"
        channel = Channel(self.new_id(prefix), name, kind, {self.user(member).id for member in members})
        self.channels[channel.id] = channel
        return channel

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):08X}"

    def new_ts(self) -> str:
        """Make a message's id: the time in microseconds, one later than the last where two would be the same."""
        self._last_ts_us = max(self._last_ts_us + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts_us // 1_000_000}.{self._last_ts_us % 1_000_000:06d}"

    def user(self, name_or_id: str) -> User:
        bare = name_or_id.removeprefix("@")
        for user in self.users.values():
            if bare in (user.id, user.name):
                return user
        raise Unknown(f"There is no user {name_or_id!r} in the sandbox workspace; add one with add_user().")

    def channel(self, name_or_id: str) -> Channel:
        bare = name_or_id.removeprefix("#")
        for channel in self.channels.values():
            if bare in (channel.id, channel.name):
                return channel
        raise Unknown(f"There is no channel {name_or_id!r} in the sandbox workspace; add one with add_channel().")

    def direct_message(self, user: str) -> Channel:
        """Find or open the direct-message channel of a person and the bot."""
        person = self.user(user)
        members = {person.id, self.bot.id}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == members:
                return channel
        return self.add_channel(f"dm-{person.name}", kind="im", members=(person.id, self.bot.id))

    def post(self, channel: str, user: str, text: str, *, blocks: Blocks | None = None, **also: Any) -> Message:
        """Add a message; blocks without an id get one, as Slack gives them."""
        version = Version(text, self.with_block_ids(blocks or []), self.now())
        message = Message(self.channel(channel).id, self.new_ts(), self.user(user).id, [version], **also)
        self.messages.append(message)
        return message

    def edit(self, message: Message, text: str, blocks: Blocks) -> None:
        message.history.append(Version(text, self.with_block_ids(blocks), self.now()))

    def new_trigger(self) -> str:
        trigger_id = f"{self.new_id('X')}.{self.team_id}"
        self.triggers[trigger_id] = self.now() + TRIGGER_LIVES_S
        return trigger_id

    def use_trigger(self, trigger_id: str) -> None:
        """Raise the refusal that views.open gives for a trigger that is made up, used or too old."""
        if trigger_id not in self.triggers:
            raise SlackRefusal("invalid_trigger_id")
        ends = self.triggers[trigger_id]
        if ends is None:
            raise SlackRefusal("exchanged_trigger_id")
        if self.now() > ends:
            raise SlackRefusal("expired_trigger_id")
        self.triggers[trigger_id] = None

    def after_submission(self, view: dict[str, Any], answer: dict[str, Any]) -> None:
        """Do with the open views what the answer says. Source: docs.slack.dev/surfaces/modals#response_actions."""
        action = answer.get("response_action")
        if action == "update":
            view |= answer["view"]
        elif action == "push":
            self.views.append({**answer["view"], "id": self.new_id("V")})
        elif action == "clear":
            self.views.clear()
        elif action != "errors":
            self.views.remove(view)

    def with_block_ids(self, blocks: Blocks) -> Blocks:
        return [block if block.get("block_id") else {**block, "block_id": self.new_id("b")} for block in blocks]

    def message(self, channel: str, ts: str) -> Message:
        """Find a message that everyone in the channel sees; an ephemeral one is found by nobody, as in Slack."""
        for message in self.shown(channel):
            if message.ts == ts:
                return message
        raise Unknown(f"There is no message {ts} in {channel}.")

    def shown(self, channel: str) -> Iterator[Message]:
        channel_id = self.channel(channel).id
        return (m for m in self.messages if m.channel == channel_id and not m.deleted and not m.is_ephemeral)

    def posts(self, channel: str) -> list[Message]:
        """List the channel as it reads: what is not inside a thread."""
        return [m for m in self.shown(channel) if m.thread_ts in (None, m.ts)]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """List a root message and its replies, oldest first."""
        return [m for m in self.shown(channel) if ts in (m.ts, m.thread_ts)]

    def private_to(self, user: str, channel: str | None = None) -> list[Message]:
        """List the ephemeral messages that only this person sees."""
        user_id = self.user(user).id
        channel_id = self.channel(channel).id if channel else None
        return [m for m in self.messages if m.seen_only_by == user_id and channel_id in (None, m.channel)]
