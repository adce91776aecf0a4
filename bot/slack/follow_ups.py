"""Questions in a run's thread: answered there from its ledger, one at a time, by a model where there is one."""

from collections import deque
from dataclasses import dataclass, field

from bot.domain.kept import UNFINISHED, KeptRun
from bot.engine.follow_up import Asked
from bot.engine.service import RunService
from bot.errors import BotError, SlackError
from bot.ports import RunStore, Wanted
from bot.slack.answers import wish_of
from bot.slack.blocks import Message, sentence
from bot.slack.doorkeeper import Doorkeeper
from bot.slack.place import Place
from bot.slack.questions import (
    BUSY,
    GOING_ON,
    LOOKING,
    answer_message,
    asks_evidence,
    evidence_message,
    offer_message,
)
from bot.slack.writer import SlackWriter

REMEMBERED = 3  # questions and answers of a thread that the next question is read with
THREADS_REMEMBERED = 200
NO_MODEL = "No model is configured that could answer that."


@dataclass(slots=True)
class FollowUps:
    """Answers in threads. What was said before is remembered by this process only: no message is kept."""

    runs: RunService
    store: RunStore
    writer: SlackWriter
    door: Doorkeeper
    _busy: set[tuple[str, str]] = field(default_factory=set)
    _said: dict[tuple[str, str], deque[tuple[str, str]]] = field(default_factory=dict)

    async def run_of(self, place: Place) -> KeptRun | None:
        """Return the newest run of the thread that was asked in; None if there is none. Raises StoreError."""
        if not place.in_thread:
            return None
        newest = await self.store.lines(Wanted(channel=place.channel, thread_ts=place.thread_ts, limit=1))
        return await self.store.load(newest[0].id, rows=False) if newest else None

    async def answer(self, run: KeptRun, question: str, place: Place) -> Message | None:
        """Answer in the thread; what is returned is for the one who asked. Raises BotError."""
        await self.door.check(place.user, wish_of(run, place, self.runs), run.id)
        if run.state in UNFINISHED and run.run is None:
            return sentence(GOING_ON)
        await self.store.note(place.user, "question", run.id)
        if asks_evidence(question):
            whole = await self.store.load(run.id) or run
            await self.writer.post(place.channel, evidence_message(whole, question), thread_ts=place.thread_ts)
            return None
        if not self.runs.has_agent or run.run is None:
            return offer_message(run, NO_MODEL if run.run else "These checks came to no report.")
        thread = (place.channel, place.thread_ts)
        if thread in self._busy:
            return sentence(BUSY)
        self._busy.add(thread)
        try:
            await self._answer(run, question, place)
        finally:
            self._busy.discard(thread)
        return None

    async def _answer(self, run: KeptRun, question: str, place: Place) -> None:
        ts = await self.writer.post(place.channel, sentence(LOOKING), thread_ts=place.thread_ts)
        said = self._said.setdefault((place.channel, place.thread_ts), deque(maxlen=REMEMBERED))
        try:
            whole = await self.store.load(run.id) or run  # now, with what the questions before added
            found = await self.runs.answer(Asked(whole, question, tuple(said)), self.store.add_search)
        except BotError as error:
            await self._show(place, ts, offer_message(run, str(error)))
            return
        except Exception:
            await self._show(place, ts, offer_message(run, "I could not answer that."))
            raise
        said.append((question, found.reading.text))
        if len(self._said) > THREADS_REMEMBERED:
            del self._said[next(iter(self._said))]
        shown = answer_message(place.user, found.reading, found.searches, found.usage)
        await self._show(place, ts, shown)

    async def _show(self, place: Place, ts: str, message: Message) -> None:
        """Show *message* where it was said that one is looked for; below, when that is gone."""
        try:
            await self.writer.edit(place.channel, ts, message)
        except SlackError:
            await self.writer.post(place.channel, message, thread_ts=place.thread_ts)
