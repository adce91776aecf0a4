"""What the listeners share: what was asked is kept before Slack hears that we have it, and then pursued."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.domain.run import RunRequest
from bot.engine.service import RunService, new_run_id
from bot.ports import RunStore
from bot.slack.asking import Ask, read_ask
from bot.slack.blocks import Message
from bot.slack.choices import help_message
from bot.slack.place import Place, Tell, way_to_asker
from bot.slack.text import typed
from bot.slack.threads import SlackThreads
from bot.slack.writer import SlackWriter

Dispatch = Callable[[str], Awaitable[None]]
"""Hands a kept run to whoever goes on with it: this process's own threads, or the queue that a fleet shares."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a listener needs; Bolt hands it to each as `desk`."""

    runs: RunService
    threads: SlackThreads
    writer: SlackWriter
    store: RunStore
    dispatch: Dispatch
    command: str
    bot_user_id: str

    async def accept(self, read: Callable[[], Ask], place: Place, dedupe_key: str) -> None:
        """Keep what was asked, and hand it on; what was delivered before is left alone.

        Raises nothing: what goes wrong is told to the one who asked.
        """
        try:
            await self._accept(read(), place, dedupe_key)
        except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever broke
            self.threads.begin(_fail(error), way_to_asker(self.writer, place), dedupe_key)

    def read(self, text: str) -> Ask:
        """Read what a person typed to the bot."""
        return read_ask(typed(text, self.bot_user_id), self.runs.workflows)

    async def _accept(self, ask: Ask, place: Place, dedupe_key: str) -> None:
        if ask.help:
            if await self.store.claim(dedupe_key):
                answer = help_message(self.runs.workflows, self.command, place.thread_ts or None)
                tell = way_to_asker(self.writer, place)
                self.threads.begin(_say(answer, tell), tell, dedupe_key)
            return
        if ask.thread_ts:
            place = replace(place, thread_ts=ask.thread_ts, in_thread=True)
        request = RunRequest(
            problem=self.runs.masked(ask.problem), workflow=ask.workflow, requested_by=place.user, dedupe_key=dedupe_key
        )
        run_id = new_run_id()
        if await self.store.accept(run_id, request, place.kept()):
            await self.dispatch(run_id)


async def _say(answer: Message, tell: Tell) -> None:
    await tell(answer)


async def _fail(error: Exception) -> None:
    raise error
