"""Files shared in a thread: an address is asked for, the bytes are brought there, and only then the file is shared.

Slack takes no key with a file: its name, which holds the run's id, tells whether it stands already.
Source: docs.slack.dev/messaging/working-with-files.
"""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks import Message
from bot.slack.faults import SlackFault, refusal
from bot.slack.past import Past
from bot.slack.patience import Before, Patience
from bot.slack.turns import Rank, Turns

WAITS_S = (1.0, 2.0, 4.0, 8.0)  # less than for a message: what a file says stands in messages too


@dataclass(frozen=True, slots=True)
class File:
    """What is shared: its name, which nothing else in the thread has, a title, a sentence beside it, and the bytes."""

    name: str
    title: str
    comment: str
    content: bytes


class Files:
    """Shares files as long as Slack lets it. `granted` is False once Slack has said that the scope is missing."""

    def __init__(self, client: AsyncWebClient, turns: Turns, patience: Patience, past: Past) -> None:
        self.granted = True
        self._client = client
        self._turns = turns
        self._patience = patience
        self._past = past

    async def share(self, channel: str, thread_ts: str, file: File, *, since: float, before: Before) -> str:
        """Share *file* in the thread, and return its id; *before* is awaited just before it is shared.

        Raises SlackFault. Channels that the bot is not a member of take no files, though they may take messages.
        """

        async def send(_: Message) -> str:
            file_id = await self._bring(file)
            await self._turns.wait("files.completeUploadExternal", channel, Rank.POST)
            await before()
            call = self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": file.title}],
                channel_id=channel,
                thread_ts=thread_ts,
                initial_comment=file.comment,
            )
            await self._patience.held("files.completeUploadExternal", call)
            return file_id

        async def find() -> str | None:
            return await self.find(channel, thread_ts, file.name, since)

        return await self._patience.patiently(send, Message(""), find, WAITS_S)

    async def find(self, channel: str, thread_ts: str, name: str, since: float) -> str | None:
        """Return the id of the file *name* in the thread; None if it is not there. Raises SlackFault."""
        found = await self._past.find(
            channel, thread_ts, since, lambda message: name in [each.get("name") for each in message.get("files") or []]
        )
        return next((str(each["id"]) for each in found["files"] if each.get("name") == name), None) if found else None

    async def _bring(self, file: File) -> str:
        """Bring the bytes to Slack, where nobody sees them yet."""
        await self._turns.wait("files.getUploadURLExternal", "", Rank.POST)
        call = self._client.files_getUploadURLExternal(filename=file.name, length=len(file.content))
        try:
            answer = await self._patience.held("files.getUploadURLExternal", call)
        except SlackFault as fault:
            self.granted = fault.code != "missing_scope"
            raise
        await self._patience.translated(self._put(str(answer["upload_url"]), file.content))
        return str(answer["file_id"])

    async def _put(self, url: str, content: bytes) -> None:
        """Send the bytes. The address is a secret of its own: no token goes there."""
        assert self._client.session is not None  # noqa: S101 - open_client made it with one
        async with self._client.session.post(url, data=content, proxy=self._client.proxy) as response:
            if response.status != 200:
                raise refusal(response.status, response.headers, await response.text())
