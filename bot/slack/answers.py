"""What is answered in private to the words that ask for no run: status, stop, runs, show, workflows, help."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.kept import UNFINISHED, KeptRun
from bot.domain.permission import Wish
from bot.engine.service import RunService
from bot.ports import RunStore, Wanted
from bot.slack.asking import Ask
from bot.slack.blocks import Message, sentence
from bot.slack.choices import choice_message, help_message, known
from bot.slack.doorkeeper import Doorkeeper
from bot.slack.place import Place
from bot.slack.report_blocks import report_message
from bot.slack.run_lists import NO_RUN_HERE, RUNS_SHOWN, going_on_message, runs_message, which_message

STOPPING = "Stopping. What is known so far is reported in the thread."
HAS_ENDED = "There is nothing to stop: these checks have ended."


def wish_of(run: KeptRun, place: Place, runs: RunService) -> Wish:
    """Return what somebody must be allowed who has a say in *run*, from wherever they say it."""
    plan = run.plan
    return Wish(
        channel=str((run.place or {}).get("channel") or place.channel),
        splunk=(plan.splunk if plan else run.request.splunk) or runs.deployments.default,
        workflow=plan.workflow.id if plan else run.request.workflow,
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """Knows runs by the channel that they were asked in, and tells nobody elsewhere of them."""

    runs: RunService
    store: RunStore
    command: str
    door: Doorkeeper
    now: Callable[[], float] = time.time

    async def answer(self, ask: Ask, place: Place) -> Message:
        """Do what *ask* orders, and say what came of it. Raises StoreError."""
        thread_ts = place.thread_ts or None
        match ask.order:
            case "status":
                return going_on_message(await self._going_on(place, wider=True), self.now(), self.command)
            case "stop":
                return await self._stop(ask.run_id, place)
            case "runs":
                lines = await self.store.lines(Wanted(channel=place.channel, limit=RUNS_SHOWN + 1))
                return runs_message(lines, self.now(), self.command)
            case "show":
                return await self.show(ask.run_id, place)
            case "workflows":
                return choice_message("I know these checks:", known(self.runs.workflows), "", self.command, thread_ts)
            case _:
                return help_message(self.runs.workflows, self.runs.deployments, self.command, thread_ts)

    async def show(self, run_id: str, place: Place) -> Message:
        """Return a run's report to somebody in the channel that it belongs to."""
        if not run_id:
            return sentence(f"Say which run: {self.command} show <run>. List them: {self.command} runs")
        run = await self.of_here(run_id, place)
        if run is None:
            return sentence(NO_RUN_HERE)
        await self.store.note(place.user, "show", run.id)
        if run.run is not None:
            return report_message(run.run)
        if run.state in UNFINISHED:
            return going_on_message((run,), self.now(), self.command)
        return sentence(f"Run {run.id} has no report: {run.state}.")

    async def stop(self, run: KeptRun, place: Place) -> Message:
        """Wish that *run* be stopped: whoever conducts it looks each second."""
        await self.door.check(place.user, wish_of(run, place, self.runs), run.id)
        return sentence(STOPPING if await self.store.ask_to_stop(run.id, place.user) else HAS_ENDED)

    async def of_here(self, run_id: str, place: Place) -> KeptRun | None:
        """Return the run if it is of this channel, or theirs who asks in direct messages."""
        run = await self.store.load(run_id, rows=False)
        if run is None or run.place is None:
            return None
        own = place.channel.startswith("D") and run.place.get("user") == place.user
        return run if own or run.place.get("channel") == place.channel else None

    async def _stop(self, run_id: str, place: Place) -> Message:
        if run_id:
            run = await self.of_here(run_id, place)
            return sentence(NO_RUN_HERE) if run is None else await self.stop(run, place)
        going_on = await self._going_on(place, wider=False)
        if len(going_on) > 1:
            return which_message(going_on, self.now(), self.command)
        return await self.stop(going_on[0], place) if going_on else going_on_message((), self.now(), self.command)

    async def _going_on(self, place: Place, *, wider: bool) -> tuple[KeptRun, ...]:
        """Return what goes on in the thread that was asked in; without one, or *wider* when nothing does, in all."""
        here = Wanted(channel=place.channel, unfinished=True, limit=RUNS_SHOWN + 1)
        lines = await self.store.lines(replace(here, thread_ts=place.thread_ts)) if place.in_thread else ()
        if not lines and (wider or not place.in_thread):
            lines = await self.store.lines(here)
        runs = [await self.store.load(line.id, rows=False) for line in lines]
        return tuple(run for run in runs if run is not None)
