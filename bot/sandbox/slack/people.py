"""The people of the sandbox workspace: they type commands, write, mention the bot, press buttons and submit forms."""

from typing import Any

from bot.sandbox.slack import payloads
from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.courier import Courier
from bot.sandbox.slack.delivery import Delivery, Kind
from bot.sandbox.slack.response_urls import ResponseUrls
from bot.sandbox.slack.workspace import Channel, Message, Unknown, User, Workspace


class People:
    """What they do goes over Socket Mode when it is connected, else to the request URL; else it raises NobodyListens.

    Each returns once the bot acknowledged, or once Slack would have given up waiting. With *duplicate* the same
    thing is sent twice, as Slack does when an acknowledgement got lost.
    """

    def __init__(self, workspace: Workspace, changes: Changes, courier: Courier) -> None:
        self.workspace = workspace
        self.changes = changes
        self.courier = courier
        self.response_urls = ResponseUrls(workspace)
        self.mentions_are_messages_too = False  # as for an app that subscribes to message.channels besides app_mention

    async def command(
        self, name: str, text: str = "", *, user: str = "ana", channel: str = "incidents", duplicate: bool = False
    ) -> Delivery:
        """Type a slash command; the answer in the acknowledgement or to response_url shows as a message."""
        person, place = self._who_and_where(user, channel)
        response_url = self.response_urls.new(place.id, person.id)
        body = payloads.command(self.workspace, name, text, person, place, response_url)
        return await self._send("slash_commands", body, person, place, duplicate=duplicate)

    async def mention(
        self,
        text: str,
        *,
        user: str = "ana",
        channel: str = "incidents",
        thread_ts: str | None = None,
        duplicate: bool = False,
    ) -> tuple[Message, Delivery]:
        """Write "@troubleshooter *text*" in a channel."""
        person, place = self._who_and_where(user, channel)
        self._check_heard_in(place)
        written = f"<@{self.workspace.bot.id}> {payloads.typed(self.workspace, text)}"
        message = await self._write(person, place, written, thread_ts)
        if self.mentions_are_messages_too:
            await self.event(payloads.message_event(self.workspace, message, "message"))
        event = payloads.message_event(self.workspace, message, "app_mention")
        return message, await self.event(event, duplicate=duplicate)

    async def message(
        self,
        text: str,
        *,
        user: str = "ana",
        channel: str = "incidents",
        thread_ts: str | None = None,
        duplicate: bool = False,
    ) -> tuple[Message, Delivery]:
        """Write in a channel or, with channel="@ana", in ana's direct messages with the bot."""
        place_name = self.workspace.direct_message(channel).id if channel.startswith("@") else channel
        person, place = self._who_and_where(user, place_name)
        self._check_heard_in(place)
        message = await self._write(person, place, payloads.typed(self.workspace, text), thread_ts)
        event = payloads.message_event(self.workspace, message, "message")
        return message, await self.event(event, duplicate=duplicate)

    async def press(
        self,
        action_id: str,
        message: Message,
        *,
        user: str = "ana",
        selected: str | None = None,
        duplicate: bool = False,
    ) -> Delivery:
        """Press a button of *message*, or choose *selected* (an option's value; "positive"/"negative" feedback)."""
        person, place = self._who_and_where(user, message.channel)
        action = payloads.find_action(message.blocks, action_id, selected)
        response_url = self.response_urls.new(place.id, person.id, message)
        body = payloads.press(self.workspace, message, person, action, response_url)
        return await self._send("interactive", body, person, place, duplicate=duplicate)

    async def shortcut(self, callback_id: str, *, user: str = "ana", message: Message | None = None) -> Delivery:
        """Use a global shortcut, or with *message* the message shortcut on it."""
        person, place = self._who_and_where(user, message.channel if message else "incidents")
        response_url = self.response_urls.new(place.id, person.id, message)
        body = payloads.shortcut(self.workspace, callback_id, person, message, response_url)
        return await self._send("interactive", body, person, place)

    async def submit_view(self, values: dict[str, Any], *, user: str = "ana") -> Delivery:
        """Submit the modal on top with `{block_id: {action_id: {"type": …, "value": …}}}`.

        It closes, unless the acknowledgement shows errors or another view.
        """
        person, place = self._who_and_where(user, "incidents")
        view = self.workspace.views[-1]
        body = payloads.view_submission(self.workspace, view, person, values)
        delivery = await self._send("interactive", body, person, place)
        if delivery.acked:
            self.workspace.after_submission(view, delivery.ack_payload or {})
            await self.changes.tell()
        return delivery

    async def event(self, event: dict[str, Any], *, duplicate: bool = False) -> Delivery:
        """Send any event; *duplicate* sends it twice under one event_id."""
        body = payloads.event_callback(self.workspace, event)
        delivery = Delivery("events_api", body, self.workspace.new_id("E"))
        await self.courier.deliver(delivery)
        return await self.courier.resend(delivery) if duplicate else delivery

    def _check_heard_in(self, place: Channel) -> None:
        """Refuse what cannot happen: Slack tells an app nothing from a private channel it is not in."""
        if place.kind != "public" and self.workspace.bot.id not in place.members:
            raise Unknown(
                f"The bot is not in {place.name}, so Slack tells it nothing from there; add it to the members."
            )

    def _who_and_where(self, user: str, channel: str) -> tuple[User, Channel]:
        return self.workspace.user(user), self.workspace.channel(channel)

    async def _write(self, person: User, place: Channel, text: str, thread_ts: str | None) -> Message:
        bot_id = f"B{person.id[1:]}" if person.is_bot else None
        message = self.workspace.post(place.id, person.id, text, thread_ts=thread_ts, bot_id=bot_id)
        await self.changes.tell()
        return message

    async def _send(
        self, kind: Kind, body: dict[str, Any], person: User, place: Channel, *, duplicate: bool = False
    ) -> Delivery:
        delivery = Delivery(
            kind,
            body,
            self.workspace.new_id("E"),
            user=person.id,
            channel=place.id,
            response_url=body.get("response_url"),
            trigger_id=body["trigger_id"],
        )
        await self.courier.deliver(delivery)
        return await self.courier.resend(delivery) if duplicate else delivery
