"""User name and password: signed in once, again when the session ends, and never twice with a refused password."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.domain.evidence import SearchQuery
from bot.errors import SplunkUnauthorized
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient
from tests.splunk.conftest import TOKEN, Pauses
from tests.splunk.scripted import ScriptedSplunk, refusal, reply

PASSWORD = "made-up-password"


@pytest.fixture
async def client(splunk: ScriptedSplunk, pauses: Pauses) -> AsyncIterator[SplunkClient]:
    access = SplunkAccess(url=splunk.url, username="bot", password=SecretStr(PASSWORD))
    async with SplunkClient(access, pause=pauses) as opened:
        yield opened


async def test_searches_side_by_side_sign_in_once(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    await asyncio.gather(client.search(query), client.search(query))
    [login] = splunk.asked("login")
    assert (login.fields["username"], login.fields["password"]) == ("bot", PASSWORD)
    assert "Authorization" not in login.headers
    assert {call.headers["Authorization"] for call in splunk.asked("begin")} == {"Splunk made-up-key"}


async def test_an_ended_session_is_opened_again(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("login", reply({"sessionKey": "first"}), reply({"sessionKey": "second"}))
    splunk.script("state", refusal(401, "call not properly authenticated", "WARN"), splunk._state)
    await client.search(query)
    assert [call.headers["Authorization"] for call in splunk.asked("state")] == ["Splunk first", "Splunk second"]


async def test_a_refused_password_is_never_sent_again(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("login", refusal(401, "Login failed", "WARN"))
    for _ in range(3):
        with pytest.raises(SplunkUnauthorized, match="SPLUNK_PASSWORD") as caught:
            await client.search(query)
        assert PASSWORD not in str(caught.value)
    assert len(splunk.asked("login")) == 1


async def test_a_splunk_that_refuses_fresh_sessions_too_ends_the_search(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("begin", refusal(401, "Unauthorized"))
    with pytest.raises(SplunkUnauthorized):
        await client.search(query)
    assert len(splunk.asked("login")) == 2


async def test_a_token_wins_over_a_password(splunk: ScriptedSplunk, query: SearchQuery) -> None:
    access = SplunkAccess(url=splunk.url, token=SecretStr(TOKEN), username="bot", password=SecretStr(PASSWORD))
    async with SplunkClient(access, pause=Pauses()) as client:
        await client.search(query)
    assert splunk.asked("login") == []
    assert splunk.asked("begin")[0].headers["Authorization"] == f"Bearer {TOKEN}"
