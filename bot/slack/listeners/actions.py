"""The buttons: each is kept or owned before it is acknowledged, and what came of it is told to the one who pressed."""

import re
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.kept import KeptRun
from bot.slack.again import check_again, rerun
from bot.slack.asking import Ask
from bot.slack.blocks import Message, sentence
from bot.slack.choices import CHOOSE, read_choice
from bot.slack.desk import Act, Desk
from bot.slack.evidence_view import evidence_view
from bot.slack.feedback import rate
from bot.slack.place import Place
from bot.slack.report_buttons import AGAIN, DID_NOT_HELP, EVIDENCE, HELPED, RERUN, SHARE, TAKE
from bot.slack.run_lists import SHOW, STOP
from bot.slack.sharing import NO_REPORT, share, take


def register(app: AsyncApp) -> None:
    app.action(re.compile(rf"^{CHOOSE}:"))(handle_choose_workflow)
    app.action(re.compile(rf"^{SHOW}:"))(handle_show_run)
    app.action(re.compile(rf"^{STOP}:"))(handle_stop_run)
    app.action(AGAIN)(handle_check_again)
    app.action(RERUN)(handle_rerun)
    app.action(EVIDENCE)(handle_evidence)
    app.action(SHARE)(handle_share)
    app.action(TAKE)(handle_take_action)
    app.action(re.compile(rf"^({HELPED}|{DID_NOT_HELP})$"))(handle_feedback)


async def handle_choose_workflow(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Start the chosen workflow; of several presses on one message the first counts."""
    place = Place(body["channel"]["id"], "", body["user"]["id"], body["response_url"], pressed=True)

    def read() -> Ask:
        chosen = read_choice(body["actions"][0].get("value"))
        return Ask(problem=chosen.problem, workflow=chosen.workflow, splunk=chosen.splunk, thread_ts=chosen.thread_ts)

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


async def handle_evidence(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Open the evidence, once acknowledged: the trigger lives for three seconds."""

    async def show(run: KeptRun, place: Place) -> Message | None:
        if run.run is None:
            return sentence(NO_REPORT)
        await desk.writer.open_view(body["trigger_id"], evidence_view(run.run))
        await desk.store.note(place.user, "evidence", run.id)
        return None

    await _press(show, body, desk)
    await ack()


async def handle_share(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Post a summary to the channel."""
    await _press(partial(share, desk), body, desk)
    await ack()


async def handle_take_action(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Say who takes an action item."""
    chosen = str((body["actions"][0].get("selected_option") or {}).get("value"))
    run_id, _, number = chosen.rpartition(":")
    act = partial(take, desk, number=int(number) if number.isdecimal() else 0)
    await _press(act, body, desk, value=run_id)
    await ack()


async def handle_feedback(ack: AsyncAck, body: dict[str, Any], desk: Desk) -> None:
    """Keep a thumb, and ask why."""
    helped = body["actions"][0]["action_id"] == HELPED
    await _press(partial(rate, desk, helped=helped, trigger_id=body["trigger_id"]), body, desk)
    await ack()


async def _press(act: Act, body: dict[str, Any], desk: Desk, value: object = None) -> None:
    """Hand the press on; Slack gives each one a trigger_id of its own."""
    value = body["actions"][0].get("value") if value is None else value
    await desk.press(act, value, place_of(body), f"press:{body['trigger_id']}")


def place_of(body: dict[str, Any]) -> Place:
    """Return where a button stands that somebody pressed."""
    thread_ts = body["container"].get("thread_ts") or ""
    return Place(body["channel"]["id"], thread_ts, body["user"]["id"], body["response_url"], in_thread=bool(thread_ts))
