"""What the listeners share: what was asked is kept before Slack hears that we have it, and then pursued."""

import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.domain.kept import KeptRun
from bot.domain.run import RunRequest
from bot.engine.service import RunService, new_run_id
from bot.ports import RunStore
from bot.slack.answers import Answers
from bot.slack.asking import Ask, read_ask
from bot.slack.blocks import Message, sentence
from bot.slack.doorkeeper import Doorkeeper
from bot.slack.follow_ups import FollowUps
from bot.slack.place import Place, Tell, way_to_asker
from bot.slack.questions import is_question
from bot.slack.run_lists import NO_RUN_HERE, read_run_id
from bot.slack.text import typed
from bot.slack.threads import SlackThreads
from bot.slack.writer import SlackWriter

Dispatch = Callable[[str], Awaitable[None]]
"""Hands a kept run to whoever goes on with it: this process's own threads, or the queue that a fleet shares."""

Act = Callable[[KeptRun, Place], Awaitable[Message | None]]
"""What a button does with its run; the message is for the one who pressed it."""


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
    door: Doorkeeper
    follow_ups: FollowUps
    splunk_of: Mapping[str, str]  # channel id → the deployment that is meant there

    async def accept(self, read: Callable[[], Ask], place: Place, dedupe_key: str) -> bool:
        """Keep what was asked, and hand it on; False for what was delivered before, which is left alone.

        Raises nothing: what goes wrong is told to the one who asked.
        """
        with self._telling(place, dedupe_key):
            return await self._accept(read(), place, dedupe_key)
        return True

    async def press(self, act: Act, value: object, place: Place, dedupe_key: str) -> None:
        """Do what a button of a run asks, once however often it is delivered; what came of it is told in private.

        Raises nothing: a button of a run that is gone, or from before the last update, says so.
        """
        await self.once(partial(self._pressed, act, value, place), place, dedupe_key)

    async def once(self, do: Callable[[], Coroutine[Any, Any, Message | None]], place: Place, dedupe_key: str) -> None:
        """Begin *do*, unless that was delivered before; what it returns is told in private, as is what goes wrong."""
        with self._telling(place, dedupe_key):
            if await self.store.claim(dedupe_key):
                self.say(do(), place, dedupe_key)

    async def _pressed(self, act: Act, value: object, place: Place) -> Message | None:
        run = await self.answers.of_here(read_run_id(value), place)
        return sentence(NO_RUN_HERE) if run is None else await act(run, place)

    @contextlib.contextmanager
    def _telling(self, place: Place, name: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever broke
            self.threads.begin(_fail(error), way_to_asker(self.writer, place), name)

    def read(self, text: str) -> Ask:
        """Read what a person typed to the bot."""
        return read_ask(typed(text, self.bot_user_id), self.runs.workflows)

    async def start(self, request: RunRequest, place: Place) -> str | None:
        """Keep a wish for a run and hand it on; return its id, or None when its key was seen before."""
        if request.splunk is None:
            request = request.model_copy(update={"splunk": self.splunk_of.get(place.channel)})
        run_id = new_run_id()
        if not await self.store.accept(run_id, request, place.kept()):
            return None
        await self.dispatch(run_id)
        return run_id

    async def _run_asked_about(self, ask: Ask, place: Place) -> KeptRun | None:
        """Return the run of this thread that *ask* is a question about; None for a problem of its own."""
        if ask.workflow or ask.splunk or not is_question(ask.problem):
            return None
        return await self.follow_ups.run_of(place)

    @property
    def answers(self) -> Answers:
        return Answers(self.runs, self.store, self.command, self.door)

    def say(self, answer: Coroutine[Any, Any, Message | None], place: Place, name: str) -> None:
        """Tell the one who asked, in private, what *answer* comes to, or what went wrong with it."""
        tell = way_to_asker(self.writer, place)
        self.threads.begin(_say(answer, tell), tell, name)

    async def _accept(self, ask: Ask, place: Place, dedupe_key: str) -> bool:
        if ask.order:
            if is_new := await self.store.claim(dedupe_key):
                self.say(self.answers.answer(ask, place), place, dedupe_key)
            return is_new
        about = await self._run_asked_about(ask, place)
        if about is not None:
            if is_new := await self.store.claim(dedupe_key):
                self.say(self.follow_ups.answer(about, self.runs.masked(ask.problem), place), place, dedupe_key)
            return is_new
        if ask.thread_ts:
            place = replace(place, thread_ts=ask.thread_ts, in_thread=True)
        request = RunRequest(
            problem=self.runs.masked(ask.problem),
            workflow=ask.workflow,
            splunk=self.runs.deployments.named(ask.splunk) if ask.splunk else None,
            requested_by=place.user,
            dedupe_key=dedupe_key,
        )
        return await self.start(request, place) is not None


async def _say(answer: Coroutine[Any, Any, Message | None], tell: Tell) -> None:
    said = await answer
    if said is not None:
        await tell(said)


async def _fail(error: Exception) -> None:
    raise error
