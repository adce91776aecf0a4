"""Every way in which Splunk, or what stands before it, says no: a sentence each, and tried again only where safe."""

import asyncio
import socket

import pytest
from pydantic import SecretStr

from bot.domain.evidence import SearchQuery
from bot.errors import (
    SearchFailed,
    SplunkBusy,
    SplunkError,
    SplunkForbidden,
    SplunkUnauthorized,
    SplunkUnreachable,
)
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient
from bot.splunk.session import MAX_PAUSE_S
from tests.splunk.conftest import TOKEN, Pauses
from tests.splunk.scripted import Reply, ScriptedSplunk, cut_connection, job, refusal, reply, running

CONCURRENCY = (
    "Search not executed: The maximum number of concurrent historical searches on this instance has been reached"
)
QUOTA = 'role-based concurrency limit of historical searches for user "bot" has been reached (usage=3, quota=3)'
PAGE = "<!DOCTYPE html><html><body>Blocked by policy. Ask secret=hunter22</body></html>"
XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<response>\n  <messages>\n'
    '    <msg type="FATAL">Unknown search command &apos;foo&apos;.</msg>\n  </messages>\n</response>\n'
)


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (refusal(401, "call not properly authenticated", "WARN"), SplunkUnauthorized, "SPLUNK_TOKEN"),
        (
            refusal(403, "requires capability: rest_properties_get"),
            SplunkForbidden,
            "the capability rest_properties_get",
        ),
        (refusal(403, "insufficient permission to access this resource"), SplunkForbidden, "insufficient permission"),
        (refusal(400, "Unknown search command 'foo'.", "FATAL"), SearchFailed, "Unknown search command 'foo'"),
        (reply(XML, 400, "text/xml"), SearchFailed, "Unknown search command 'foo'"),
        (refusal(500, "Internal thing"), SearchFailed, r"failed on its side \(HTTP 500\): Internal thing"),
        (refusal(503, "Cluster manager is not enabled on this node"), SearchFailed, "not enabled on this node"),
        (reply(PAGE, 200, "text/html"), SplunkUnreachable, "web page"),
        (reply("Access denied by policy", 403, "text/html"), SplunkUnreachable, "web page"),
        (reply(PAGE, 403, "application/octet-stream"), SplunkUnreachable, "web page"),
        (reply(b"", 303, Location="/en-US/account/login"), SplunkUnreachable, "sends us elsewhere"),
        (reply(b"not json", 201), SplunkUnreachable, "does not answer as Splunk does"),
        (reply({"no": "sid"}, 201), SplunkUnreachable, "does not answer as Splunk does"),
        (reply(b"", 407), SplunkUnreachable, "NO_PROXY"),
        (reply(b"", 502), SplunkUnreachable, "gateway"),
    ],
)
async def test_a_refusal_becomes_a_sentence_and_is_not_tried_again(
    splunk: ScriptedSplunk,
    client: SplunkClient,
    query: SearchQuery,
    answer: Reply,
    error: type[SplunkError],
    says: str,
) -> None:
    splunk.script("begin", answer)
    with pytest.raises(error, match=says) as caught:
        await client.search(query)
    assert type(caught.value) is error
    assert len(splunk.asked("begin")) == 1
    assert splunk.asked("control") == []
    assert TOKEN not in str(caught.value)
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize("words", [CONCURRENCY, QUOTA])
async def test_a_full_splunk_is_asked_again_until_there_is_room(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery, words: str
) -> None:
    splunk.script("begin", refusal(503, words, "WARN"), refusal(429, "slow down"), splunk._begin)
    await client.search(query)
    assert len({call.fields["id"] for call in splunk.asked("begin")}) == 1


async def test_a_splunk_that_stays_full_is_busy(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery, pauses: Pauses
) -> None:
    splunk.script("begin", refusal(503, QUOTA))
    with pytest.raises(SplunkBusy, match=r"quota=3\)\. Try again in a minute.*srchJobsQuota"):
        await client.search(query)
    assert len(splunk.asked("begin")) == 4
    assert all(wished <= wait <= 1.25 * wished for wished, wait in zip([1, 2, 4], pauses, strict=True))


async def test_a_wait_that_splunk_asks_for_is_kept_up_to_a_bound(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery, pauses: Pauses
) -> None:
    full = [refusal(503, QUOTA, Retry_After=wish) for wish in ("9", "3600", "Wed, 25 Nov 2026 04:00:00 GMT")]
    splunk.script("begin", *full, splunk._begin)
    await client.search(query)
    least = [9, MAX_PAUSE_S, 4]  # a date is no wish that we read
    assert all(wished <= wait <= 1.25 * wished for wished, wait in zip(least, pauses[:3], strict=True))


async def test_a_passing_gateway_fault_while_watching_is_waited_out(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("state", reply(PAGE, 503, "text/html"), reply(b"", 504), splunk._state)
    assert (await client.search(query)).rows == ()


async def test_a_connection_that_keeps_breaking_is_given_up_and_the_search_cancelled(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("state", cut_connection)
    with pytest.raises(SplunkUnreachable, match="broke off"):
        await client.search(query)
    assert len(splunk.asked("state")) == 4
    assert len(splunk.asked("control")) == 1


async def test_a_search_that_vanished_says_why_that_may_be(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("state", running(), refusal(404, "Unknown sid.", "FATAL"))
    with pytest.raises(SearchFailed, match="load balancer"):
        await client.search(query)


async def test_rights_lost_on_the_way_fail_the_search(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("state", job(resultCount=1))
    splunk.script("results", refusal(403, "Forbidden"))
    with pytest.raises(SplunkForbidden):
        await client.search(query)


def _no_one_listens() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def test_a_closed_port_is_tried_again_and_named(query: SearchQuery, pauses: Pauses) -> None:
    url = _no_one_listens()
    async with SplunkClient(SplunkAccess(url=url, token=SecretStr(TOKEN)), pause=pauses) as client:
        with pytest.raises(SplunkUnreachable, match=f"{url.removeprefix('http://')} takes no connection"):
            await client.search(query)
    assert len(pauses) == 3


async def test_what_is_known_to_take_no_connection_is_not_waited_for_by_each_search(
    query: SearchQuery, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run has dozens of searches: each would wait for seconds, and learn nothing new."""
    async with ScriptedSplunk() as splunk:
        port, url = splunk.port, splunk.url
    async with SplunkClient(SplunkAccess(url=url, token=SecretStr(TOKEN)), pause=pauses) as client:
        for _ in range(5):
            with pytest.raises(SplunkUnreachable):
                await client.search(query)
        assert len(pauses) == 3
        async with ScriptedSplunk(port=port):
            await client.search(query)
        for _ in range(2):  # one of them finds the kept connection broken, which is not tried again
            with pytest.raises(SplunkUnreachable):
                await client.search(query)
        assert len(pauses) == 6
        monkeypatch.setattr("bot.splunk.session.GONE_S", 0.0)
        with pytest.raises(SplunkUnreachable):
            await client.search(query)
        assert len(pauses) == 9


async def test_an_unknown_host_is_named(query: SearchQuery, pauses: Pauses) -> None:
    access = SplunkAccess(url="https://splunk.invalid:8089", token=SecretStr(TOKEN))
    async with SplunkClient(access, pause=pauses) as client:
        with pytest.raises(SplunkUnreachable, match=r"splunk\.invalid:8089.*Check SPLUNK_URL and DNS"):
            await client.search(query)


async def test_a_listener_that_never_answers_does_not_hold_a_search_for_ever(
    query: SearchQuery, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.splunk.session.SILENCE_LIMIT_S", 0.05)
    gone = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as mute:
        url = f"http://127.0.0.1:{mute.sockets[0].getsockname()[1]}"
        async with SplunkClient(SplunkAccess(url=url, token=SecretStr(TOKEN)), pause=pauses) as client:
            with pytest.raises(SplunkUnreachable, match="did not answer in time"):
                await client.search(query)
        gone.set()
