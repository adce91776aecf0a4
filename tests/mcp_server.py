"""A small real MCP server, over stdio as a program of its own, and over streamable HTTP on loopback.

async with served() as server:
    ...  # server.url, then server.calls and server.headers
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations
from starlette.types import Receive, Scope, Send


@dataclass
class Served:
    """What a server was asked."""

    url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    hanging: asyncio.Event = field(default_factory=asyncio.Event)  # set when a call begins to hang


def made(record: Served) -> MCPServer:
    """Return a server with good tools, failing ones, and one that never answers."""
    server = MCPServer("tests", log_level="CRITICAL")

    @server.tool(annotations=ToolAnnotations(read_only_hint=True))
    def owner_of(host: str) -> str:
        """Say who owns a host."""
        record.calls.append(("owner_of", {"host": host}))
        return f"{host} belongs to team storage, password=hunter2hunter2, 4711 disks"

    @server.tool()
    def run_search(query: str, earliest_time: str = "0", latest_time: str = "now") -> dict[str, Any]:
        """Search Splunk."""
        given = {"query": query, "earliest_time": earliest_time, "latest_time": latest_time}
        record.calls.append(("run_search", given))
        return {"status": "success", "results": [{"host": f"idx{number}", "n": "x" * 90} for number in range(500)]}

    @server.tool()
    def fails_in_words() -> str:
        """Fail as many tools do: in plain text that nothing marks."""
        return "Error: could not connect to Splunk"

    @server.tool()
    def fails() -> str:
        """Fail as tools should."""
        raise ValueError("no such lookup")

    @server.tool()
    async def hangs() -> str:
        """Never answer."""
        record.hanging.set()
        await asyncio.Event().wait()
        return ""

    @server.tool(annotations=ToolAnnotations(destructive_hint=True))
    def wipe() -> str:
        """Change things."""
        record.calls.append(("wipe", {}))
        return "gone"

    @server.tool()
    def environment() -> dict[str, Any]:
        """Say in which process it runs, and with which variables."""
        return {"pid": os.getpid(), "names": sorted(os.environ), "word": os.environ.get("A_WORD")}

    return server


@asynccontextmanager
async def served() -> AsyncIterator[Served]:
    """Serve on loopback until the end."""
    record = Served()
    app = made(record).streamable_http_app(json_response=True)

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            record.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        await app(scope, receive, send)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        record.url = f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        config = uvicorn.Config(noting, log_level="critical")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([listening]), name="MCP server")
        try:
            yield record
        finally:
            server.should_exit = server.force_exit = True
            await serving


if __name__ == "__main__":
    made(Served()).run("stdio")
