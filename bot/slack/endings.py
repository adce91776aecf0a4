"""How runs end that nobody conducts to their end: one that is damaged, one whose report stands already."""

import logging
from dataclasses import dataclass

from bot.domain.kept import RunState
from bot.domain.run import Run
from bot.slack.blocks import sentence
from bot.slack.faults import SlackFault
from bot.slack.outbox import PRIVATELY, Outbox
from bot.slack.place import Place, deliver, way_to_asker

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, and what the store does not have of it yet."""

    state: RunState
    unkept: Run | None = None


async def reported_already(outbox: Outbox, place: Place) -> Ending | None:
    """End a run whose report stands, though the store does not know: it was away. Raises SlackFault and RunTaken."""
    ts = await outbox.standing("report", place.channel, place.thread_ts)
    if ts is None:
        return None
    where = "with the one who asked" if ts == PRIVATELY else "below"
    await _conclude(outbox, place, f"Done. The report is {where}.")
    return Ending(RunState.DONE)


async def give_up(why: str, outbox: Outbox, place: Place) -> Ending | None:
    """Say in its thread, or to the one who asked, that a run ends here; None while Slack takes it nowhere."""
    if not place.thread_ts:
        await way_to_asker(outbox.writer, place)(sentence(why))
    elif await deliver(outbox, place, sentence(why), "failure") == "not yet":
        return None
    else:
        await _conclude(outbox, place, "This could not go on, see below.")
    return Ending(RunState.FAILED)


async def _conclude(outbox: Outbox, place: Place, said: str) -> None:
    """Let the status message say so, if it stands and Slack takes it."""
    try:
        ts = await outbox.standing("status", place.channel, place.thread_ts)
        if ts is not None:
            await outbox.edit(place.channel, ts, sentence(said))
    except SlackFault as fault:
        _log.info("the status of run %s could not be shown: %s", outbox.run_id, fault)
