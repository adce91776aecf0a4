"""The client against the sandbox Splunk, which runs each search for real and keeps splunkd's manners."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.domain.evidence import SearchQuery
from bot.domain.window import TimeWindow
from bot.errors import SearchFailed, SplunkBusy, SplunkUnauthorized, SplunkUnreachable
from bot.sandbox.splunk import SandboxSplunk
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient
from tests.shipped import shipped_scenario
from tests.splunk.conftest import Pauses

NOW = 1_700_000_000.0
HOUR = TimeWindow(earliest=NOW - 3600, latest=NOW)
COUNT = SearchQuery(spl="search index=web | stats count by host", window=HOUR)


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxSplunk]:
    async with SandboxSplunk(shipped_scenario("healthy"), now=NOW) as opened:
        yield opened


@pytest.fixture
async def client(sandbox: SandboxSplunk, pauses: Pauses) -> AsyncIterator[SplunkClient]:
    access = SplunkAccess(url=sandbox.url, token=SecretStr(sandbox.scenario.account.tokens[0]))
    async with SplunkClient(access, pause=pauses) as opened:
        yield opened


async def test_a_search_is_run_over_its_window(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    outcome = await client.search(COUNT)
    assert [row["host"] for row in outcome.rows] == ["fwd01", "fwd02", "fwd03", "fwd04", "fwd05"]
    assert (outcome.row_count, outcome.partial, outcome.messages) == (5, False, ())
    [sent] = sandbox.searches
    assert (sent.sid, sent.earliest_time, sent.latest_time) == (outcome.sid, "1699996400", "1700000000")
    assert sandbox.cancelled == []


async def test_an_expired_token_is_told(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    sandbox.faults.unauthorized = True
    with pytest.raises(SplunkUnauthorized, match="SPLUNK_TOKEN"):
        await client.search(COUNT)


async def test_a_dead_splunk_is_told(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    sandbox.faults.down = True
    with pytest.raises(SplunkUnreachable, match=re.escape(sandbox.url.removeprefix("http://"))):
        await client.search(COUNT)


async def test_a_proxys_page_is_told(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    sandbox.faults.html = True
    with pytest.raises(SplunkUnreachable, match="web page"):
        await client.search(COUNT)


@pytest.mark.parametrize("kind", ["instance", "role"])
async def test_a_busy_splunk_is_waited_for(sandbox: SandboxSplunk, client: SplunkClient, kind: str) -> None:
    sandbox.faults.busy_kind = kind
    sandbox.faults.busy_times = 3
    assert len((await client.search(COUNT)).rows) == 5
    sandbox.faults.busy_times = 4
    with pytest.raises(SplunkBusy, match="srchJobsQuota"):
        await client.search(COUNT)


async def test_a_failed_search_is_told(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    sandbox.faults.fatal_for = "index=web"
    with pytest.raises(SearchFailed, match="exited with code 111"):
        await client.search(COUNT)


async def test_a_dead_peer_makes_it_partial(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    sandbox.faults.partial_for = "index=web"
    outcome = await client.search(COUNT)
    assert outcome.partial
    assert "idx2" in outcome.messages[0]


async def test_stopping_the_wait_stops_the_search(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    sandbox.faults.hold = asyncio.Event()
    searching = asyncio.create_task(client.search(COUNT))
    await sandbox.until(lambda: bool(sandbox.running))
    [sid] = sandbox.running
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert (sandbox.cancelled, sandbox.running) == ([sid], [])


async def test_a_search_past_its_limit_is_stopped(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    sandbox.faults.hold = asyncio.Event()
    with pytest.raises(SearchFailed, match="took longer"):
        await client.search(COUNT.model_copy(update={"time_limit_s": 0.2}))
    assert sandbox.running == []


async def test_the_account_is_looked_at(client: SplunkClient) -> None:
    found = await client.inspect()
    assert (found.problems, found.warnings) == ((), ())
    assert (found.username, found.roles, found.quota) == ("troubleshooter", ("troubleshooter",), 6)
    assert await client.quota() == 6


async def test_roles_that_may_not_be_seen_leave_the_quota_unknown(sandbox: SandboxSplunk, client: SplunkClient) -> None:
    sandbox.faults.forbidden = ["authorization/*"]
    assert await client.quota() is None


async def test_a_password_signs_in(sandbox: SandboxSplunk) -> None:
    account = sandbox.scenario.account
    access = SplunkAccess(url=sandbox.url, username=account.name, password=SecretStr(account.password))
    async with SplunkClient(access) as client:
        assert len((await client.search(COUNT)).rows) == 5


async def test_a_wrong_password_is_sent_once(sandbox: SandboxSplunk) -> None:
    access = SplunkAccess(url=sandbox.url, username=sandbox.scenario.account.name, password=SecretStr("wrong"))
    async with SplunkClient(access) as client:
        found = await asyncio.gather(*(client.search(COUNT) for _ in range(5)), return_exceptions=True)
    assert {type(error) for error in found} == {SplunkUnauthorized}
    assert [path for _, path in sandbox.requests] == ["/services/auth/login"]
