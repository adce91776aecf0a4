"""A run's buttons Rerun and Check again: a new run in the same thread, one at a time however often they are pressed."""

from bot.domain.kept import KeptRun
from bot.domain.run import RunRequest
from bot.engine.recheck import is_worth_it
from bot.ports import Wanted
from bot.slack.blocks import Message, sentence
from bot.slack.desk import Desk
from bot.slack.place import Place

GOING_ON = "Checks are going on in this thread already. Wait for their report, or stop them."
BEGUN = "That has begun already: see the thread."
ALL_CLEAR = "Everything was checked and clear, so there is nothing to check again. Rerun looks at all of it."
NOT_JUDGED = "These checks came to no report, so nothing can be checked again. Rerun does all of them."


async def check_again(desk: Desk, run: KeptRun, place: Place) -> Message | None:
    """Look again at what the run found bad or could not check. Raises StoreError."""
    if run.run is None or run.plan is None:
        return sentence(NOT_JUDGED)
    if not is_worth_it(run.run):
        return sentence(ALL_CLEAR)
    request = RunRequest(
        problem=run.request.problem,
        workflow=run.plan.workflow.id,
        splunk=run.plan.splunk or desk.runs.deployments.default,
        again_of=run.id,
    )
    return await _begin(desk, run, place, request, "check again")


async def rerun(desk: Desk, run: KeptRun, place: Place) -> Message | None:
    """Ask the same once more, as of now. Raises StoreError."""
    workflow = run.plan.workflow.id if run.plan else run.request.workflow
    splunk = (run.plan.splunk if run.plan else run.request.splunk) or desk.runs.deployments.default
    request = RunRequest(problem=run.request.problem, workflow=workflow, splunk=splunk)
    return await _begin(desk, run, place, request, "rerun")


async def _begin(desk: Desk, run: KeptRun, place: Place, request: RunRequest, what: str) -> Message | None:
    """Begin the run that *request* asks for, unless one goes on in the thread.

    The key holds the thread's newest run: two presses at once are one run, and a press after its report the next.
    """
    there = _thread_of(run, place)
    newest = await desk.store.lines(Wanted(channel=there.channel, thread_ts=there.thread_ts, limit=1))
    going_on = await desk.store.lines(
        Wanted(channel=there.channel, thread_ts=there.thread_ts, unfinished=True, limit=1)
    )
    if going_on:
        return sentence(GOING_ON)
    key = f"{what}:{run.id}:{newest[0].id if newest else ''}"
    wanted = request.model_copy(update={"requested_by": place.user, "dedupe_key": key})
    run_id = await desk.start(wanted, there)
    if run_id is None:
        return sentence(BEGUN)
    await desk.store.note(place.user, what, run.id, f"as run {run_id}")
    return None


def _thread_of(run: KeptRun, place: Place) -> Place:
    """Return the run's own thread, for the one who pressed, wherever they pressed."""
    channel = str((run.place or {}).get("channel") or place.channel)
    thread_ts = run.thread_ts or place.thread_ts
    return Place(channel, thread_ts, place.user, place.response_url, in_thread=bool(thread_ts), button_stays=True)
