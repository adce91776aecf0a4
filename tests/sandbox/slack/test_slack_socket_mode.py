"""Socket Mode with slack_bolt's own client on the other end."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest

from bot.sandbox.slack import NobodyListens, SandboxSlack

WAIT_AT_MOST_S = 5.0  # for what is on its way already; a broken sandbox fails instead of hanging


async def raw_connection(slack: SandboxSlack, session: ClientSession) -> ClientWebSocketResponse:
    """Open a connection that acknowledges nothing by itself; its hello is read already."""
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(f"{slack.url}apps.connections.open", headers=headers) as response:
        connection = await session.ws_connect((await response.json())["url"])
    assert (await connection.receive_json(timeout=WAIT_AT_MOST_S))["type"] == "hello"
    return connection


@pytest.mark.usefixtures("connected")
async def test_a_command_is_acknowledged_and_its_answer_shown_to_its_author(slack: SandboxSlack, app: AsyncApp) -> None:
    @app.command("/troubleshoot")
    async def answer(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(f"looking into {command['text']}")

    delivery = await slack.command("/troubleshoot", "no events")
    assert delivery.acked
    assert delivery.ack_payload == {"text": "looking into no events"}
    assert [message.text for message in slack.workspace.private_to("ana")] == ["looking into no events"]
    assert slack.workspace.posts("incidents") == []


@pytest.mark.usefixtures("connected")
async def test_a_mention_is_posted_and_told_to_the_app(slack: SandboxSlack, app: AsyncApp) -> None:
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @app.event("app_mention")
    async def hear(event: dict[str, Any]) -> None:
        heard.put_nowait(event)

    message, delivery = await slack.mention("why is <index=web> empty, @ana?")
    ana, bot = slack.workspace.user("ana").id, slack.workspace.bot.id
    assert delivery.acked
    assert slack.workspace.posts("incidents") == [message]
    assert message.text == f"<@{bot}> why is &lt;index=web&gt; empty, <@{ana}>?"
    event = await asyncio.wait_for(heard.get(), WAIT_AT_MOST_S)
    assert (event["text"], event["ts"], heard.qsize()) == (message.text, message.ts, 0)


@pytest.mark.usefixtures("connected")
async def test_an_event_without_a_listener_stays_unacknowledged(slack: SandboxSlack) -> None:
    slack.courier.ack_within_s = 0.05
    delivery = await slack.event({"type": "tokens_revoked", "tokens": {}})
    assert not delivery.acked


@pytest.mark.usefixtures("connected")
async def test_a_duplicate_carries_the_same_event_id_and_says_that_it_is_a_retry(
    slack: SandboxSlack, app: AsyncApp
) -> None:
    heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    @app.event("app_mention")
    async def hear(body: dict[str, Any], request: AsyncBoltRequest) -> None:
        heard.put_nowait((body["event_id"], request.headers.get("x-slack-retry-num")))

    await slack.mention("twice", duplicate=True)
    async with asyncio.timeout(WAIT_AT_MOST_S):
        (first, no_retry), (second, retry) = await heard.get(), await heard.get()
    assert first == second
    assert (no_retry, retry) == (["0"], ["1"])


async def test_what_was_not_acknowledged_comes_again_on_the_next_connection(
    slack: SandboxSlack, session: ClientSession
) -> None:
    slack.courier.ack_within_s = 0.05
    first = await raw_connection(slack, session)
    delivery = await slack.event({"type": "app_mention"})
    assert not delivery.acked
    await first.close()
    second = await raw_connection(slack, session)
    envelope = await second.receive_json(timeout=WAIT_AT_MOST_S)
    assert envelope["payload"]["event_id"] == delivery.body["event_id"]
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "timeout")
    await second.send_json({"envelope_id": envelope["envelope_id"]})
    await asyncio.wait_for(delivery.acknowledged.wait(), WAIT_AT_MOST_S)
    await second.close()


async def test_deliveries_go_to_the_connections_in_turn(slack: SandboxSlack, session: ClientSession) -> None:
    slack.courier.ack_within_s = 0.05
    connections = [await raw_connection(slack, session) for _ in range(2)]
    for _ in connections:
        await slack.event({"type": "app_mention"})
    received = [await connection.receive_json(timeout=WAIT_AT_MOST_S) for connection in connections]
    assert len({envelope["envelope_id"] for envelope in received}) == 2
    for connection in connections:
        await connection.close()


async def test_the_eleventh_connection_is_turned_away(slack: SandboxSlack, session: ClientSession) -> None:
    connections = [await raw_connection(slack, session) for _ in range(10)]
    refused = await session.ws_connect(slack.socket.open_url())
    assert (await refused.receive_json(timeout=WAIT_AT_MOST_S))["reason"] == "too_many_websockets"
    assert (await refused.receive(timeout=WAIT_AT_MOST_S)).type is WSMsgType.CLOSE
    for connection in connections:
        await connection.close()


async def test_a_link_is_good_for_one_connection(slack: SandboxSlack, session: ClientSession) -> None:
    url = slack.socket.open_url()
    connection = await session.ws_connect(url)
    with pytest.raises(WSServerHandshakeError):
        await session.ws_connect(url)
    await connection.close()


async def test_pings_are_answered(slack: SandboxSlack, session: ClientSession) -> None:
    url = slack.socket.open_url()
    connection = await session.ws_connect(url, autoping=False)
    await connection.receive_json(timeout=WAIT_AT_MOST_S)
    await connection.ping(b"still there?")
    received = await connection.receive(timeout=WAIT_AT_MOST_S)
    assert (received.type, bytes(received.data)) == (WSMsgType.PONG, b"still there?")
    await connection.close()


@pytest.mark.usefixtures("connected")
async def test_the_app_comes_back_after_a_disconnect(slack: SandboxSlack, app: AsyncApp) -> None:
    @app.command("/troubleshoot")
    async def answer(ack: AsyncAck) -> None:
        await ack("here")

    await slack.disconnect("refresh_requested")
    await slack.until(lambda _: slack.socket.opened == 2 and slack.socket.connections)
    assert (await slack.command("/troubleshoot")).acked


async def test_without_a_connection_nobody_is_reached(slack: SandboxSlack) -> None:
    with pytest.raises(NobodyListens, match="request_url"):
        await slack.command("/troubleshoot", "hello?")


async def test_waiting_wakes_on_the_change_and_says_what_it_saw_when_it_never_comes(
    slack: SandboxSlack, connected: AsyncSocketModeHandler
) -> None:
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(slack.until(lambda workspace: workspace.posts("general")))
        await connected.app.client.chat_postMessage(channel="general", text="here I am")
        await waiting
    with pytest.raises(TimeoutError, match="here I am"):
        await slack.until(lambda workspace: len(workspace.posts("general")) > 1, timeout_s=0.01)


async def test_listeners_hear_of_every_change(slack: SandboxSlack, connected: AsyncSocketModeHandler) -> None:
    seen: list[int] = []
    slack.on_change(lambda workspace: seen.append(len(workspace.posts("general"))))
    for text in ("one", "two"):
        await connected.app.client.chat_postMessage(channel="general", text=text)
    assert seen == [1, 2]
