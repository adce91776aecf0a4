"""Slack's agent mode: a direct message is heard as a mention is, and Slack's own Stop stops the run of its thread.

Only an app with `agent_view` is sent these (`troubleshooter manifest --agent`). What else that mode tells, such as
app_context_changed, is acknowledged with all that nobody listens to.
"""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.asking import Ask
from bot.slack.desk import Desk
from bot.slack.listeners.mentions import handle_app_mention
from bot.slack.place import Place

_OF_PEOPLE = {None, "file_share"}  # subtypes of what somebody wrote; the others tell of edits, joins and the like


def register(app: AsyncApp) -> None:
    app.event("message")(handle_message)
    app.event("agent_session_stopped")(handle_session_stopped)


async def handle_message(event: dict[str, Any], body: dict[str, Any], desk: Desk) -> None:
    """Serve who writes to the bot directly; messages in channels are not for it, nor are those of bots."""
    if event.get("channel_type") == "im" and event.get("subtype") in _OF_PEOPLE and not event.get("bot_id"):
        await handle_app_mention(event, body, desk)


async def handle_session_stopped(event: dict[str, Any], body: dict[str, Any], desk: Desk) -> None:
    """Stop what goes on in the thread whose Stop was pressed."""
    place = Place(event["channel"], event.get("thread_ts") or "", event.get("user") or "", in_thread=True)
    await desk.accept(lambda: Ask(order="stop"), place, f"event:{body['event_id']}")
