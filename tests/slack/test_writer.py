"""The writer: patient with what passes, plain where blocks fail, never twice the same."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from bot.errors import SlackError
from bot.sandbox.slack import SandboxSlack
from bot.slack.blocks import Message, message, section, sentence
from bot.slack.connection import make_client
from bot.slack.patience import WAITS_S
from bot.slack.turns import Turns
from bot.slack.writer import SlackWriter
from tests.slack.bench import Pauses, access

HELLO = sentence("hello")
POST = "chat.postMessage"


@pytest.fixture
async def slack() -> AsyncIterator[SandboxSlack]:
    async with SandboxSlack() as running:
        yield running


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def writer(slack: SandboxSlack, pauses: Pauses) -> AsyncIterator[SlackWriter]:
    async with ClientSession() as session:
        client = make_client(access(slack), session, slack.bot_token)
        yield SlackWriter(client, bot_name="troubleshooter", pause=pauses)


def said(slack: SandboxSlack) -> list[str]:
    return [m.text for m in slack.workspace.messages]


async def test_retry_after_is_honoured(slack: SandboxSlack, writer: SlackWriter, pauses: Pauses) -> None:
    slack.faults.rate_limit(POST, retry_after_s=17)
    await writer.post("incidents", HELLO)
    assert pauses.asked_s == [17]
    assert said(slack) == ["hello"]


async def test_retry_after_holds_every_call_of_the_method(
    slack: SandboxSlack, writer: SlackWriter, pauses: Pauses
) -> None:
    ts = await writer.post("incidents", HELLO)
    slack.faults.rate_limit("chat.update", retry_after_s=17)
    with pytest.raises(SlackError, match="slow down"):
        await writer.edit("incidents", ts, HELLO, patient=False)
    await writer.post("general", HELLO)
    assert pauses.asked_s == []
    await writer.turn_to_edit("general")
    assert pauses.asked_s == [pytest.approx(17, abs=1)]


async def test_the_fourth_post_to_a_channel_waits_and_another_channel_does_not(
    slack: SandboxSlack, writer: SlackWriter, pauses: Pauses
) -> None:
    slack.enforce_rate_limits = True
    for _ in range(3):
        await writer.post("incidents", HELLO)
    await writer.post("general", HELLO)
    assert pauses.asked_s == []
    await writer.post("incidents", HELLO)
    assert pauses.asked_s == [pytest.approx(1, abs=1)]


async def test_two_processes_that_do_not_know_of_each_other_get_every_edit_through() -> None:
    """Each keeps to the limit, both together do not: Slack says slow down, and both go on when they may."""
    clock = [1_700_000_000.0]

    async def pause(seconds: float) -> None:
        clock[0] += seconds

    async with SandboxSlack(now=lambda: clock[0]) as slack, ClientSession() as session:
        slack.enforce_rate_limits = True
        client = make_client(access(slack), session, slack.bot_token)
        both = [SlackWriter(client, turns=Turns(now=lambda: clock[0], pause=pause)) for _ in range(2)]
        ts = await both[0].post("incidents", HELLO)
        for number in range(120):
            await both[number % 2].edit("incidents", ts, sentence(f"edit {number}"))
        outcomes = [call.outcome for call in slack.calls_of("chat.update")]
        assert outcomes.count("ok") == 120
        assert 0 < outcomes.count("ratelimited") < 30


async def test_slack_down_for_a_minute_is_waited_out(slack: SandboxSlack, writer: SlackWriter, pauses: Pauses) -> None:
    slack.faults.down = True

    def back_after_a_minute() -> None:
        if sum(pauses.asked_s) > 60:
            slack.faults.down = False

    pauses.then = back_after_a_minute
    await writer.post("incidents", HELLO)
    assert said(slack) == ["hello"]
    assert sum(WAITS_S) > 60


async def test_patience_ends_with_a_sentence(slack: SandboxSlack, writer: SlackWriter, pauses: Pauses) -> None:
    slack.faults.down = True
    with pytest.raises(SlackError, match="Slack did not answer"):
        await writer.post("incidents", HELLO)
    assert pauses.asked_s == list(WAITS_S)


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(
    slack: SandboxSlack,
    writer: SlackWriter,
    in_thread: bool,  # noqa: FBT001 - a parameter
) -> None:
    root = slack.workspace.post("incidents", "ana", "root") if in_thread else None
    slack.faults.drop(POST, applied=True)
    ts = await writer.post("incidents", HELLO, thread_ts=root.ts if root else None)
    assert said(slack)[-1:] == ["hello"]
    assert said(slack).count("hello") == 1
    assert slack.workspace.messages[-1].ts == ts


async def test_a_post_that_was_lost_before_slack_did_it_is_repeated(slack: SandboxSlack, writer: SlackWriter) -> None:
    slack.faults.drop(POST)
    slack.faults.answer(POST, 503, "<html>busy</html>")
    await writer.post("incidents", HELLO)
    assert said(slack) == ["hello"]


async def test_the_look_for_a_lost_post_is_itself_patient(slack: SandboxSlack, writer: SlackWriter) -> None:
    slack.faults.drop(POST, applied=True)
    slack.faults.rate_limit("conversations.history", times=2)
    await writer.post("incidents", HELLO)
    assert said(slack) == ["hello"]


async def test_without_the_right_to_look_twice_is_better_than_never(slack: SandboxSlack, writer: SlackWriter) -> None:
    slack.scopes.difference_update({"channels:history", "groups:history", "im:history", "mpim:history"})
    slack.faults.drop(POST, applied=True)
    await writer.post("incidents", HELLO)
    assert said(slack) == ["hello", "hello"]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
async def test_blocks_that_slack_refuses_are_sent_as_text(slack: SandboxSlack, writer: SlackWriter, code: str) -> None:
    slack.faults.fail(POST, code)
    await writer.post("incidents", message("short", [section("long")], instead="the whole <story>"))
    [posted] = slack.workspace.messages
    assert posted.text == "the whole &lt;story&gt;"
    assert not posted.blocks


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
async def test_an_edit_falls_back_to_text_too(slack: SandboxSlack, writer: SlackWriter, code: str) -> None:
    ts = await writer.post("incidents", HELLO)
    slack.faults.fail("chat.update", code)
    await writer.edit("incidents", ts, sentence("later"))
    [posted] = slack.workspace.messages
    assert (posted.text, posted.blocks) == ("later", [])


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("not_in_channel", "/invite @troubleshooter"),
        ("channel_not_found", "/invite @troubleshooter"),
        ("is_archived", "Unarchive it"),
        ("restricted_action_read_only_channel", "Ask an admin"),
        ("token_revoked", "Reinstall the app and set SLACK_BOT_TOKEN"),
        ("some_new_error", "some_new_error"),
    ],
)
async def test_what_does_not_pass_is_said_at_once(
    slack: SandboxSlack, writer: SlackWriter, pauses: Pauses, code: str, advice: str
) -> None:
    slack.faults.fail(POST, code)
    with pytest.raises(SlackError, match=advice):
        await writer.post("incidents", HELLO)
    assert not pauses.asked_s


async def test_a_missing_scope_is_named(slack: SandboxSlack, writer: SlackWriter) -> None:
    slack.scopes.remove("chat:write")
    with pytest.raises(SlackError, match="chat:write"):
        await writer.post("incidents", HELLO)


async def test_a_proxys_page_is_not_taken_for_slack(slack: SandboxSlack, writer: SlackWriter) -> None:
    slack.faults.answer(POST, 200, "<html>sign in</html>", times=len(WAITS_S) + 1)
    with pytest.raises(SlackError, match="not Slack answered"):
        await writer.post("incidents", HELLO)


async def test_an_answer_goes_to_the_response_url_also_where_the_bot_is_not(
    slack: SandboxSlack, writer: SlackWriter
) -> None:
    url = slack.response_urls.new(slack.workspace.channel("private-war-room").id, slack.workspace.user("ana").id)
    await writer.respond(url, HELLO)
    [posted] = slack.workspace.private_to("ana")
    assert posted.text == "hello"
    for _ in range(4):
        await writer.respond(url, Message("again"))
    with pytest.raises(SlackError, match="used_url"):
        await writer.respond(url, HELLO)
