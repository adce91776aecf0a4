"""What the tests of the Splunk door share."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.domain.evidence import SearchQuery
from bot.domain.window import TimeWindow
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient
from tests.splunk.scripted import ScriptedSplunk

TOKEN = "made-up-token-0123456789"


class Pauses(list[float]):
    """A pause that takes no time, and remembers how long it would have been."""

    async def __call__(self, wait_s: float) -> None:
        self.append(wait_s)
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a proxy of the machine that runs the tests out of them."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def splunk() -> AsyncIterator[ScriptedSplunk]:
    async with ScriptedSplunk() as scripted:
        yield scripted


@pytest.fixture
def access(splunk: ScriptedSplunk) -> SplunkAccess:
    return SplunkAccess(url=splunk.url, token=SecretStr(TOKEN), web_url="https://splunk.example.com")


@pytest.fixture
async def client(access: SplunkAccess, pauses: Pauses) -> AsyncIterator[SplunkClient]:
    async with SplunkClient(access, pause=pauses) as opened:
        yield opened


@pytest.fixture
def query() -> SearchQuery:
    return SearchQuery(
        spl="search index=_internal component=Metrics | stats count",
        window=TimeWindow(earliest=1_700_000_000.25, latest=1_700_003_600),
    )
