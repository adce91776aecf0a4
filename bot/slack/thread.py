"""One run's thread: events become one status message, edited, and the report becomes the next reply."""

import asyncio
import contextlib
import logging

from bot.domain.event import RunEvent
from bot.domain.run import Run
from bot.slack.blocks import Message, sentence
from bot.slack.faults import SlackFault
from bot.slack.place import Place, Reached, deliver
from bot.slack.progress import Progress
from bot.slack.report_blocks import report_message
from bot.slack.status_blocks import status_message
from bot.slack.writer import SlackWriter
from bot.summary.text import as_text

EDIT_INTERVAL_S = 3.0  # Slack: edit a message at most once per 3 s (docs.slack.dev, developing agents)

_WHERE: dict[Reached, str] = {
    "thread": "below",
    "asker": "with the one who asked: this thread did not take it",
    "nobody": "lost: Slack took it nowhere. Please ask again",
}

_log = logging.getLogger(__name__)


class RunThread:
    """Listens to one run. Called with an event it only takes note; `follow` does the talking to Slack.

    States that were overtaken before an edit was due are never sent; the last one always is.
    """

    def __init__(
        self, writer: SlackWriter, place: Place, progress: Progress, *, edit_interval_s: float = EDIT_INTERVAL_S
    ) -> None:
        self._writer = writer
        self._place = place
        self._progress = progress
        self._edit_interval_s = edit_interval_s
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._status_ts = ""
        self._shown: Message | None = None
        self._is_gone = False
        self.run_id = ""
        self._wait_s = 0.0  # how much longer than the interval Slack asked us to wait

    def __call__(self, event: RunEvent) -> None:
        if self._progress.tell(event):
            self._changed.set()
        if self._progress.ended:
            self._ended.set()

    async def open(self) -> None:
        """Post the status message, the first reply. Raises SlackError."""
        message = status_message(self._progress)
        self._status_ts = await self._writer.post(self._place.channel, message, thread_ts=self._place.thread_ts)
        self._shown = message

    async def follow(self) -> None:
        """Keep the status message true until the run ends, then post the report. Raises nothing of Slack's."""
        while not self._ended.is_set():
            await self._changed.wait()
            if not self._ended.is_set():
                self._changed.clear()
                await self._show()
                await self._until_next_edit()
        await self._show()
        await self._conclude()
        await self._show(patient=True)

    async def _until_next_edit(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(self._edit_interval_s, self._wait_s)):
                await self._ended.wait()

    async def _show(self, *, patient: bool = False) -> None:
        """Edit the status message to what is known now. A failed edit is made up for by the next one."""
        try:
            message = status_message(self._progress)
        except Exception:  # noqa: BLE001 - a status that cannot be drawn must not cost the report
            _log.exception("the status of run %s could not be drawn", self.run_id)
            return
        if self._is_gone or message == self._shown:
            return
        self._wait_s = 0
        try:
            await self._writer.edit(self._place.channel, self._status_ts, message, patient=patient)
        except SlackFault as fault:
            _log.info("the status of run %s could not be shown: %s", self.run_id, fault)
            self._is_gone = not fault.passes  # deleted by somebody, say: the report still comes
            self._wait_s = fault.wait_s
            self._changed.set()
        else:
            self._shown = message

    async def _conclude(self) -> None:
        run, failed = self._progress.run, self._progress.failed
        if run is not None:
            reached = await deliver(self._writer, self._place, _drawn(run), f"the report of run {self.run_id}")
            self._progress.report_is = _WHERE[reached]
        elif failed is not None:
            await deliver(self._writer, self._place, sentence(failed), f"the failure of run {self.run_id}")


def _drawn(run: Run) -> Message:
    """Draw the report; if that fails, which is a bug, its plain text is better than none."""
    try:
        return report_message(run)
    except Exception:  # noqa: BLE001 - the report is never lost
        _log.exception("the report of run %s could not be drawn", run.id)
        return sentence(as_text(run.report))
