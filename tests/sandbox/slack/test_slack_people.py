"""People press buttons, choose, submit forms and use shortcuts; what a response_url and a trigger allow."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Delivery, Message, SandboxSlack
from bot.sandbox.slack.payloads import typed
from bot.sandbox.slack.workspace import Unknown

STOP = {"type": "button", "text": {"type": "plain_text", "text": "Stop"}, "action_id": "stop", "value": "run-1"}
OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("missing_data", "performance")]
CHOOSE = {"type": "static_select", "action_id": "workflow", "options": OPTIONS}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
    "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"},
}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Run"}, "blocks": []}


@pytest.fixture
async def posted(slack: SandboxSlack, client: AsyncWebClient) -> Message:
    blocks: list[dict[str, Any]] = [
        {"type": "actions", "elements": [STOP, CHOOSE]},
        {"type": "context_actions", "elements": [FEEDBACK]},
    ]
    await client.chat_postMessage(channel="incidents", text="running", blocks=blocks)
    return slack.workspace.posts("incidents")[0]


@pytest.fixture
async def commanded(slack: SandboxSlack, app: AsyncApp, connected: object) -> Delivery:
    """Type a command that the app acknowledges and then leaves to its response_url."""

    @app.command("/troubleshoot")
    async def take(ack: AsyncAck) -> None:
        await ack()

    return await slack.command("/troubleshoot", "x")


async def respond(session: ClientSession, delivery: Delivery, **body: Any) -> tuple[int, str]:
    assert delivery.response_url is not None
    async with session.post(delivery.response_url, json=body) as response:
        return response.status, await response.text()


@pytest.mark.usefixtures("connected")
async def test_a_pressed_button_says_which_and_on_what(slack: SandboxSlack, app: AsyncApp, posted: Message) -> None:
    pressed: list[dict[str, Any]] = []

    @app.action("stop")
    async def stop(ack: AsyncAck, body: dict[str, Any]) -> None:
        pressed.append(body)
        await ack()

    assert (await slack.press("stop", posted)).acked
    [body] = pressed
    assert (body["actions"][0]["value"], body["user"]["name"]) == ("run-1", "ana")
    assert (body["container"]["message_ts"], body["message"]["ts"]) == (posted.ts, posted.ts)
    assert body["actions"][0]["block_id"] == posted.blocks[0]["block_id"]


@pytest.mark.usefixtures("connected")
async def test_choices_carry_what_was_chosen(slack: SandboxSlack, app: AsyncApp, posted: Message) -> None:
    chosen: list[Any] = []

    @app.action("workflow")
    async def choose(ack: AsyncAck, action: dict[str, Any]) -> None:
        chosen.append(action["selected_option"]["value"])
        await ack()

    @app.action("feedback")
    async def judge(ack: AsyncAck, action: dict[str, Any]) -> None:
        chosen.append(action["value"])
        await ack()

    await slack.press("workflow", posted, selected="performance")
    await slack.press("feedback", posted, selected="negative")
    assert chosen == ["performance", "bad"]


async def test_nobody_presses_what_is_not_there(slack: SandboxSlack, posted: Message) -> None:
    with pytest.raises(Unknown, match="start"):
        await slack.press("start", posted)


@pytest.mark.usefixtures("connected")
async def test_a_press_may_replace_the_message_it_was_made_on(
    slack: SandboxSlack, app: AsyncApp, posted: Message
) -> None:
    @app.action("stop")
    async def stop(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("stopped", replace_original=True)

    await slack.press("stop", posted)
    await slack.until(lambda _: posted.text == "stopped")
    assert slack.workspace.posts("incidents") == [posted]


@pytest.mark.usefixtures("connected")
async def test_a_press_may_delete_the_message_it_was_made_on(
    slack: SandboxSlack, app: AsyncApp, posted: Message
) -> None:
    @app.action("stop")
    async def stop(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(delete_original=True)

    await slack.press("stop", posted)
    await slack.until(lambda workspace: not workspace.posts("incidents"))
    assert posted.deleted


async def test_a_response_url_is_private_unless_told_otherwise(
    slack: SandboxSlack, commanded: Delivery, session: ClientSession
) -> None:
    assert await respond(session, commanded, text="for you") == (200, "ok")
    assert await respond(session, commanded, text="for all", response_type="in_channel") == (200, "ok")
    assert [message.text for message in slack.workspace.private_to("ana")] == ["for you"]
    assert [message.text for message in slack.workspace.posts("incidents")] == ["for all"]


async def test_a_response_url_answers_everyone_in_a_thread(
    slack: SandboxSlack, commanded: Delivery, session: ClientSession
) -> None:
    root = slack.workspace.post("incidents", "ana", "root")
    await respond(session, commanded, text="in it", response_type="in_channel", thread_ts=root.ts)
    assert [message.text for message in slack.workspace.thread("incidents", root.ts)] == ["root", "in it"]


async def test_a_response_url_reaches_channels_the_bot_is_not_in(
    slack: SandboxSlack, commanded: Delivery, session: ClientSession
) -> None:
    delivery = await slack.command("/troubleshoot", channel="private-war-room")
    assert delivery.acked
    assert (await respond(session, delivery, text="please /invite me"))[0] == 200
    assert [message.text for message in slack.workspace.private_to("ana", "private-war-room")] == ["please /invite me"]


async def test_a_response_url_is_used_five_times(commanded: Delivery, session: ClientSession) -> None:
    statuses = [(await respond(session, commanded, text="x"))[0] for _ in range(6)]
    assert statuses == [200] * 5 + [404]


async def test_a_response_url_lives_thirty_minutes(
    slack: SandboxSlack, commanded: Delivery, session: ClientSession
) -> None:
    start = slack.workspace.now()
    slack.workspace.now = lambda: start + 30 * 60 - 5
    assert (await respond(session, commanded, text="x"))[0] == 200
    slack.workspace.now = lambda: start + 30 * 60 + 5
    status, text = await respond(session, commanded, text="x")
    assert (status, "expired_url" in text) == (404, True)


async def test_bad_blocks_are_refused_by_a_response_url_too(commanded: Delivery, session: ClientSession) -> None:
    status, text = await respond(session, commanded, blocks=[{"type": "nope"}])
    assert (status, "invalid_blocks" in text) == (400, True)
    assert (await respond(session, commanded))[0] == 400


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: SandboxSlack, client: AsyncWebClient, commanded: Delivery
) -> None:
    async def opened(trigger_id: str | None) -> str:
        try:
            await client.views_open(trigger_id=str(trigger_id), view=MODAL)
        except SlackApiError as error:
            return str(error.response["error"])
        return "ok"

    assert [await opened(commanded.trigger_id) for _ in range(2)] == ["ok", "exchanged_trigger_id"]
    assert await opened("made up") == "invalid_trigger_id"
    late = await slack.command("/troubleshoot")
    start = slack.workspace.now()
    slack.workspace.now = lambda: start + 4
    assert await opened(late.trigger_id) == "expired_trigger_id"


async def test_views_are_stacked_three_high_and_edited_only_as_last_seen(
    slack: SandboxSlack, client: AsyncWebClient, commanded: Delivery
) -> None:
    opened = await client.views_open(trigger_id=str(commanded.trigger_id), view=MODAL)
    for _ in range(2):
        await client.views_push(trigger_id=slack.workspace.new_trigger(), view=MODAL)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=slack.workspace.new_trigger(), view=MODAL)
    view = opened["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)


@pytest.mark.parametrize(
    ("action", "titles"),
    [(None, []), ("errors", ["Run"]), ("clear", []), ("update", ["More"]), ("push", ["Run", "More"])],
)
def test_a_submitted_form_goes_on_as_its_answer_says(action: str | None, titles: list[str]) -> None:
    workspace = SandboxSlack().workspace
    form: dict[str, Any] = {"id": "V1", "title": "Run"}
    workspace.views.append(form)
    workspace.after_submission(form, {"response_action": action, "view": {"title": "More"}})
    assert [view["title"] for view in workspace.views] == titles


async def test_a_submitted_form_closes_once_it_has_no_errors(
    slack: SandboxSlack, app: AsyncApp, client: AsyncWebClient, commanded: Delivery
) -> None:
    label = {"type": "plain_text", "text": "Problem"}
    form = {"type": "input", "block_id": "problem", "label": label, "element": {"type": "plain_text_input"}}
    modal = {**MODAL, "callback_id": "run", "submit": label, "blocks": [form]}
    submitted: list[Any] = []

    @app.view("run")
    async def run(ack: AsyncAck, view: dict[str, Any]) -> None:
        submitted.append(view["state"]["values"])
        if len(submitted) == 1:
            await ack(response_action="errors", errors={"problem": "Say more."})
        else:
            await ack()

    await client.views_open(trigger_id=str(commanded.trigger_id), view=modal)
    values = {"problem": {"text": {"type": "plain_text_input", "value": "no events"}}}
    first = await slack.submit_view(values)
    assert first.ack_payload == {"response_action": "errors", "errors": {"problem": "Say more."}}
    assert len(slack.workspace.views) == 1
    assert (await slack.submit_view(values)).acked
    assert submitted == [values] * 2
    assert slack.workspace.views == []


@pytest.mark.usefixtures("connected")
async def test_a_message_shortcut_brings_its_message(slack: SandboxSlack, app: AsyncApp, posted: Message) -> None:
    used: list[Any] = []

    @app.shortcut("troubleshoot_this")
    async def use(ack: AsyncAck, body: dict[str, Any]) -> None:
        used.append((body["type"], body.get("message", {}).get("ts")))
        await ack()

    await slack.shortcut("troubleshoot_this", message=posted)
    await slack.shortcut("troubleshoot_this")
    assert used == [("message_action", posted.ts), ("shortcut", None)]


async def test_nothing_is_told_from_a_private_channel_without_the_bot(slack: SandboxSlack) -> None:
    with pytest.raises(Unknown, match="private-war-room"):
        await slack.mention("help", channel="private-war-room")
    assert slack.workspace.posts("private-war-room") == []


@pytest.mark.usefixtures("connected")
async def test_a_direct_message_says_that_it_is_one(slack: SandboxSlack, app: AsyncApp) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()

    @app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        heard.put_nowait((event["channel_type"], event["text"]))

    await slack.message("hello", channel="@ana")
    assert await asyncio.wait_for(heard.get(), timeout=5) == ("im", "hello")


@pytest.mark.usefixtures("connected")
async def test_a_bots_message_says_that_it_is_a_bots(slack: SandboxSlack, app: AsyncApp) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()

    @app.event("app_mention")
    async def hear(event: dict[str, Any]) -> None:
        heard.put_nowait(event.get("bot_id"))

    other = slack.workspace.add_user("pager", is_bot=True)
    await slack.mention("disk full", user="pager")
    assert await asyncio.wait_for(heard.get(), timeout=5) == f"B{other.id[1:]}"


@pytest.mark.usefixtures("connected")
async def test_a_mention_is_told_twice_to_an_app_that_hears_messages_too(slack: SandboxSlack, app: AsyncApp) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()

    async def hear(event: dict[str, Any]) -> None:
        heard.put_nowait((event["type"], event["ts"]))

    app.event("app_mention")(hear)
    app.event("message")(hear)
    slack.mentions_are_messages_too = True
    message, _ = await slack.mention("once")
    async with asyncio.timeout(5):
        assert {await heard.get(), await heard.get()} == {("message", message.ts), ("app_mention", message.ts)}


def test_what_people_type_is_escaped_and_names_become_ids() -> None:
    workspace = SandboxSlack().workspace
    ana, incidents = workspace.user("ana").id, workspace.channel("incidents").id
    assert typed(workspace, "<!channel> a&b") == "&lt;!channel&gt; a&amp;b"
    assert typed(workspace, "@ana in #incidents, not @nobody") == f"<@{ana}> in <#{incidents}|incidents>, not @nobody"
    assert typed(workspace, "@ana", with_names=True) == f"<@{ana}|ana>"
    assert typed(workspace, "mail ana@ana") == "mail ana@ana"
