"""A look at one MCP server, for `check --online`: what it has, and what of that is allowed."""

import time
from dataclasses import dataclass
from difflib import get_close_matches

from mcp.types import Tool

from bot.agent.fence import cut
from bot.agent.mcp_access import McpAccess
from bot.agent.mcp_connection import connect

_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class McpLook:
    """What there is to say of a server that answered."""

    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    facts: tuple[str, ...]


async def look(access: McpAccess) -> McpLook:
    """Connect, and compare the tools with the allowed ones. Calls none. Raises McpError."""
    began = time.perf_counter()
    async with connect(access) as connection:
        took_s = time.perf_counter() - began
        allowed = ", ".join(cut(tool.name, 60) for tool in connection.tools) or "none"
        return McpLook(
            problems=tuple(_missing(name, connection.found) for name in access.tools if name not in connection.found),
            warnings=tuple(
                f"the allowed tool {tool.name} says of itself that it changes things"
                for tool in connection.tools
                if _changes(tool)
            ),
            facts=(
                f"{access.place} answered in {took_s:.1f} s; it has {len(connection.found)} tools; allowed: {allowed}",
            ),
        )


def _missing(name: str, found: tuple[str, ...]) -> str:
    alike = get_close_matches(name, found, n=1)
    has = ", ".join(cut(each, 60) for each in sorted(found)[:_MOST_NAMES])
    return f"it has no tool {name}. " + (f"Is {cut(alike[0], 60)} meant?" if alike else f"It has: {has}.")


def _changes(tool: Tool) -> bool:
    said = tool.annotations
    return said is not None and (said.read_only_hint is False or bool(said.destructive_hint))
