"""One run from what was asked to its report in Slack, begun anew or wherever another process left it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.event import RunFailed, RunFinished
from bot.domain.kept import KeptPlan, KeptRun, RunState
from bot.domain.permission import Wish
from bot.engine.doors import Earlier
from bot.engine.preparing import Choice, NeedsChoice, PreparedRun, resumed, settled
from bot.engine.recheck import Before, keep_clear, plan_again
from bot.engine.service import RunService
from bot.errors import NotAllowed, RunTaken, SlackError, StoreError, UnknownWorkflow
from bot.ports import Journal, RunStore
from bot.slack.blocks import Message, sentence
from bot.slack.choices import choice_message, known
from bot.slack.doorkeeper import Doorkeeper
from bot.slack.endings import Ending, give_up, reported_already
from bot.slack.failures import tell_failure
from bot.slack.faults import SlackFault
from bot.slack.openings import hours_ago, root_message, why_not
from bot.slack.outbox import Outbox
from bot.slack.people import People
from bot.slack.place import Place, place_of, way_to_asker
from bot.slack.progress import Progress
from bot.slack.status_blocks import DrawStatus, status_message
from bot.slack.thread import EDIT_INTERVAL_S, RunThread
from bot.slack.writer import SlackWriter

LOOK_S = 1.0  # between looks for somebody's wish to stop, which may come by any machine: honoured within two
RESUME_WITHIN_S = 6 * 3600.0  # an incident that old is over, or somebody has asked again

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pursuit:
    """What it takes to bring any run to its end."""

    runs: RunService
    store: RunStore
    writer: SlackWriter
    people: People
    door: Doorkeeper
    command: str
    edit_interval_s: float = EDIT_INTERVAL_S
    resume_within_s: float = RESUME_WITHIN_S
    now: Callable[[], float] = time.time
    look_s: float = LOOK_S
    draw_status: DrawStatus = status_message
    _over: dict[str, Ending] = field(default_factory=dict)  # of runs reported, while the store does not know it yet

    async def pursue(self, run_id: str) -> bool:
        """Take the run and go on with it. False when it was let go of unfinished, for the next to take it."""
        try:
            taken = await self.store.take(run_id)
        except StoreError as error:  # it is away, or the run is a newer version's
            _log.warning("run %s cannot be taken now: %s", run_id, error)
            return False
        if taken is None:
            return True
        kept, journal = taken
        try:
            ending = self._over.pop(run_id, None) or await self._go_on(kept, journal)
            return ending is not None and await self._end(run_id, journal, ending)
        except RunTaken:
            _log.info("run %s is another process's now", run_id)
            return True

    async def _end(self, run_id: str, journal: Journal, ending: Ending) -> bool:
        """Say how the run ended; False while that cannot be kept. The person has been told, so it is only logged."""
        try:
            if ending.unkept is not None:
                await journal.keep_run(ending.unkept)
            await journal.end(ending.state)
        except RunTaken:
            raise
        except StoreError as error:
            _log.warning("that run %s is %s could not be kept: %s", run_id, ending.state, error)
            self._over[run_id] = ending
            return False
        return True

    async def _go_on(self, kept: KeptRun, journal: Journal) -> Ending | None:
        """Bring the run to its end; None when it was let go of unfinished."""
        place = place_of(kept)
        if place is None:
            _log.error("run %s ends: where it was asked is damaged, so that nobody can be told", kept.id)
            return Ending(RunState.FAILED)
        outbox = Outbox(self.writer, journal, kept.id, kept.asked_at, resumed=kept.epoch > 1)
        try:
            return await self._once(kept, journal, outbox, place)
        except SlackFault as fault:
            if fault.passes and self.store.lasting and not self._is_old(kept):
                _log.warning("run %s waits for Slack: %s", kept.id, fault)
                return None
            failure: Exception = fault
        except RunTaken:
            raise
        except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever broke
            failure = error
        await outbox.confirm()
        if place.pressed or place.button_stays:
            await self._release(kept)
        await tell_failure(failure, way_to_asker(self.writer, place))
        return Ending(RunState.FAILED)

    async def _once(self, kept: KeptRun, journal: Journal, outbox: Outbox, place: Place) -> Ending | None:
        """Do what the run still needs, after a look whether its report stands already. Raises BotError."""
        if kept.run is None and place.thread_ts and (ending := await reported_already(outbox, place)):
            return ending
        if kept.damage is not None:
            return await give_up(kept.damage, outbox, place)
        prepared = await self._prepared(kept, journal, place)
        if prepared is None:
            if place.button_stays:
                await self._release(kept)
            return Ending(RunState.ANSWERED)
        if not place.thread_ts:
            root = await outbox.post("root", place.channel, root_message(prepared.problem, place.user))
            place = replace(place, thread_ts=root)
        return await self._in_thread(kept, journal, prepared, outbox, place)

    async def _prepared(self, kept: KeptRun, journal: Journal, place: Place) -> PreparedRun | None:
        """Settle what the run does; None once the person was answered otherwise. Raises BotError."""
        if kept.plan is not None:
            return resumed(kept.plan, kept.request)
        tell = way_to_asker(self.writer, place)
        is_old, asked_s_ago = self._is_old(kept), self.now() - kept.asked_at
        if why := await why_not(self.store, kept, place, asked_s_ago=asked_s_ago, is_old=is_old):
            await tell(sentence(why))
            return None
        try:
            return await self._allowed(kept, journal, place)
        except NotAllowed as error:
            await tell(sentence(str(error)))
        except NeedsChoice as error:
            await tell(self._choices(str(error), error.choices, kept, place))
        except UnknownWorkflow as error:
            await tell(self._choices(str(error), known(self.runs.workflows), kept, place))
        return None

    def _choices(self, said: str, choices: Sequence[Choice], kept: KeptRun, place: Place) -> Message:
        request = kept.request
        return choice_message(said, choices, request.problem, self.command, place.thread_ts or None, request.splunk)

    async def _allowed(self, kept: KeptRun, journal: Journal, place: Place) -> PreparedRun:
        """Prepare what may be done and keep its plan. The workflow is known only then, so it is asked of twice."""
        wish = Wish(channel=place.channel, splunk=kept.request.splunk, workflow=kept.request.workflow)
        await self.door.check(place.user, wish, kept.id)
        if again := await self._again(kept):
            await journal.keep_plan(again)
            return resumed(again, kept.request)
        time_zone = await self.people.time_zone(place.user)
        prepared = await self.runs.prepare(kept.request.model_copy(update={"time_zone": time_zone}))
        wish = Wish(channel=place.channel, splunk=prepared.splunk, workflow=prepared.workflow.id)
        await self.door.check(place.user, wish, kept.id)
        await journal.keep_plan(settled(prepared))
        return prepared

    async def _again(self, kept: KeptRun) -> KeptPlan | None:
        """Settle to check an earlier run again; None when none is meant, or it was forgotten meanwhile."""
        before = await self._before(kept)
        return plan_again(before.plan, before.id, self.now()) if before and before.plan else None

    async def _before(self, kept: KeptRun) -> KeptRun | None:
        """Return the run that is checked again, if it is still there."""
        found = await self.store.load(kept.request.again_of, rows=False) if kept.request.again_of else None
        return found if found and found.run else None

    async def _earlier(self, kept: KeptRun, place: Place) -> Earlier:
        """Return what is known of the run before it is begun, or begun again."""
        found = await self._before(kept)
        before = Before(found.run, await self.people.time_zone(place.user)) if found and found.run else None
        return Earlier(kept.results, kept.searches, kept.model_calls, before)

    async def _in_thread(
        self, kept: KeptRun, journal: Journal, prepared: PreparedRun, outbox: Outbox, place: Place
    ) -> Ending | None:
        progress = Progress(prepared.plan, prepared.problem, prepared.reason)
        progress.run_id = kept.id
        progress.resumed, progress.kept = kept.epoch > 1, len(kept.results)
        earlier = await self._earlier(kept, place)
        carried = keep_clear(earlier.before.run, prepared.workflow).results if earlier.before else ()
        progress.carried = len(carried)
        progress.results = {result.task_id: result for result in (*carried, *kept.results)}
        thread = RunThread(outbox, place, progress, edit_interval_s=self.edit_interval_s, draw=self.draw_status)
        await thread.open()
        if place.pressed and not progress.resumed:
            await self._say_started(place, prepared)
        end = RunState.DONE
        if kept.run is not None:
            thread(RunFinished(kept.id, self.now(), kept.run))
        elif self._is_old(kept):
            end = RunState.ABANDONED
            age = hours_ago(self.now() - kept.asked_at)
            thread(RunFailed(kept.id, self.now(), f"Abandoned: interrupted, and asked {age}. Please ask again."))
        else:
            await self.runs.start(prepared, thread, run_id=kept.id, journal=journal, earlier=earlier)
        async with self._stoppable(kept.id, journal):
            reached = await thread.follow()
        if reached is None or (reached == "not yet" and self.store.lasting and not self._is_old(kept)):
            return None
        state = RunState.FAILED if progress.failed and end is RunState.DONE else end
        return Ending(state, unkept=progress.unkept)

    @contextlib.asynccontextmanager
    async def _stoppable(self, run_id: str, journal: Journal) -> AsyncIterator[None]:
        """Stop the run, if it still goes on, once somebody wishes so on whichever machine."""
        looking = asyncio.create_task(self._look_for_stop(run_id, journal), name=f"the look for a stop of {run_id}")
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.wait({looking})

    async def _look_for_stop(self, run_id: str, journal: Journal) -> None:
        while True:
            try:
                who = await journal.stop_wish()
            except StoreError as error:
                _log.warning("whether run %s is to be stopped cannot be read: %s", run_id, error)
            else:
                if who is not None:
                    self.runs.stop(run_id, f"stopped by {await self.people.name(who)}")
                    return
            await asyncio.sleep(self.look_s)

    async def _say_started(self, place: Place, prepared: PreparedRun) -> None:
        try:
            started = sentence(f"Started: {prepared.workflow.title}.")
            await self.writer.respond(place.response_url or "", started, replace=True)
        except SlackError as error:
            _log.info("the pressed message could not be replaced: %s", error)

    async def _release(self, kept: KeptRun) -> None:
        """Let the button be pressed again."""
        try:
            if kept.request.dedupe_key is not None:
                await self.store.release(kept.request.dedupe_key)
        except StoreError as error:
            _log.warning("the button of run %s cannot be pressed again: %s", kept.id, error)

    def _is_old(self, kept: KeptRun) -> bool:
        return self.now() - kept.asked_at > self.resume_within_s
