"""The slash command: its answer is a new thread in the channel, or a private word to the one who typed it."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.engine.service import PreparedRun
from bot.slack.asking import read_ask
from bot.slack.desk import Desk
from bot.slack.place import Place
from bot.slack.text import typed


def register(app: AsyncApp, command: str) -> None:
    """Listen to *command*, such as /troubleshoot."""
    app.command(command)(handle_command)


async def handle_command(ack: AsyncAck, command: dict[str, Any], desk: Desk) -> None:
    """Acknowledge within Slack's three seconds, and do the rest at leisure."""
    await ack()
    key = f"command:{command['trigger_id']}"
    if desk.threads.claim(key):
        tell = partial(desk.writer.respond, command["response_url"])
        desk.threads.begin(_serve(command, key, desk), tell, key)


async def _serve(command: dict[str, Any], key: str, desk: Desk) -> None:
    asker = Place(command["channel_id"], "", command["user_id"], command["response_url"])
    ask = read_ask(typed(command.get("text") or "", desk.bot_user_id), desk.runs.workflows)

    async def open_place(prepared: PreparedRun) -> Place:
        return await desk.open_root(prepared, asker)

    await desk.serve(ask, asker, key, partial(desk.writer.respond, command["response_url"]), open_place)
