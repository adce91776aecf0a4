"""The buttons of a private answer: a workflow chosen for a problem."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.asking import Ask
from bot.slack.choices import CHOOSE, read_choice
from bot.slack.desk import Desk
from bot.slack.place import Place


def register(app: AsyncApp) -> None:
    app.action(re.compile(rf"^{CHOOSE}:"))(handle_choose_workflow)


async def handle_choose_workflow(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Start the chosen workflow; of several presses on one message the first counts."""
    place = Place(body["channel"]["id"], "", body["user"]["id"], body["response_url"], pressed=True)

    def read() -> Ask:
        chosen = read_choice(body["actions"][0].get("value"))
        return Ask(problem=chosen.problem, workflow=chosen.workflow, thread_ts=chosen.thread_ts)

    await desk.accept(read, place, f"choice:{body['channel']['id']}:{body['container']['message_ts']}")
    await ack()
