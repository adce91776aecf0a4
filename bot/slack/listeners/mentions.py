"""A mention: its answer goes to its own thread. Nobody is ignored but ourselves."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.blocks import sentence
from bot.slack.desk import Desk
from bot.slack.place import Place, Tell

NOT_FOR_BOTS = "I answer people, not other bots: two of us could talk all night. Please let a person ask me."


def register(app: AsyncApp) -> None:
    app.event("app_mention")(handle_app_mention)


async def handle_app_mention(event: dict[str, Any], body: dict[str, Any], desk: Desk) -> None:
    """Serve a person, refuse another bot once a thread. Bolt acknowledges when this returns."""
    user = event.get("user") or ""
    if user == desk.bot_user_id:
        return
    key = f"event:{body['event_id']}"
    place = Place(event["channel"], event.get("thread_ts") or event["ts"], user, in_thread="thread_ts" in event)
    if not user or event.get("bot_id") or event.get("bot_profile"):
        if await desk.store.claim(f"refused:{place.channel}:{place.thread_ts}"):
            say = partial(desk.writer.post, place.channel, thread_ts=place.thread_ts)
            desk.threads.begin(_refuse(say), say, key)
        return
    await desk.accept(partial(desk.read, event.get("text") or ""), place, key)


async def _refuse(say: Tell) -> None:
    await say(sentence(NOT_FOR_BOTS))
