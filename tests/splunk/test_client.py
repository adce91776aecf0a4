"""Searches over a real socket: begun, watched, read, and cancelled when nobody waits for them."""

import asyncio
from contextlib import suppress

import pytest
from aiohttp import web

from bot.domain.evidence import SearchQuery
from bot.errors import SearchFailed, SearchOutOfBounds, SplunkBusy, SplunkError, SplunkUnreachable, UnsafeSearch
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient
from tests.splunk.conftest import Pauses
from tests.splunk.scripted import Held, ScriptedSplunk, cut_connection, job, refusal, reply, running


async def test_a_search_gives_its_rows(splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery) -> None:
    splunk.rows = [{"host": "a", "value": ["1", "2"]}, {"host": "b"}]
    outcome = await client.search(query)
    assert outcome.rows == ({"host": "a", "value": ("1", "2")}, {"host": "b"})
    assert (outcome.row_count, outcome.partial, outcome.messages) == (2, False, ())
    assert outcome.sid == splunk.asked("begin")[0].fields["id"]
    assert outcome.link is not None
    assert outcome.link.startswith("https://splunk.example.com/en-US/app/search/search?q=search%20index")


async def test_both_bounds_are_always_sent(splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery) -> None:
    await client.search(query)
    form = splunk.asked("begin")[0].fields
    assert (form["earliest_time"], form["latest_time"]) == ("1700000000.25", "1700003600")
    assert (form["exec_mode"], form["max_time"], form["auto_cancel"]) == ("normal", "70", "60")


async def test_an_unsafe_search_is_never_sent(splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery) -> None:
    with pytest.raises(UnsafeSearch):
        await client.search(query.model_copy(update={"spl": "search index=x | delete"}))
    assert splunk.calls == []


async def test_a_search_out_of_bounds_is_never_sent(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    ten_years = query.window.model_copy(update={"earliest": 1_400_000_000.0})
    with pytest.raises(SearchOutOfBounds):
        await client.search(query.model_copy(update={"window": ten_years}))
    assert splunk.calls == []


async def test_a_bare_search_is_sent_as_splunk_web_would(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    await client.search(query.model_copy(update={"spl": "index=_internal | head 1"}))
    assert splunk.asked("begin")[0].fields["search"] == "search index=_internal | head 1"


async def test_an_empty_204_is_not_ready_yet(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery, pauses: Pauses
) -> None:
    splunk.script("state", reply(status=204), running(), job(resultCount=1))
    splunk.rows = [{"host": "a"}]
    assert len((await client.search(query)).rows) == 1
    assert pauses == pytest.approx([0.05, 0.08])


async def test_a_splunk_without_v2_is_asked_by_v1_from_then_on(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("begin", refusal(404, "Not Found"), splunk._begin)
    await client.search(query)
    await client.search(query)
    assert [call.path.removeprefix("/servicesNS/nobody/search/") for call in splunk.asked("begin")] == [
        "search/v2/jobs",
        "search/jobs",
        "search/jobs",
    ]
    assert all(call.path.startswith("/services/search/jobs/") for call in splunk.asked("state"))


async def test_an_app_that_splunk_lacks_is_named(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("begin", refusal(404, "Application does not exist: search"))
    with pytest.raises(SearchFailed, match="SPLUNK_APP"):
        await client.search(query)


async def test_a_hundred_thousand_rows_are_cut_and_it_is_said(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.rows = [{"n": str(n)} for n in range(100_000)]
    outcome = await client.search(query.model_copy(update={"max_rows": 2500}))
    assert [row["n"] for row in outcome.rows] == [str(n) for n in range(2500)]
    assert [call.fields["count"] for call in splunk.asked("results")] == ["1000", "1000", "500"]
    assert (outcome.row_count, outcome.partial) == (100_000, True)
    assert outcome.messages == ("Only the first 2,500 of 100,000 or more rows were read.",)


async def test_an_endless_answer_is_read_to_a_bound_and_its_whole_rows_kept(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without_end(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"preview": false, "results": [{"n": "0"}')
        with suppress(ConnectionError):  # the client goes when it has had enough
            while True:
                await response.write(b', {"n": "1"}' * 100)
        return response

    monkeypatch.setattr("bot.splunk.client.MAX_ANSWER_BYTES", 10_000)
    splunk.script("state", job(resultCount=1000))
    splunk.script("results", without_end)
    outcome = await client.search(query)
    assert 800 < len(outcome.rows) < 850
    assert outcome.rows[-1] == {"n": "1"}
    assert outcome.partial
    assert len(splunk.asked("results")) == 1


async def test_a_search_that_failed_is_no_search_without_rows(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    fatal = {"type": "FATAL", "text": "Error in 'stats' command: password=hunter22 is odd."}
    splunk.script("state", job(dispatchState="FAILED", isFailed=True, messages=[fatal]))
    with pytest.raises(SearchFailed, match="Error in 'stats' command") as caught:
        await client.search(query)
    assert "hunter22" not in str(caught.value)
    assert splunk.asked("control") == []


@pytest.mark.parametrize("where", ["state", "results"])
async def test_a_fatal_message_fails_a_search_that_calls_itself_done(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery, where: str
) -> None:
    fatal = [{"type": "FATAL", "text": "Too bad"}]
    splunk.script(where, job(messages=fatal) if where == "state" else reply({"results": [], "messages": fatal}))
    with pytest.raises(SearchFailed, match="Too bad"):
        await client.search(query)


@pytest.mark.parametrize("content", [{"isZombie": True}, {"dispatchState": "USER_CANCEL"}])
async def test_a_search_ended_by_others_failed(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery, content: dict[str, object]
) -> None:
    splunk.script("state", job(isDone=False, **content))
    with pytest.raises(SearchFailed):
        await client.search(query)


async def test_a_dead_peer_makes_a_done_search_partial(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    warn = {"type": "WARN", "text": "Unable to distribute to peer named idx2 because it is down."}
    splunk.script("state", job(messages=[warn]))
    splunk.script("results", reply({"results": [], "messages": [warn]}))
    outcome = await client.search(query)
    assert outcome.partial
    assert outcome.messages == (warn["text"],)


async def test_what_makes_a_search_partial_is_told_even_as_an_info(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    text = "[subsearch]: Search auto-finalized after time limit (60 seconds) reached."
    splunk.script("state", job(messages=[{"type": "INFO", "text": text}]))
    outcome = await client.search(query)
    assert (outcome.partial, outcome.messages) == (True, (text,))


async def test_secrets_in_what_splunk_says_are_masked(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("state", job(messages=[{"type": "WARN", "text": "lookup failed: password=hunter22"}]))
    [message] = (await client.search(query)).messages
    assert "hunter22" not in message


async def test_a_finalized_search_is_partial(splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery) -> None:
    splunk.script("state", job(isFinalized=True))
    assert (await client.search(query)).partial


async def test_a_substituted_time_range_is_told(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    messages = [
        {"type": "INFO", "text": "Your timerange was substituted based on your search string"},
        {"type": "INFO", "text": "Everything is fine"},
    ]
    splunk.script("state", job(messages=messages))
    outcome = await client.search(query)
    assert outcome.messages == (messages[0]["text"],)
    assert not outcome.partial


async def test_a_broken_connection_while_watching_does_not_lose_the_search(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.rows = [{"host": "a"}]
    splunk.script("state", cut_connection, splunk._state)
    splunk.script("results", cut_connection, splunk._results)
    assert len((await client.search(query)).rows) == 1


async def test_a_broken_connection_while_beginning_is_not_tried_again(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("begin", cut_connection)
    with pytest.raises(SplunkUnreachable, match="broke off"):
        await client.search(query)
    assert len(splunk.asked("begin")) == 1


async def test_a_search_past_its_limit_is_cancelled_in_splunk(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("state", running())
    with pytest.raises(SearchFailed, match=r"took longer than 0\.05 s"):
        await client.search(query.model_copy(update={"time_limit_s": 0.05}))
    assert [call.fields["action"] for call in splunk.asked("control")] == ["cancel"]


@pytest.mark.parametrize(("state", "error"), [("QUEUED", SplunkBusy), ("RUNNING", SearchFailed)])
async def test_a_search_that_never_left_splunks_queue_found_it_busy(
    splunk: ScriptedSplunk, access: SplunkAccess, query: SearchQuery, state: str, error: type[SplunkError]
) -> None:
    async def until_the_limit(_: float) -> None:
        raise TimeoutError

    splunk.script("state", job(dispatchState=state, isDone=False))
    async with SplunkClient(access, pause=until_the_limit) as client:
        with pytest.raises(error):
            await client.search(query)
    assert len(splunk.asked("control")) == 1


async def test_no_results_may_be_an_empty_204(splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery) -> None:
    splunk.script("results", reply(status=204))
    assert (await client.search(query)).rows == ()


async def test_cancelling_the_wait_cancels_the_search_in_splunk(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("state", running())
    searching = asyncio.create_task(client.search(query))
    await splunk.heard("state")
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    [control] = splunk.asked("control")
    assert control.path == f"/services/search/v2/jobs/{splunk.asked('begin')[0].fields['id']}/control"


async def test_a_search_whose_beginning_was_not_answered_yet_is_cancelled_too(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    held = Held(splunk._begin)
    splunk.script("begin", held)
    searching = asyncio.create_task(client.search(query))
    await held.asked.wait()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    held.release.set()
    assert splunk.asked("begin")[0].fields["id"] in splunk.asked("control")[0].path


async def test_a_second_cancellation_does_not_stop_the_first(
    splunk: ScriptedSplunk, access: SplunkAccess, query: SearchQuery, caplog: pytest.LogCaptureFixture
) -> None:
    splunk.script("state", running())
    held = Held(reply({}))
    splunk.script("control", held)
    async with SplunkClient(access, pause=Pauses()) as client:
        searching = asyncio.create_task(client.search(query))
        await splunk.heard("state")
        searching.cancel()
        await held.asked.wait()
        [cancelling] = client._cancelling
        searching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await searching
        assert not cancelling.done()
        held.release.set()
    assert cancelling.done()
    assert not cancelling.cancelled()
    assert caplog.records == []  # it went through


async def test_a_search_that_is_gone_when_cancelled_is_no_matter(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery, caplog: pytest.LogCaptureFixture
) -> None:
    splunk.script("state", running())
    splunk.script("control", refusal(404, "Unknown sid.", "FATAL"))
    with pytest.raises(SearchFailed, match="took longer"):
        await client.search(query.model_copy(update={"time_limit_s": 0.05}))
    assert caplog.records == []


async def test_an_answer_of_another_shape_is_not_splunk(
    splunk: ScriptedSplunk, client: SplunkClient, query: SearchQuery
) -> None:
    splunk.script("results", reply({"results": "none"}))
    with pytest.raises(SplunkUnreachable, match="does not answer as Splunk does"):
        await client.search(query)
