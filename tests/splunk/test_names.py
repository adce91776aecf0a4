"""Names are read by one search that the guard takes, and that the sandbox Splunk answers."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.domain.evidence import Row
from bot.domain.names import VisibleNames
from bot.safety.bounds import POLICIES, Origin, limit
from bot.safety.spl import check
from bot.sandbox.splunk import SandboxSplunk
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient
from bot.splunk.names import names_query, visible_names
from tests.shipped import shipped_scenario


@pytest.fixture
async def client() -> AsyncIterator[SplunkClient]:
    async with SandboxSplunk(shipped_scenario("healthy")) as sandbox:
        access = SplunkAccess(url=sandbox.url, token=SecretStr(sandbox.scenario.account.tokens[0]))
        async with SplunkClient(access) as opened:
            yield opened


async def test_the_sandboxs_names_are_seen(client: SplunkClient) -> None:
    seen = await client.names()
    assert {"web", "app", "os"} <= seen.indexes
    assert not any(name.startswith("_") for name in seen.indexes)
    assert "access_combined" in seen.sourcetypes
    assert "fwd01" in seen.hosts


async def test_a_disabled_index_without_an_event_is_known() -> None:
    async with SandboxSplunk(shipped_scenario("disabled_index")) as sandbox:
        access = SplunkAccess(url=sandbox.url, token=SecretStr(sandbox.scenario.account.tokens[0]))
        async with SplunkClient(access) as opened:
            seen = await opened.names()
    assert "web" in seen.indexes
    assert not any(name.startswith("_") for name in seen.indexes)


def test_the_search_is_one_that_the_guard_lets_through() -> None:
    query = names_query(1_700_000_000.0)
    check(query.spl)
    limit(query.spl, query.window, POLICIES[Origin.WORKFLOW])


def test_rows_of_each_kind_are_read_and_others_passed_over() -> None:
    rows: tuple[Row, ...] = ({"index": "web"}, {"host": "h1", "sourcetype": ""}, {"host": ("h2", "h3")}, {"count": "1"})
    assert visible_names(rows) == VisibleNames(indexes=frozenset({"web"}), hosts=frozenset({"h1"}))
