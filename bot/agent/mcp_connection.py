"""One connection to one MCP server: the allowed ones of its tools, and calls of them, each bounded in time."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import IO, Any, TextIO, cast

import httpx2
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CONNECTION_CLOSED, REQUEST_TIMEOUT, CallToolResult, TextContent, Tool
from pydantic import ValidationError

from bot.agent.mcp_access import McpAccess
from bot.agent.mcp_faults import Heard, sentence_for, sentence_of_call
from bot.errors import McpError
from bot.safety.hidden import on_one_line
from bot.safety.masking import MASK, mask
from bot.safety.redirects import redirected_to

_MOST_PAGES = 20  # of a server's list of tools; one that never ends is no list
_HTTP_SLACK_S = 5.0  # our own limit ends a wait; the HTTP client's is there for what we would not notice
_MOST_READ = 10_000  # characters of what a server has said before it gave up
_MOST_SAID = 200  # of its last line
_MOST_STRAY = 60  # of a line that is no message
_SHORTEST_SECRET = 3  # characters: what is no longer is no secret, and stands everywhere


@dataclass(frozen=True, slots=True)
class McpConnection:
    """An open connection. Calls may be made side by side, from any task."""

    access: McpAccess
    tools: tuple[Tool, ...]  # the allowed ones, in the order of the settings
    found: tuple[str, ...]  # the names of all that the server has
    _client: Client

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> CallToolResult:
        """Return what *tool* answers, be it a failure. Raises McpError when nothing comes."""
        try:
            async with asyncio.timeout(self.access.time_limit_s):
                return await self._client.call_tool(tool, dict(arguments))
        except MCPError as error:
            if error.code in {CONNECTION_CLOSED, REQUEST_TIMEOUT}:
                raise McpError(sentence_of_call(error, self.access, tool)) from error
            return CallToolResult(content=[TextContent(text=error.message)], is_error=True)  # what it says of the call
        except Exception as error:  # what the SDK and its transports raise is no family
            raise McpError(sentence_of_call(error, self.access, tool)) from error


@asynccontextmanager
async def connect(access: McpAccess) -> AsyncIterator[McpConnection]:
    """Open a connection, and close it at the end, in the same task. Raises McpError if it cannot be opened."""
    _hush()
    async with AsyncExitStack() as stack:
        said = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))  # noqa: SIM115 - it is
        heard = Heard()
        try:
            async with asyncio.timeout(access.start_limit_s):
                client = await stack.enter_async_context(await _client(access, stack, said, heard))
                tools = await _tools(client)
        except Exception as error:  # see `call`; a group of them too
            heard.last_words = _last_words(access, said)
            raise McpError(sentence_for(error, access, heard)) from error
        by_name = {tool.name: tool for tool in tools}
        allowed = tuple(by_name[name] for name in dict.fromkeys(access.tools) if name in by_name)
        yield McpConnection(access, allowed, tuple(by_name), client)


async def _client(access: McpAccess, stack: AsyncExitStack, said: IO[str], heard: Heard) -> Client:
    if access.url is None:
        # It inherits no variable of ours beyond PATH and the like, so none of our secrets.
        env = {name: value.get_secret_value() for name, value in access.env.items()}
        started = StdioServerParameters(command=str(access.command), args=list(access.args), env=env)

        async def overhear(message: object) -> None:
            if isinstance(message, ValidationError) and not heard.stray:  # a banner is no harm: many a server has one
                heard.stray = _stray(access, message)

        return Client(stdio_client(started, errlog=cast(TextIO, said)), cache=None, message_handler=overhear)

    async def hear(response: httpx2.Response) -> None:
        heard.status, heard.page = response.status_code, "html" in response.headers.get("content-type", "")
        heard.elsewhere = redirected_to(str(response.request.url), response.headers.get("location"))

    headers = {name: value.get_secret_value() for name, value in access.headers.items()}
    limits = httpx2.Timeout(access.start_limit_s, read=access.time_limit_s + _HTTP_SLACK_S)
    http = httpx2.AsyncClient(headers=headers, timeout=limits, event_hooks={"response": [hear]})
    return Client(streamable_http_client(access.url, http_client=await stack.enter_async_context(http)), cache=None)


async def _tools(client: Client) -> list[Tool]:
    found: list[Tool] = []
    cursor = None
    for _ in range(_MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        found += page.tools
        cursor = page.next_cursor
        if not cursor:
            break
    return found


def _last_words(access: McpAccess, said: IO[str]) -> str:
    """Return the last line that a server wrote before it gave up, as it may be shown."""
    said.seek(0)
    lines = [line.strip() for line in said.read()[-_MOST_READ:].splitlines() if line.strip()]
    return _shown(access, lines[-1] if lines else "", _MOST_SAID)


def _stray(access: McpAccess, fault: ValidationError) -> str:
    """Return the beginning of a line of standard output that is no message of MCP's, as it may be shown."""
    line = str(fault.errors(include_url=False)[0]["input"]).strip()
    shown = on_one_line(_shown(access, line[:_MOST_READ], _MOST_STRAY))
    return f"{shown}…" if len(line) > len(shown) else shown


def _shown(access: McpAccess, line: str, most: int) -> str:
    """Return the first *most* characters of what a server wrote, without the secrets that we gave it."""
    for secret in access.env.values():
        if len(secret.get_secret_value()) > _SHORTEST_SECRET:
            line = line.replace(secret.get_secret_value(), MASK)
    return mask(line)[:most]


def _hush() -> None:
    """Keep what the SDK logs out of our log: it quotes messages, and so rows; its errors reach people as McpErrors."""
    for name in ("mcp", "client", "httpx2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
