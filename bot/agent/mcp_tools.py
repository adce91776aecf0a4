"""The allowed tools of MCP servers, as a task's agent gets them. What they answer is context: it cannot be cited."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from agents import FunctionTool
from mcp.types import Tool

from bot.agent.fence import cut
from bot.agent.lent import Lent
from bot.agent.mcp_answer import told
from bot.agent.mcp_connection import McpConnection
from bot.agent.search_tools import ROWS_BUDGET, Toolbox
from bot.errors import McpError
from bot.safety.tool_arguments import guarded

_MOST_NAME = 64  # characters, as endpoints take them: letters, digits, _ and -
_MOST_ABOUT = 1_000
_MOST_SCHEMA = 8_000  # bytes; a larger one would crowd out the rows
_MOST_ARGUMENTS = 10_000  # characters
_NOT_CITED = "A tool of the server {server}; its answer has no id, so no finding can rest on it. {about}"


def mcp_tools(connections: Iterable[McpConnection], toolbox: Toolbox, lent: Lent) -> list[FunctionTool]:
    """Return the tools of *connections*, their calls counted at *toolbox*. What comes of them is noted in *lent*."""
    named: dict[str, FunctionTool] = {}
    for connection in connections:
        for tool in connection.tools:
            name = _name(connection.access.name, tool.name)
            schema = _schema(tool)
            if name in named or len(json.dumps(schema)) > _MOST_SCHEMA:
                lent.missed.append(f"The tool {tool.name} of the MCP server {connection.access.name} cannot be offered")
                continue
            about = _NOT_CITED.format(server=connection.access.name, about=cut(tool.description or "", _MOST_ABOUT))
            named[name] = toolbox.tool(name, about, schema, _calling(connection, tool, lent))
    return list(named.values())


def _calling(connection: McpConnection, tool: Tool, lent: Lent) -> Callable[[str], Awaitable[dict[str, Any]]]:
    schema = _schema(tool)
    takes = {**schema["properties"], "$defs": [schema.get("$defs"), schema.get("definitions")]}  # what a $ref leads to

    async def call(given: str) -> dict[str, Any]:
        arguments = _read(given)
        if arguments is None:
            return {"not done": "the arguments are no JSON object of a bearable size"}
        try:
            result = await connection.call(tool.name, guarded(arguments, takes, time.time()))
        except McpError as error:
            lent.missed.append(str(error))
            raise
        # In a thread: reading a long answer takes a while, and Slack wants its acks meanwhile.
        return await asyncio.to_thread(told, result, connection.access.privacy, ROWS_BUDGET)

    return call


def _read(given: str) -> dict[str, Any] | None:
    if len(given) > _MOST_ARGUMENTS:
        return None
    try:
        found = json.loads(given or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _name(server: str, tool: str) -> str:
    """Return a name that tells servers apart and that endpoints take."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", f"{server}__{tool}")[:_MOST_NAME]


def _schema(tool: Tool) -> dict[str, Any]:
    properties = tool.input_schema.get("properties")
    return {**tool.input_schema, "type": "object", "properties": properties if isinstance(properties, dict) else {}}
