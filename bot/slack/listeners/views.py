"""The forms that people send: only the one that asks for a reason."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import BotError
from bot.slack.desk import Desk
from bot.slack.feedback import REASON, REASON_VIEW, keep_reason


def register(app: AsyncApp) -> None:
    app.view(REASON_VIEW)(handle_feedback_reason)


async def handle_feedback_reason(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], desk: Desk) -> None:
    """Keep the reason and close the form; what is wrong with it is said in it."""
    try:
        await keep_reason(desk, view, body["user"]["id"])
    except BotError as error:
        await ack(response_action="errors", errors={REASON: str(error)})
    else:
        await ack()
