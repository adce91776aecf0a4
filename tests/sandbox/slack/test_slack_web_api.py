"""The Web API as slack_sdk's client sees it: what works, and what is refused in Slack's words."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack

SECTION = {"type": "section", "text": {"type": "plain_text", "text": "hello"}}


async def refusal(call: Any) -> Any:
    """Slack's answer to a call that it refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_auth_test_says_who_the_bot_is_and_what_it_may(slack: SandboxSlack, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == (slack.workspace.bot.id, slack.workspace.bot_id)
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_arguments_may_come_as_json_form_or_query(slack: SandboxSlack, session: ClientSession) -> None:
    url, sent = f"{slack.url}chat.postMessage", {"channel": "incidents", "token": slack.bot_token}
    as_text = {**sent, "blocks": json.dumps([SECTION])}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    for request in (
        session.post(url, json={"channel": "incidents", "blocks": [SECTION]}, headers=headers),
        session.post(url, data=as_text),
        session.post(url, params=as_text),
    ):
        async with request as response:
            assert (await response.json())["message"]["blocks"][0]["text"]["text"] == "hello"


@pytest.mark.parametrize(("token", "error"), [("xoxb-wrong", "invalid_auth"), ("", "not_authed")])
async def test_a_wrong_token_is_refused(slack: SandboxSlack, session: ClientSession, token: str, error: str) -> None:
    async with session.post(f"{slack.url}auth.test", headers={"Authorization": f"Bearer {token}"}) as response:
        assert await response.json() == {"ok": False, "error": error}


async def test_a_revoked_token_is_refused(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.api.token_error = "token_revoked"
    assert (await refusal(client.auth_test()))["error"] == "token_revoked"


async def test_an_app_token_does_not_post(slack: SandboxSlack, client: AsyncWebClient) -> None:
    client.token = slack.app_token
    assert (await refusal(client.chat_postMessage(channel="incidents", text="x")))["error"] == "not_allowed_token_type"


async def test_a_missing_scope_is_named(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.scopes.discard("reactions:write")
    answer = await refusal(client.reactions_add(channel="incidents", name="eyes", timestamp="1.0"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "reactions:write")
    assert "chat:write" in answer["provided"]


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert (await refusal(client.api_call("chat.shout")))["error"] == "unknown_method"


async def test_every_edit_of_a_message_is_kept(slack: SandboxSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="incidents", text="one", blocks=[SECTION])
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="two", blocks=[SECTION])
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="three")
    [message] = slack.workspace.posts("incidents")
    assert [version.text for version in message.history] == ["one", "two", "three"]
    assert message.blocks == []


async def test_only_an_edit_without_blocks_is_marked_as_edited(slack: SandboxSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="incidents", text="one", blocks=[SECTION])
    [message] = slack.workspace.posts("incidents")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="two", blocks=[SECTION])
    assert not message.edited
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="three")
    assert message.edited


async def test_rich_text_is_not_edited_into_other_blocks(client: AsyncWebClient) -> None:
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    rich = [{"type": "rich_text", "elements": [words]}]
    posted = await client.chat_postMessage(channel="incidents", text="x", blocks=rich)
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x", blocks=rich)
    answer = await refusal(client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x", blocks=[SECTION]))
    assert answer["error"] == "block_mismatch"


async def test_metadata_stays_when_an_edit_leaves_it_out(client: AsyncWebClient) -> None:
    run = {"event_type": "run", "event_payload": {"id": "r1"}}
    posted = await client.chat_postMessage(channel="incidents", text="one", metadata=run)
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="two")
    read = await client.conversations_replies(channel=posted["channel"], ts=posted["ts"], include_all_metadata=True)
    assert read["messages"][0]["metadata"] == run
    read = await client.conversations_replies(channel=posted["channel"], ts=posted["ts"])
    assert "metadata" not in read["messages"][0]


async def test_a_long_post_is_cut_and_a_long_edit_refused(slack: SandboxSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="incidents", text="x" * 40_001)
    [message] = slack.workspace.posts("incidents")
    assert len(message.text) == 40_000
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x" * 4_000)
    answer = await refusal(client.chat_update(channel=posted["channel"], ts=posted["ts"], text="x" * 4_001))
    assert answer["error"] == "msg_too_long"


async def test_a_message_without_anything_is_refused(client: AsyncWebClient) -> None:
    call = client.api_call("chat.postMessage", json={"channel": "incidents", "text": ""})
    assert (await refusal(call))["error"] == "no_text"


async def test_bad_blocks_are_pointed_at(client: AsyncWebClient) -> None:
    bad = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = await refusal(client.chat_postMessage(channel="incidents", text="x", blocks=bad))
    assert answer["error"] == "invalid_blocks"
    told = "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [told]


async def test_a_private_channel_without_the_bot_does_not_exist(slack: SandboxSlack, client: AsyncWebClient) -> None:
    private = slack.workspace.channel("private-war-room").id
    for call in (
        client.chat_postMessage(channel=private, text="x"),
        client.conversations_info(channel=private),
        client.conversations_join(channel=private),
        client.chat_postEphemeral(channel=private, user=slack.workspace.user("ana").id, text="x"),
    ):
        assert (await refusal(call))["error"] == "channel_not_found"
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert [channel["name"] for channel in listed["channels"]] == ["incidents", "general"]


async def test_a_public_channel_is_posted_to_but_not_read_before_joining(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general").id
    await client.chat_postMessage(channel=general, text="x")
    assert (await refusal(client.conversations_history(channel=general)))["error"] == "not_in_channel"
    await client.conversations_join(channel=general)
    assert len((await client.conversations_history(channel=general))["messages"]) == 1
    slack.workspace.channel("general").members.discard(slack.workspace.bot.id)
    slack.scopes.discard("chat:write.public")
    assert (await refusal(client.chat_postMessage(channel=general, text="x")))["error"] == "not_in_channel"


async def test_an_archived_channel_takes_nothing(slack: SandboxSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="incidents", text="x")
    slack.workspace.channel("incidents").is_archived = True
    assert (await refusal(client.chat_postMessage(channel="incidents", text="x")))["error"] == "is_archived"
    call = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="y")
    assert (await refusal(call))["error"] == "is_inactive"


async def test_only_ones_own_messages_are_edited(slack: SandboxSlack, client: AsyncWebClient) -> None:
    theirs = slack.workspace.post("incidents", "ana", "mine")
    call = client.chat_update(channel=theirs.channel, ts=theirs.ts, text="x")
    assert (await refusal(call))["error"] == "cant_update_message"
    assert (await refusal(client.chat_delete(channel=theirs.channel, ts=theirs.ts)))["error"] == "cant_delete_message"
    call = client.chat_update(channel=theirs.channel, ts="1.000000", text="x")
    assert (await refusal(call))["error"] == "message_not_found"


async def test_a_deleted_message_is_gone(slack: SandboxSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="incidents", text="x")
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert slack.workspace.posts("incidents") == []
    call = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="y")
    assert (await refusal(call))["error"] == "message_not_found"


async def test_an_upload_that_never_came_is_not_shared(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.scopes.add("files:write")
    file = await client.files_getUploadURLExternal(filename="rows.csv", length=3)
    call = client.files_completeUploadExternal(files=[{"id": file["file_id"]}], channel_id="incidents")
    assert (await refusal(call))["error"] == "file_not_found"
    assert slack.workspace.posts("incidents") == []


async def test_an_ephemeral_message_is_seen_by_one_and_never_edited(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    incidents, ana = slack.workspace.channel("incidents").id, slack.workspace.user("ana").id
    sent = await client.chat_postEphemeral(channel=incidents, user=ana, text="psst")
    assert [message.text for message in slack.workspace.private_to("ana")] == ["psst"]
    assert slack.workspace.posts("incidents") == []
    call = client.chat_update(channel=incidents, ts=sent["message_ts"], text="x")
    assert (await refusal(call))["error"] == "message_not_found"
    stranger = slack.workspace.add_user("sam").id
    call = client.chat_postEphemeral(channel=incidents, user=stranger, text="psst")
    assert (await refusal(call))["error"] == "user_not_in_channel"


async def test_a_thread_reads_root_first_in_pages(slack: SandboxSlack, client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="incidents", text="root")
    channel, ts = root["channel"], root["ts"]
    for text in ("a", "b", "c"):
        await client.chat_postMessage(channel=channel, text=text, thread_ts=ts)
    assert [message.text for message in slack.workspace.thread("incidents", ts)] == ["root", "a", "b", "c"]
    first = await client.conversations_replies(channel=channel, ts=ts, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_replies(channel=channel, ts=ts, limit=3, cursor=cursor)
    assert [m["text"] for m in first["messages"] + second["messages"]] == ["root", "a", "b", "c"]
    assert (first["has_more"], second["has_more"]) == (True, False)
    seen = (await client.conversations_history(channel=channel))["messages"]
    assert [(message["text"], message["reply_count"]) for message in seen] == [("root", 3)]


async def test_a_reply_to_a_reply_stands_in_the_same_thread(slack: SandboxSlack, client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="incidents", text="root")
    reply = await client.chat_postMessage(channel="incidents", text="a", thread_ts=root["ts"])
    await client.chat_postMessage(channel="incidents", text="b", thread_ts=reply["ts"])
    assert [message.text for message in slack.workspace.thread("incidents", root["ts"])] == ["root", "a", "b"]


async def test_history_is_newest_first_between_bounds(slack: SandboxSlack, client: AsyncWebClient) -> None:
    first, _, last = (slack.workspace.post("incidents", "ana", text) for text in ("a", "b", "c"))

    async def texts(**bounds: Any) -> list[str]:
        read = await client.conversations_history(channel=first.channel, **bounds)
        return [message["text"] for message in read["messages"]]

    assert await texts() == ["c", "b", "a"]
    assert await texts(oldest=first.ts, latest=last.ts) == ["b"]
    assert await texts(oldest=first.ts, latest=last.ts, inclusive=True) == ["c", "b", "a"]


async def test_replies_since_a_time_come_with_their_root(client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="incidents", text="root")
    ts = root["ts"]
    replies = [await client.chat_postMessage(channel="incidents", text=text, thread_ts=ts) for text in ("a", "b")]
    read = await client.conversations_replies(channel=root["channel"], ts=ts, oldest=replies[0]["ts"])
    assert [message["text"] for message in read["messages"]] == ["root", "b"]


async def test_a_thread_that_is_not_there_is_not_answered(client: AsyncWebClient) -> None:
    for ts, error in (("1.000000", "thread_not_found"), ("yesterday", "invalid_thread_ts")):
        call = client.chat_postMessage(channel="incidents", text="x", thread_ts=ts)
        assert (await refusal(call))["error"] == error


async def test_no_two_messages_share_a_ts(slack: SandboxSlack) -> None:
    slack.workspace.now = lambda: 1_790_000_000.0  # however fast they are written
    stamps = [slack.workspace.post("incidents", "ana", "x").ts for _ in range(1000)]
    assert len(set(stamps)) == 1000
    assert stamps == sorted(stamps)


async def test_a_permalink_leads_to_the_thread(client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="incidents", text="root")
    reply = await client.chat_postMessage(channel="incidents", text="reply", thread_ts=root["ts"])
    link = (await client.chat_getPermalink(channel=root["channel"], message_ts=reply["ts"]))["permalink"]
    assert link.endswith(f"p{reply['ts'].replace('.', '')}?thread_ts={root['ts']}&cid={root['channel']}")


async def test_a_file_is_uploaded_into_a_thread(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.scopes.add("files:write")
    root = await client.chat_postMessage(channel="incidents", text="root")
    await client.files_upload_v2(
        channel=root["channel"], thread_ts=root["ts"], filename="rows.csv", content="a,b", initial_comment="the rows"
    )
    [_, shared] = slack.workspace.thread("incidents", root["ts"])
    assert (shared.text, shared.files[0].name, shared.files[0].content) == ("the rows", "rows.csv", b"a,b")


async def test_blocks_are_validated_for_anyone(slack: SandboxSlack) -> None:
    anyone = AsyncWebClient(base_url=slack.url)
    assert (await anyone.blocks_validate(blocks=[SECTION]))["ok"]
    answer = await refusal(anyone.blocks_validate(message={"blocks": [{"type": "nope"}]}))
    assert (answer["error"], answer["errors"][0]["pointer"]) == ("invalid_message", "/blocks/0/type")
    assert (await refusal(anyone.blocks_validate()))["error"] == "invalid_arguments"


async def test_people_teams_and_bots_are_described(slack: SandboxSlack, client: AsyncWebClient) -> None:
    guest = slack.workspace.add_user("gus", is_guest=True, tz="Asia/Tokyo")
    user = (await client.users_info(user=guest.id))["user"]
    assert (user["name"], user["tz"], user["is_restricted"]) == ("gus", "Asia/Tokyo", True)
    assert (await client.team_info())["team"]["id"] == slack.workspace.team_id
    assert (await client.bots_info(bot=slack.workspace.bot_id))["bot"]["user_id"] == slack.workspace.bot.id
    assert (await refusal(client.users_info(user="U404")))["error"] == "user_not_found"


async def test_a_direct_message_is_opened_once(slack: SandboxSlack, client: AsyncWebClient) -> None:
    ana = slack.workspace.user("ana").id
    opened = [(await client.conversations_open(users=ana))["channel"]["id"] for _ in range(2)]
    assert opened[0] == opened[1]
    await client.chat_postMessage(channel=ana, text="hi")
    assert [message.text for message in slack.workspace.posts(opened[0])] == ["hi"]


async def test_a_reaction_is_added_once(slack: SandboxSlack, client: AsyncWebClient) -> None:
    theirs = slack.workspace.post("incidents", "ana", "look")
    await client.reactions_add(channel=theirs.channel, name="eyes", timestamp=theirs.ts)
    assert theirs.reactions == {"eyes": [slack.workspace.bot.id]}
    call = client.reactions_add(channel=theirs.channel, name="eyes", timestamp=theirs.ts)
    assert (await refusal(call))["error"] == "already_reacted"


async def test_calls_are_noted_with_what_became_of_them(slack: SandboxSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="incidents", text="x")
    await refusal(client.chat_postMessage(channel="nowhere", text="x"))
    outcomes = [(call.args["channel"], call.outcome) for call in slack.calls_of("chat.postMessage")]
    assert outcomes == [("incidents", "ok"), ("nowhere", "channel_not_found")]
