"""The shortcut "Troubleshoot this": a message, an alert say, becomes the problem, and its thread the place."""

from collections.abc import Iterator
from typing import Any

from bot.domain.run import RunRequest
from bot.ports import Wanted
from bot.slack.again import BEGUN, GOING_ON
from bot.slack.blocks import Message, sentence
from bot.slack.desk import Desk
from bot.slack.place import Place
from bot.slack.text import typed

TROUBLESHOOT_THIS = "troubleshoot_this"
NOTHING_TO_READ = "I find no text in that message. Mention me in its thread and say what is wrong."
MY_OWN = "That message is my own. Use its buttons, or mention me in the thread and say what is wrong."
PARTS_READ = 40


async def troubleshoot(desk: Desk, alert: dict[str, Any], place: Place) -> Message | None:
    """Take *alert* for the problem, unless something goes on in its thread already. Raises StoreError."""
    if alert.get("user") == desk.bot_user_id:
        return sentence(MY_OWN)
    problem = typed(alert_text(alert), desk.bot_user_id)
    if not problem:
        return sentence(NOTHING_TO_READ)
    here = Wanted(channel=place.channel, thread_ts=place.thread_ts, limit=1)
    newest = await desk.store.lines(here)
    if await desk.store.lines(Wanted(channel=place.channel, thread_ts=place.thread_ts, unfinished=True, limit=1)):
        return sentence(GOING_ON)
    key = f"shortcut:{place.channel}:{alert.get('ts')}:{newest[0].id if newest else ''}"
    request = RunRequest(problem=desk.runs.masked(problem), requested_by=place.user, dedupe_key=key)
    run_id = await desk.start(request, place)
    if run_id is None:
        return sentence(BEGUN)
    await desk.store.note(place.user, "troubleshoot this", run_id)
    return None


def alert_text(alert: dict[str, Any]) -> str:
    """Return what a message says, also where that stands in attachments or blocks only, as monitoring tools write."""
    said = [str(alert.get("text") or "")]
    if not said[0].strip():
        said = list(_texts(alert.get("blocks") or []))
    for attachment in alert.get("attachments") or []:
        own = [str(attachment.get(name) or "") for name in ("pretext", "title", "text")]
        fields = [f"{field.get('title')}: {field.get('value')}" for field in attachment.get("fields") or []]
        parts = [*own, *fields, *_texts(attachment.get("blocks") or [])]
        said += parts if any(part.strip() for part in parts) else [str(attachment.get("fallback") or "")]
    distinct = dict.fromkeys(part.strip() for part in said if part.strip())
    return "\n".join(list(distinct)[:PARTS_READ])


def _texts(value: Any) -> Iterator[str]:
    """Find the texts in blocks, whatever they are nested in."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
