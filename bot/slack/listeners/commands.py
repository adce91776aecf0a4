"""The slash command: its answer is a new thread in the channel, or a private word to the one who typed it."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.desk import Desk
from bot.slack.place import Place


def register(app: AsyncApp, command: str) -> None:
    """Listen to *command*, such as /troubleshoot."""
    app.command(command)(handle_command)


async def handle_command(ack: AsyncAck, command: dict[str, Any], desk: Desk) -> None:
    """Keep what was asked, and acknowledge it, within Slack's three seconds; the rest is done at leisure."""
    place = Place(command["channel_id"], "", command["user_id"], command["response_url"])
    await desk.accept(partial(desk.read, command.get("text") or ""), place, f"command:{command['trigger_id']}")
    await ack()
