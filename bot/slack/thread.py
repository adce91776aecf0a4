"""One run's thread: events become one status message, edited, and the report becomes the next reply."""

import asyncio
import contextlib
import logging

from bot.domain.event import RunEvent
from bot.domain.run import Run
from bot.errors import RunTaken
from bot.slack.blocks import Message, sentence
from bot.slack.faults import SlackFault
from bot.slack.full_report import full_report
from bot.slack.outbox import Outbox
from bot.slack.place import Place, Reached, deliver
from bot.slack.progress import Progress
from bot.slack.report_blocks import report_message
from bot.slack.status_blocks import DrawStatus, status_message
from bot.summary.text import as_text

EDIT_INTERVAL_S = 3.0  # Slack: edit a message at most once per 3 s (docs.slack.dev, developing agents)
ATTACH_WITHIN_S = 60.0  # the run counts as going on meanwhile, and nobody can check again in its thread

_WHERE: dict[Reached, str] = {
    "thread": "below",
    "asker": "with the one who asked: this thread did not take it",
    "nobody": "kept, but Slack took it nowhere; to see it: troubleshooter show {run_id}",
    "not yet": "still to come: Slack does not take it now",
}

_log = logging.getLogger(__name__)


class RunThread:
    """Listens to one run. Called with an event it only takes note; `follow` does the talking to Slack.

    States that were overtaken before an edit was due are never sent; the last one always is.
    """

    def __init__(
        self,
        outbox: Outbox,
        place: Place,
        progress: Progress,
        *,
        edit_interval_s: float = EDIT_INTERVAL_S,
        draw: DrawStatus = status_message,
    ) -> None:
        self._outbox = outbox
        self._place = place
        self._progress = progress
        self._edit_interval_s = edit_interval_s
        self._draw = draw
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._status_ts = ""
        self._shown: Message | None = None
        self._is_gone = False
        self._wait_s = 0.0  # how much longer than the interval Slack asked us to wait

    def __call__(self, event: RunEvent) -> None:
        if self._progress.tell(event):
            self._changed.set()
        if self._progress.ended:
            self._ended.set()

    async def open(self) -> None:
        """Post the status message, the first reply, or find it where an interrupted run left it. Raises SlackError."""
        message = self._draw(self._progress)
        place = self._place
        self._status_ts = await self._outbox.post("status", place.channel, message, thread_ts=place.thread_ts)
        self._shown = None if self._progress.resumed else message
        if self._progress.resumed:
            self._changed.set()

    async def follow(self) -> Reached | None:
        """Keep the status message true until the run ends, then post the report; say whom it reached.

        None when this process has let go of the run. The report goes first: the last edit says where it is. Raises
        nothing of Slack's, and RunTaken.
        """
        while not self._ended.is_set():
            await self._changed.wait()
            if not self._ended.is_set():
                self._changed.clear()
                await self._show()
                await self._until_next_edit()
        if self._progress.left is not None:
            if self._progress.left.reason is not None:
                await self._show()
            return None
        reached = await self._conclude()
        await self._show(patient=True)
        if self._progress.run is not None and reached == "thread":
            await self._attach(self._progress.run)
        return reached

    async def _attach(self, run: Run) -> None:
        """Add the whole run as a file, where that is granted. The report stands by now, and must not suffer by it."""
        if not self._outbox.writer.files.granted:
            return
        try:
            async with asyncio.timeout(ATTACH_WITHIN_S):
                await self._outbox.attach("full report", self._place.channel, self._place.thread_ts, full_report(run))
        except (SlackFault, TimeoutError) as fault:
            _log.info("run %s has no file in its thread: %s", run.id, fault)
        except RunTaken:
            raise
        except Exception:  # noqa: BLE001 - the same
            _log.exception("run %s has no file in its thread", run.id)

    async def _until_next_edit(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(self._edit_interval_s, self._wait_s)):
                await self._ended.wait()

    async def _show(self, *, patient: bool = False) -> None:
        """Edit the status message to what is known when its turn comes. A failed edit is made up for by the next one.

        An edit that still waits for its turn when the run ends is dropped: the last one says more.
        """
        if self._is_gone:
            return
        dropped = None if self._ended.is_set() else self._ended
        if not patient and not await self._outbox.writer.turn_to_edit(self._place.channel, dropped=dropped):
            return
        message = self._drawn()
        if message is None or message == self._shown:
            return
        self._wait_s = 0
        try:
            await self._outbox.edit(self._place.channel, self._status_ts, message, patient=patient)
        except SlackFault as fault:
            _log.info("the status of run %s could not be shown: %s", self._outbox.run_id, fault)
            self._is_gone = not fault.passes  # deleted by somebody, say: the report still comes
            self._wait_s = fault.wait_s
            self._changed.set()
        else:
            self._shown = message

    def _drawn(self) -> Message | None:
        try:
            return self._draw(self._progress)
        except Exception:  # noqa: BLE001 - a status that cannot be drawn must not cost the report
            _log.exception("the status of run %s could not be drawn", self._outbox.run_id)
            return None

    async def _conclude(self) -> Reached:
        if self._progress.run is not None:
            reached = await deliver(self._outbox, self._place, _drawn_report(self._progress.run), "report")
            self._progress.report_is = _WHERE[reached].format(run_id=self._outbox.run_id)
            return reached
        return await deliver(self._outbox, self._place, sentence(self._progress.failed or "It failed."), "failure")


def _drawn_report(run: Run) -> Message:
    """Draw the report; if that fails, which is a bug, its plain text is better than none."""
    try:
        return report_message(run)
    except Exception:  # noqa: BLE001 - the report is never lost
        _log.exception("the report of run %s could not be drawn", run.id)
        return sentence(as_text(run.report))
