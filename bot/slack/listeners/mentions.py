"""A mention: its answer goes to its own thread. Nobody is ignored but ourselves."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.blocks import Message, sentence
from bot.slack.desk import Desk
from bot.slack.place import Place, Tell
from bot.slack.text import typed

READ_BEFORE = (
    "I have read that message already, and go by what it said then. To ask something else, mention me in a new one."
)
WORDS_PLEASE = "I read no files or pictures. Mention me with words: what do you see, where, and since when?"
NOT_FOR_BOTS = "I answer people, not other bots: two of us could talk all night. Please let a person ask me."


def register(app: AsyncApp) -> None:
    app.event("app_mention")(handle_app_mention)


async def handle_app_mention(event: dict[str, Any], body: dict[str, Any], desk: Desk) -> None:
    """Serve a person, refuse another bot once a thread. Bolt acknowledges when this returns.

    Slack tells of a mention again, as of another event, when its message is edited.
    """
    user = event.get("user") or ""
    if user == desk.bot_user_id:
        return
    key = f"mention:{event['channel']}:{event['ts']}"
    place = Place(event["channel"], event.get("thread_ts") or event["ts"], user, in_thread="thread_ts" in event)
    if not user or event.get("bot_id") or event.get("bot_profile"):
        if await desk.store.claim(f"refused:{place.channel}:{place.thread_ts}"):
            say = partial(desk.writer.post, place.channel, thread_ts=place.thread_ts)
            desk.threads.begin(_refuse(say), say, key)
        return
    text = event.get("text") or ""
    again = f"event:{body['event_id']}"
    if event.get("files") and not typed(text, desk.bot_user_id):
        await desk.once(partial(_answer, WORDS_PLEASE), place, again)
    elif not await desk.accept(partial(desk.read, text), place, key) and event.get("edited"):
        await desk.once(partial(_answer, READ_BEFORE), place, again)


async def _answer(said: str) -> Message:
    return sentence(said)


async def _refuse(say: Tell) -> None:
    await say(sentence(NOT_FOR_BOTS))
