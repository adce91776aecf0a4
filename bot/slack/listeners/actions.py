"""The buttons: each is kept or owned before it is acknowledged, and what came of it is told to the one who pressed."""

import re
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.kept import KeptRun
from bot.slack.again import check_again, rerun
from bot.slack.asking import Ask
from bot.slack.blocks import Message
from bot.slack.choices import CHOOSE, read_choice
from bot.slack.desk import Act, Desk
from bot.slack.place import Place
from bot.slack.report_buttons import AGAIN, RERUN
from bot.slack.run_lists import SHOW, STOP


def register(app: AsyncApp) -> None:
    app.action(re.compile(rf"^{CHOOSE}:"))(handle_choose_workflow)
    app.action(re.compile(rf"^{SHOW}:"))(handle_show_run)
    app.action(re.compile(rf"^{STOP}:"))(handle_stop_run)
    app.action(AGAIN)(handle_check_again)
    app.action(RERUN)(handle_rerun)


async def handle_choose_workflow(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Start the chosen workflow; of several presses on one message the first counts."""
    place = Place(body["channel"]["id"], "", body["user"]["id"], body["response_url"], pressed=True)

    def read() -> Ask:
        chosen = read_choice(body["actions"][0].get("value"))
        return Ask(problem=chosen.problem, workflow=chosen.workflow, thread_ts=chosen.thread_ts)

    await desk.accept(read, place, f"choice:{body['channel']['id']}:{body['container']['message_ts']}")
    await ack()


async def handle_show_run(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Show a run's report to the one who pressed."""

    async def show(run: KeptRun, place: Place) -> Message:
        return await desk.answers.show(run.id, place)

    await _press(show, body, desk)
    await ack()


async def handle_stop_run(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Stop a run, wherever it goes on."""
    await _press(desk.answers.stop, body, desk)
    await ack()


async def handle_check_again(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Look again at what was bad or unchecked."""
    await _press(partial(check_again, desk), body, desk)
    await ack()


async def handle_rerun(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Do all of a run's checks again."""
    await _press(partial(rerun, desk), body, desk)
    await ack()


async def _press(act: Act, body: dict[str, Any], desk: Desk) -> None:
    """Hand the press on; Slack gives each one a trigger_id of its own."""
    await desk.press(act, body["actions"][0].get("value"), place_of(body), f"press:{body['trigger_id']}")


def place_of(body: dict[str, Any]) -> Place:
    """Return where a button stands that somebody pressed."""
    thread_ts = body["container"].get("thread_ts") or ""
    return Place(body["channel"]["id"], thread_ts, body["user"]["id"], body["response_url"], in_thread=bool(thread_ts))
