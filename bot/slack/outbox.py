"""One run's messages that must be neither lost nor doubled: intended, sent, noted, in this order.

Slack has no idempotency key. After a crash between sending and noting, the message is looked up by its metadata; where
that is impossible a report is repeated and says so. Another process may take the run at any time, so that each try
first asks the journal whether the run is still ours. What remains: a process that is frozen for longer than its
heartbeat between this question and the socket, in a thread where the other cannot find its message yet.
"""

import logging
from collections.abc import Awaitable

from bot.domain.kept import Sending
from bot.errors import RunTaken, SlackError, StoreError
from bot.ports import Journal
from bot.slack.blocks import Message, context
from bot.slack.faults import SlackFault
from bot.slack.files import File
from bot.slack.writer import SlackWriter

PRIVATELY = "in private"  # noted instead of a ts: the message went to the one who asked
REPEAT = "This may be a repeat: I was interrupted while posting it, and may not look whether it arrived."

_log = logging.getLogger(__name__)


def repeated(message: Message) -> Message:
    """Mark a message that may stand somewhere already."""
    return message.under(context(REPEAT))


class Unsure(SlackFault):
    """Whether the message stands already cannot be seen now, so it is not sent again; not yet, and nowhere else."""


class Outbox:
    """Sends for one run. *since* is when the run was asked for, in epoch seconds."""

    def __init__(self, writer: SlackWriter, journal: Journal, run_id: str, since: float, *, resumed: bool) -> None:
        self.writer = writer
        self.run_id = run_id
        self._journal = journal
        self._since = since
        self._resumed = resumed
        self.doubted: set[str] = set()  # messages that an earlier process may have sent

    async def post(
        self,
        name: str,
        channel: str,
        message: Message,
        *,
        thread_ts: str | None = None,
        is_report: bool = False,
    ) -> str:
        """Post the message *name* unless it stands already, and return its ts, or PRIVATELY.

        Raises SlackError and RunTaken.
        """
        standing, may_look = await self._standing(name, channel, thread_ts)
        if standing:
            return standing
        if name in self.doubted and not may_look:
            message = repeated(message)
        await self._keep_going(self._journal.intend(name, channel, thread_ts))
        ts = await self.writer.post(
            channel, message, thread_ts=thread_ts, is_report=is_report, key=self._key(name), before=self.confirm
        )
        try:
            await self.note(name, ts)
        except RunTaken:
            await self._take_back(name, channel, ts)
            raise
        return ts

    async def attach(self, name: str, channel: str, thread_ts: str, file: File) -> None:
        """Share the file *name* in the thread, unless it stands there. Raises SlackFault and RunTaken.

        Where it may stand and we may not look, it is not shared: unlike a report, it is better missing than doubled.
        """
        earlier = await self._earlier(name)
        if earlier and earlier.ts:
            return
        shared = self.writer.files
        if earlier and (found := await shared.find(channel, thread_ts, file.name, self._since)):
            await self.note(name, found)
            return
        await self._keep_going(self._journal.intend(name, channel, thread_ts))
        await self.note(name, await shared.share(channel, thread_ts, file, since=self._since, before=self.confirm))

    async def standing(self, name: str, channel: str, thread_ts: str) -> str | None:
        """Return the ts of the message *name*, or PRIVATELY, if it stands already and that can be seen.

        Raises Unsure and RunTaken.
        """
        return (await self._standing(name, channel, thread_ts))[0]

    async def edit(self, channel: str, ts: str, message: Message, *, patient: bool = True) -> None:
        """Edit a message of this run. Raises SlackFault and RunTaken."""
        await self.confirm()
        await self.writer.edit(channel, ts, message, patient=patient)

    async def note(self, name: str, ts: str) -> None:
        """Note that the message *name* has been sent. Raises RunTaken."""
        await self._keep_going(self._journal.sent(name, ts))

    async def confirm(self) -> None:
        """Do nothing if the run is still ours. Raises RunTaken."""
        await self._keep_going(self._journal.confirm())

    def _key(self, name: str) -> str:
        return f"{self.run_id}.{name}"

    async def _earlier(self, name: str) -> Sending | None:
        try:
            return await self._journal.sending(name)
        except RunTaken:
            raise
        except StoreError as error:
            _log.warning("what was sent for run %s cannot be read: %s", self.run_id, error)
            return None

    async def _standing(self, name: str, channel: str, thread_ts: str | None) -> tuple[str | None, bool]:
        """Return the ts of what stands already, by our notes or by a look; also whether we may look at all."""
        earlier = await self._earlier(name)
        if earlier and earlier.ts:
            return earlier.ts, True
        if earlier:
            self.doubted.add(name)
        if not self._resumed:
            return None, True
        found, may_look = await self._look(name, channel, thread_ts)
        if found:
            await self.note(name, found)
        return found, may_look

    async def _look(self, name: str, channel: str, thread_ts: str | None) -> tuple[str | None, bool]:
        """Look for the message; also say whether we may look at all."""
        try:
            return await self.writer.find_patiently(channel, thread_ts, self._since, self._key(name)), True
        except SlackFault as fault:
            if fault.passes:
                raise Unsure(str(fault), fault.code, passes=True, wait_s=fault.wait_s) from fault
            return None, False

    async def _keep_going(self, writing: Awaitable[None]) -> None:
        """Bear a store that is away: the person is waiting, and the key finds the message again. Raises RunTaken."""
        try:
            await writing
        except RunTaken:
            raise
        except StoreError as error:
            _log.warning("a message of run %s goes out unkept: %s", self.run_id, error)

    async def _take_back(self, name: str, channel: str, ts: str) -> None:
        """Remove our copy when another process took the run while we posted, and has posted its own."""
        earlier = await self._earlier(name)
        if earlier and earlier.ts and earlier.ts != ts:
            try:
                await self.writer.delete(channel, ts)
            except SlackError as error:
                _log.warning("a second %s of run %s could not be removed: %s", name, self.run_id, error)
