"""Every shipped search, run for real by the sandbox Splunk: none is refused, and each brings its columns."""

import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.domain.evidence import SearchQuery
from bot.domain.workflow import DEFAULT_WINDOW, Probe
from bot.safety.times import window
from bot.safety.values import fill
from bot.sandbox.splunk import SandboxSplunk
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient
from tests.shipped import TASKS, shipped_scenario

PROBES = {name: probe for task in TASKS for name, probe in task.probes.items()}
NAMED = {"index": "web", "sourcetype": "access_combined", "host": "fwd01"}
SHOW_NOTHING_IN_HEALTH = {  # of a healthy deployment
    "access_changes",
    "blocked_then",
    "closed_ports",
    "cluster_peers",
    "cut_lines",
    "deferrals",
    "failed_actions",
    "frozen_by_size",
    "future",
    "generation",
    "hec_errors",
    "kv_errors",
    "out_of_space",
    "quiet_sources",
    "restarts",
    "schedules_then",
    "silent_list",
    "skip_reasons",
    "unknown_indexes",
    "volume_gaps",
}


@pytest.fixture(scope="module")
def now() -> float:
    return time.time()


@pytest.fixture
async def client(now: float) -> AsyncIterator[SplunkClient]:
    async with SandboxSplunk(shipped_scenario("healthy"), now=now) as sandbox:
        access = SplunkAccess(url=sandbox.url, token=SecretStr(sandbox.scenario.account.tokens[0]))
        async with SplunkClient(access) as opened:
            yield opened


def query(probe: Probe, now: float) -> SearchQuery:
    earliest, latest = (fill(getattr(probe, name) or usual, DEFAULT_WINDOW) for name, usual in DEFAULT_WINDOW.items())
    return SearchQuery(spl=fill(probe.spl, NAMED), window=window(earliest, latest, now), max_rows=probe.max_rows)


@pytest.mark.parametrize("name", PROBES)
async def test_a_shipped_search_brings_its_columns(name: str, client: SplunkClient, now: float) -> None:
    outcome = await client.search(query(PROBES[name], now))
    assert outcome.messages == ()
    assert bool(outcome.rows) is not (name in SHOW_NOTHING_IN_HEALTH)
    for row in outcome.rows:
        assert set(PROBES[name].columns) <= set(row)
