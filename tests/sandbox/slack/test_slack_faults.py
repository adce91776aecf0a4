"""What the sandbox Slack lets go wrong on demand, seen by slack_sdk's client over real sockets."""

import asyncio

import pytest
from aiohttp import ClientError, ClientSession, ServerDisconnectedError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack


async def post(client: AsyncWebClient, text: str = "x") -> str:
    """Slack's error code for one post, or "ok"."""
    try:
        await client.chat_postMessage(channel="incidents", text=text)
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"


async def test_a_fault_is_used_up(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.faults.fail("chat.postMessage", "internal_error", times=2)
    assert [await post(client) for _ in range(3)] == ["internal_error", "internal_error", "ok"]
    assert len(slack.workspace.posts("incidents")) == 1
    assert [call.args["text"] for call in slack.calls_of("chat.postMessage")] == ["x"] * 3


async def test_a_rate_limit_says_how_long_to_wait(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.faults.rate_limit("chat.postMessage", retry_after_s=7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="incidents", text="x")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (429, "ratelimited")
    assert caught.value.response.headers["Retry-After"] == "7"


async def test_a_proxys_page_is_answered_as_it_is(slack: SandboxSlack, session: ClientSession) -> None:
    slack.faults.answer("auth.test", 502, "<html>Bad gateway</html>")
    async with session.post(f"{slack.url}auth.test") as response:
        assert (response.status, await response.text()) == (502, "<html>Bad gateway</html>")


@pytest.mark.parametrize(("applied", "posts"), [(False, 0), (True, 1)])
async def test_an_answer_can_get_lost_before_or_after_the_work(
    slack: SandboxSlack,
    client: AsyncWebClient,
    applied: bool,  # noqa: FBT001 - a table
    posts: int,
) -> None:
    slack.faults.drop("chat.postMessage", applied=applied)
    with pytest.raises(ServerDisconnectedError):
        await client.chat_postMessage(channel="incidents", text="x")
    assert len(slack.workspace.posts("incidents")) == posts
    assert slack.calls[-1].outcome == "dropped"


async def test_a_slack_that_is_down_answers_nobody_until_it_is_up(
    slack: SandboxSlack, client: AsyncWebClient, session: ClientSession
) -> None:
    slack.faults.down = True
    with pytest.raises(ClientError):
        await client.auth_test()
    with pytest.raises(ClientError):
        await session.ws_connect(slack.socket.open_url())
    slack.faults.down = False
    assert (await client.auth_test())["ok"]


async def test_a_held_call_waits_at_its_gate(slack: SandboxSlack, client: AsyncWebClient) -> None:
    gate = slack.faults.hold("chat.postMessage")
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(post(client, "held"))
        await gate.arrived.wait()
        assert await post(client, "overtakes") == "ok"
        assert not posting.done()
        gate.open.set()
    assert [message.text for message in slack.workspace.posts("incidents")] == ["overtakes", "held"]


async def test_rate_limits_hold_when_enforced_and_refill_with_time(slack: SandboxSlack, client: AsyncWebClient) -> None:
    now = 1_790_000_000.0
    slack.workspace.now = lambda: now
    slack.enforce_rate_limits = True
    root = await client.chat_postMessage(channel="incidents", text="x")

    async def update() -> str:
        try:
            await client.chat_update(channel=root["channel"], ts=root["ts"], text="x")
        except SlackApiError as error:
            return str(error.response.headers["Retry-After"])
        return "ok"

    assert [await update() for _ in range(51)] == ["ok"] * 50 + ["2"]
    now += 2
    assert await update() == "ok"


async def test_posts_are_limited_per_channel_after_a_burst(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.workspace.now = lambda: 1_790_000_000.0
    slack.enforce_rate_limits = True
    assert [await post(client) for _ in range(5)] == ["ok"] * 4 + ["ratelimited"]
    assert (await client.chat_postMessage(channel="general", text="x"))["ok"]
