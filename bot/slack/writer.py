"""The one that sends to Slack: patient with trouble that passes, never twice the same, plain where blocks fail."""

import asyncio
import logging
import secrets
import time
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.blocks import Message
from bot.slack.faults import SlackFault, refusal
from bot.slack.files import Files
from bot.slack.past import Past
from bot.slack.patience import WAITS_S, Before, Patience, nothing
from bot.slack.turns import Pause, Rank, Turns

REPORT_WAITS_S = (*WAITS_S, *[60] * 8)  # ten minutes: nothing is worth more than a report
METADATA_TYPE = "troubleshooter_message"

_log = logging.getLogger(__name__)


class SlackWriter:
    """Posts, edits and answers, each call in its turn.

    Every method raises SlackFault, a SlackError, once patience is of no use.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        bot_name: str = "bot",
        pause: Pause = asyncio.sleep,
        turns: Turns | None = None,
    ) -> None:
        self._client = client
        self._bot_name = bot_name
        self._turns = turns or Turns(pause=pause)
        self._patience = Patience(self._turns, bot_name)
        self._past = Past(client, self._turns, self._patience)
        self.files = Files(client, self._turns, self._patience, self._past)

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        thread_ts: str | None = None,
        is_report: bool = False,
        key: str | None = None,
        before: Before = nothing,
    ) -> str:
        """Post *message* and return its ts; *before* is awaited just before each try. A report goes before all else.

        Slack knows no idempotency key: each post carries one of our own as metadata, and when an answer is lost we
        look for it before we post again. Without the right to look we post again: better twice than not at all.
        """
        key = key or secrets.token_hex(8)
        since = time.time()

        async def send(shown: Message) -> str:
            await self._turns.wait("chat.postMessage", channel, Rank.REPORT if is_report else Rank.POST)
            await before()
            call = self._client.chat_postMessage(
                channel=channel,
                text=shown.text,
                blocks=list(shown.blocks) or None,
                thread_ts=thread_ts,
                metadata={"event_type": METADATA_TYPE, "event_payload": {"key": key}},
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
            )
            return str((await self._patience.held("chat.postMessage", call))["ts"])

        async def find() -> str | None:
            try:
                return await self.find(channel, thread_ts, since, key)
            except SlackFault as fault:
                if fault.passes:
                    raise
                return None

        return await self._patience.patiently(send, message, find, REPORT_WAITS_S if is_report else WAITS_S)

    async def find(self, channel: str, thread_ts: str | None, since: float, key: str) -> str | None:
        """Look for our own message by its key; None if it is not there. Raises SlackFault, also if we may not look.

        *since* is our clock's, in epoch seconds.
        """
        found = await self._past.find(channel, thread_ts, since, lambda message: _key(message) == key)
        return None if found is None else str(found["ts"])

    async def find_patiently(self, channel: str, thread_ts: str | None, since: float, key: str) -> str | None:
        """Find as `find` does, through trouble that passes."""

        async def look(_: Message) -> str | None:
            return await self.find(channel, thread_ts, since, key)

        return await self._patience.patiently(look, Message(""))

    async def delete(self, channel: str, ts: str) -> None:
        """Take back a message of our own."""

        async def send(_: Message) -> None:
            await self._turns.wait("chat.delete", channel, Rank.POST)
            await self._patience.held("chat.delete", self._client.chat_delete(channel=channel, ts=ts))

        await self._patience.patiently(send, Message(""))

    async def turn_to_edit(self, channel: str, *, dropped: asyncio.Event | None = None) -> bool:
        """Wait for the turn of one edit without patience, so that it is drawn when it is sent.

        False once *dropped* is set while others are before it.
        """
        return await self._turns.wait("chat.update", channel, Rank.EDIT, dropped=dropped)

    async def edit(self, channel: str, ts: str, message: Message, *, patient: bool = True) -> None:
        """Show *message* in the place of an earlier one; without patience one try, whose turn `turn_to_edit` was."""

        async def send(shown: Message) -> None:
            if patient:
                await self._turns.wait("chat.update", channel, Rank.POST)
            call = self._client.chat_update(
                channel=channel, ts=ts, text=shown.text, blocks=list(shown.blocks), parse="none"
            )
            await self._patience.held("chat.update", call)

        await self._patience.patiently(send, message, waits_s=WAITS_S if patient else ())

    async def open_view(self, trigger_id: str, view: dict[str, Any]) -> None:
        """Show a modal to the one whose press *trigger_id* is of. One try: a trigger lives for three seconds."""
        await self._turns.wait("views.open", "", Rank.REPORT)
        await self._patience.held("views.open", self._client.views_open(trigger_id=trigger_id, view=view))

    async def permalink(self, channel: str, ts: str) -> str | None:
        """Return the address of a message; None when Slack does not tell it."""
        await self._turns.wait("chat.getPermalink", "", Rank.POST)
        call = self._client.chat_getPermalink(channel=channel, message_ts=ts)
        try:
            return str((await self._patience.held("chat.getPermalink", call))["permalink"])
        except SlackFault as fault:
            _log.info("a message's address could not be had: %s", fault)
            return None

    async def whisper(self, channel: str, user: str, message: Message, *, thread_ts: str | None = None) -> None:
        """Show *message* to one person only."""

        async def send(shown: Message) -> None:
            await self._turns.wait("chat.postEphemeral", channel, Rank.POST)
            call = self._client.chat_postEphemeral(
                channel=channel,
                user=user,
                text=shown.text,
                blocks=list(shown.blocks) or None,
                thread_ts=thread_ts,
                parse="none",
            )
            await self._patience.held("chat.postEphemeral", call)

        await self._patience.patiently(send, message)

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer a command or a press to the one who did it; works in channels that the bot is not in."""
        webhook = AsyncWebhookClient(response_url, session=self._client.session, retry_handlers=[])
        webhook.proxy = self._client.proxy  # it would take one from the environment for this very machine too

        async def send(shown: Message) -> None:
            body = {"text": shown.text, "blocks": list(shown.blocks), "response_type": "ephemeral"}
            answer = await webhook.send_dict({**body, "replace_original": replace})
            if answer.status_code != 200:
                raise refusal(answer.status_code, answer.headers, answer.body, self._bot_name)

        await self._patience.patiently(send, message)


def _key(message: dict[str, Any]) -> object:
    return message.get("metadata", {}).get("event_payload", {}).get("key")
