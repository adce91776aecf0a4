"""The buttons of a private answer: a workflow chosen for a problem."""

import re
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.engine.service import PreparedRun
from bot.errors import BotError
from bot.slack.asking import Ask
from bot.slack.blocks import sentence
from bot.slack.choices import CHOOSE, read_choice
from bot.slack.desk import Desk
from bot.slack.place import Place


def register(app: AsyncApp) -> None:
    app.action(re.compile(rf"^{CHOOSE}:"))(handle_choose_workflow)


async def handle_choose_workflow(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Start the chosen workflow; of several presses on one message the first counts."""
    await ack()
    key = f"choice:{body['channel']['id']}:{body['container']['message_ts']}"
    if desk.threads.claim(key):
        tell = partial(desk.writer.respond, body["response_url"])
        desk.threads.begin(_serve(body, key, desk), tell, key)


async def _serve(body: dict[str, Any], key: str, desk: Desk) -> None:
    try:
        chosen = read_choice(body["actions"][0].get("value"))
        asker = Place(body["channel"]["id"], chosen.thread_ts or "", body["user"]["id"], body["response_url"])

        async def open_place(prepared: PreparedRun) -> Place:
            return asker if asker.thread_ts else await desk.open_root(prepared, asker)

        ask = Ask(problem=chosen.problem, workflow=chosen.workflow)
        tell = partial(desk.writer.respond, body["response_url"])
        started = await desk.serve(ask, asker, key, tell, open_place)
    except BotError:
        desk.threads.release(key)  # so that the person can mend it, and press again
        raise
    if started:
        title = desk.runs.workflows[chosen.workflow].title
        await desk.writer.respond(body["response_url"], sentence(f"Started: {title}."), replace=True)
