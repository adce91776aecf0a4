"""The page as a browser sees it, without a browser: the stream of what changes, and the deeds."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import ClientResponse, ClientSession

WAIT_AT_MOST_S = 10.0  # for what is on its way already; a broken page fails instead of hanging


class Stream:
    """What one person sees, kept up to date as the page's own state.js does."""

    def __init__(self, response: ClientResponse) -> None:
        self.seen: dict[str, Any] = {}
        self.told: list[dict[str, Any]] = []
        self._response = response

    async def until(self, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Read on until *holds* is true of what is seen."""
        async with asyncio.timeout(WAIT_AT_MOST_S):
            while not holds(self.seen):
                self._take(await self._response.content.readline())
        return self.seen

    def _take(self, line: bytes) -> None:
        assert line, "the page ended the stream"
        if not line.startswith(b"data: "):
            return
        told = json.loads(line.removeprefix(b"data: "))
        self.told.append(told)
        kept = {} if told.get("all") else {key: value for key, value in self.seen.items() if key not in told["gone"]}
        self.seen = kept | told["set"]

    def texts(self) -> list[str]:
        return texts(self.seen)


def texts(seen: dict[str, Any]) -> list[str]:
    return [value["text"] for key, value in sorted(seen.items()) if key.startswith("message:")]


def is_ready(seen: dict[str, Any]) -> bool:
    return bool(seen) and seen["world"]["state"] == "ready"


class PageClient:
    """One browser's requests; *address* as the page says it."""

    def __init__(self, session: ClientSession, address: str) -> None:
        self.session, self.address = session, address

    @contextlib.asynccontextmanager
    async def stream(self, person: str = "ana") -> AsyncIterator[Stream]:
        async with self.session.get(f"{self.address}events?as={person}") as response:
            yield Stream(response)

    async def do(self, deed: str, **told: object) -> dict[str, Any]:
        async with self.session.post(f"{self.address}do/{deed}", json=told) as response:
            answer: dict[str, Any] = await response.json()
            return answer
