"""What a person does on the page, done in the sandbox Slack: each deed reads its JSON and says what went wrong."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.sandbox.scenario import ScenarioError, load_scenario, scenario_names
from bot.sandbox.slack import payloads
from bot.sandbox.slack.courier import NobodyListens
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.workspace import Message, Unknown
from bot.sandbox.web.faults import FaultSwitches, refuse_calls, set_faults
from bot.sandbox.web.stage import Stage

Said: TypeAlias = str | None  # a sentence for the person who did it
Deed: TypeAlias = Callable[[Stage, Any], Awaitable[Said]]
MOST_CHARS = 40_000  # Source: docs.slack.dev chat.postMessage, "Truncating content"
B = TypeVar("B", bound=BaseModel)


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Say(_Told):
    """Something typed in a channel or a thread; what begins with / is a command."""

    user: str
    channel: str
    text: str = Field(min_length=1, max_length=MOST_CHARS)
    thread: str | None = None


class Press(_Told):
    """A button pressed, or an option chosen, on a message."""

    user: str
    message: str
    action: str
    selected: str | None = None


class Submit(_Told):
    """A modal filled in: `{block_id: {action_id: {"type": …, "value": …}}}`."""

    user: str
    values: dict[str, dict[str, dict[str, Any]]]


class Choose(_Told):
    """Another scenario."""

    scenario: str


class Nothing(_Told):
    """A deed that needs no more words."""


class NotDone(Exception):
    """What was asked cannot be done; the text says why."""


async def say(stage: Stage, told: Say) -> Said:
    """Send a command, or write a message and tell the bot of it if that mentions it."""
    if told.text.startswith("/"):
        return await _command(stage, told)
    slack = stage.slack
    place = slack.workspace.channel(told.channel)
    text = payloads.typed(slack.workspace, told.text)
    message = slack.workspace.post(place.id, told.user, text, thread_ts=told.thread)
    await slack.changes.tell()
    bot = slack.workspace.bot
    if f"<@{bot.id}>" not in text:
        return None
    if bot.id not in place.members:
        return f"{bot.real_name} is not in #{place.name}, so Slack does not tell it of this. It hears commands here."
    return _unheard(await slack.event(payloads.message_event(slack.workspace, message, "app_mention")), bot.real_name)


async def _command(stage: Stage, told: Say) -> Said:
    name, _, text = told.text.partition(" ")
    if told.thread is not None:
        raise NotDone(f"{name} is not supported in threads, as in Slack. Mention @{stage.slack.workspace.bot.name}.")
    if name != stage.command:
        raise NotDone(f"{name} is not a valid command here. There is {stage.command}.")
    return _unheard(await stage.slack.command(name, text, user=told.user, channel=told.channel), name)


async def press(stage: Stage, told: Press) -> Said:
    delivery = await stage.slack.press(
        told.action, _message(stage, told.message), user=told.user, selected=told.selected
    )
    return _unheard(delivery, stage.slack.workspace.bot.real_name)


async def submit(stage: Stage, told: Submit) -> Said:
    """Submit the modal on top. Its own errors come back as the sentences that the bot gave."""
    if not stage.slack.workspace.views:
        raise NotDone("That form is closed already.")
    delivery = await stage.slack.submit_view(told.values, user=told.user)
    answer = delivery.ack_payload if isinstance(delivery.ack_payload, dict) else {}
    if answer.get("response_action") == "errors":
        raise NotDone(" ".join(str(each) for each in answer.get("errors", {}).values()))
    return _unheard(delivery, stage.slack.workspace.bot.real_name)


async def close(stage: Stage, _told: Nothing) -> Said:
    """Close the modal on top."""
    if stage.slack.workspace.views:
        stage.slack.workspace.views.pop()
        await stage.slack.changes.tell()
    return None


async def choose(stage: Stage, told: Choose) -> Said:
    """Begin again with another scenario; only the shipped ones, for a page names no files."""
    if told.scenario not in scenario_names():
        raise NotDone(f"There is no scenario {told.scenario!r}.")
    try:
        stage.start_over(load_scenario(told.scenario))
    except ScenarioError as error:
        raise NotDone(str(error)) from error
    return None


async def set_switches(stage: Stage, told: FaultSwitches) -> Said:
    set_faults(stage, told)
    return None


async def refuse(stage: Stage, _told: Nothing) -> Said:
    return refuse_calls(stage)


async def restart(stage: Stage, _told: Nothing) -> Said:
    stage.restart_bot()
    return None


async def _read_and_do(model: type[B], do: Callable[[Stage, B], Awaitable[Said]], stage: Stage, told: Any) -> Said:
    try:
        read = model.model_validate(told)
    except ValidationError as error:
        raise NotDone("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())) from error
    try:
        return await do(stage, read)
    except NobodyListens as error:
        raise NotDone(f"{stage.slack.workspace.bot.real_name} is not connected. Try again in a moment.") from error
    except Unknown as error:
        raise NotDone(str(error)) from error


def _message(stage: Stage, ts: str) -> Message:
    """Find a message, a private one too: its buttons can be pressed."""
    for message in stage.slack.workspace.messages:
        if message.ts == ts and not message.deleted:
            return message
    raise NotDone("That message is gone.")


def _unheard(delivery: Delivery, who: str) -> Said:
    return None if delivery.acked else f"{who} did not answer within 3 s, as Slack would say: operation_timeout."


DEEDS: Mapping[str, Deed] = {
    "say": partial(_read_and_do, Say, say),
    "press": partial(_read_and_do, Press, press),
    "submit": partial(_read_and_do, Submit, submit),
    "close": partial(_read_and_do, Nothing, close),
    "choose": partial(_read_and_do, Choose, choose),
    "faults": partial(_read_and_do, FaultSwitches, set_switches),
    "refuse": partial(_read_and_do, Nothing, refuse),
    "restart": partial(_read_and_do, Nothing, restart),
}
