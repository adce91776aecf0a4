"""The shortcut on any message: what it says is troubleshot in its thread."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.alerts import TROUBLESHOOT_THIS, troubleshoot
from bot.slack.desk import Desk
from bot.slack.place import Place


def register(app: AsyncApp) -> None:
    app.message_shortcut(TROUBLESHOOT_THIS)(handle_troubleshoot_this)


async def handle_troubleshoot_this(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Own the wish, and acknowledge it; the answer is a thread under the message, or a private word."""
    alert = body["message"]
    thread_ts = alert.get("thread_ts") or alert["ts"]
    place = Place(
        body["channel"]["id"], thread_ts, body["user"]["id"], body["response_url"], in_thread=True, button_stays=True
    )
    await desk.once(partial(troubleshoot, desk, alert, place), place, f"shortcut:{body['trigger_id']}")
    await ack()
