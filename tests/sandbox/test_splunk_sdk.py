"""Splunk's own client can search the sandbox: it logs in, reads the server's version and runs searches."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.sandbox.splunk import SandboxSplunk
from tests.shipped import shipped_scenario

_WHY = "splunk-sdk 2 ends with Python 3.12"  # and 3 begins with 3.13; the lock holds it for older Pythons only
client = pytest.importorskip("splunklib.client", reason=_WHY)
results = pytest.importorskip("splunklib.results", reason=_WHY)
SEARCH = "search index=web | stats count by host | sort host"


async def with_sdk(look: Any) -> Any:
    """Connect Splunk's client to a healthy sandbox, and let *look* use it in a thread of its own, for it blocks."""
    async with SandboxSplunk(shipped_scenario("healthy")) as splunk:
        return await asyncio.to_thread(lambda: look(connected(splunk.url)))


def connected(url: str) -> Any:
    where = urlsplit(url)
    return client.connect(
        scheme="http", host=where.hostname, port=where.port, username="troubleshooter", password="sandbox"
    )


def rows_of(answer: Any) -> list[dict[str, str]]:
    return [row for row in results.JSONResultsReader(answer) if isinstance(row, dict)]


async def test_it_connects_and_reads_what_server_it_is() -> None:
    version, roles = await with_sdk(lambda service: (service.info["version"], service.info["server_roles"]))
    assert version == "10.0.2"
    assert "search_head" in roles


async def test_a_oneshot_search_gives_its_rows() -> None:
    rows = await with_sdk(
        lambda service: rows_of(service.jobs.oneshot(SEARCH, earliest_time="-15m", output_mode="json"))
    )
    assert [row["host"] for row in rows] == ["fwd01", "fwd02", "fwd03", "fwd04", "fwd05"]
    assert all(int(row["count"]) in range(40, 50) for row in rows)


async def test_a_normal_job_is_polled_read_and_cancelled() -> None:
    def look(service: Any) -> tuple[list[dict[str, str]], str, int]:
        job = service.jobs.create(SEARCH, earliest_time="-15m")
        while not job.is_done():  # each look is a request, and the job is done after a few
            pass
        rows = rows_of(job.results(output_mode="json", count=3))
        found = rows, job["isFailed"], int(job["resultCount"])
        job.cancel()
        return found

    rows, failed, count = await with_sdk(look)
    assert [row["host"] for row in rows] == ["fwd01", "fwd02", "fwd03"]
    assert (failed, count) == ("0", 5)
