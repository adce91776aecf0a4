"""What people think of a report: a press is kept at once, a reason when they give one."""

from typing import Any

from pydantic import Field, ValidationError

from bot.domain.frozen import Frozen
from bot.domain.kept import KeptRun
from bot.errors import SlackError, UsageError
from bot.slack.blocks import Message, section, sentence
from bot.slack.desk import Desk
from bot.slack.evidence_view import View, modal, submit
from bot.slack.place import Place
from bot.slack.run_lists import NO_RUN_HERE, OLD_BUTTON

REASON_VIEW = "feedback_reason"
REASON = "reason"  # both of the block and of the field in it
REASON_CHARS = 2000
KEPT = "Thank you, that is kept. (The form for a reason could not be opened; press again to give one.)"


class Opinion(Frozen):
    """What the form carries with it."""

    run_id: str = Field(max_length=64)
    helped: bool


async def rate(desk: Desk, run: KeptRun, place: Place, *, helped: bool, trigger_id: str) -> Message | None:
    """Keep a press on a thumb, and ask why. Raises StoreError."""
    if not await desk.store.rate(run.id, place.user, helped=helped):
        return sentence(NO_RUN_HERE)
    try:
        await desk.writer.open_view(trigger_id, reason_view(Opinion(run_id=run.id, helped=helped)))
    except SlackError:
        return sentence(KEPT)
    return None


def reason_view(opinion: Opinion) -> View:
    """Ask for a reason; none need be given."""
    asked = "What helped most?" if opinion.helped else "What was wrong or missing?"
    field = {
        "type": "input",
        "block_id": REASON,
        "optional": True,
        "label": {"type": "plain_text", "text": asked, "emoji": False},
        "element": {"type": "plain_text_input", "action_id": REASON, "multiline": True, "max_length": REASON_CHARS},
    }
    blocks = [section("Thank you, that is kept. A reason helps to make the checks better."), field]
    return modal(
        "Feedback", blocks, callback_id=REASON_VIEW, private_metadata=opinion.model_dump_json(), **submit("Send")
    )


async def keep_reason(desk: Desk, view: dict[str, Any], user: str) -> None:
    """Keep the reason that a form brought. Raises UsageError for a run that is gone, and StoreError."""
    try:
        opinion = Opinion.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise UsageError(OLD_BUTTON) from error
    given = view["state"]["values"].get(REASON, {}).get(REASON, {}).get("value") or ""
    reason = desk.runs.masked(given.strip()[:REASON_CHARS]) or None
    if not await desk.store.rate(opinion.run_id, user, helped=opinion.helped, reason=reason):
        raise UsageError(NO_RUN_HERE)
