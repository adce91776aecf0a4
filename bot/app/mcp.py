"""The part of the composition root that opens MCP servers."""

import contextlib
import logging
import os
import shutil
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.agent.mcp_access import McpAccess
from bot.safety.privacy import SECRETS_ONLY, Privacy
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.agent.mcp_check import McpLook
    from bot.agent.mcp_servers import McpServers  # the SDK is imported only where there are some

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def open_mcp(settings: Settings, privacy: Privacy) -> AsyncIterator["McpServers | None"]:
    """Open what lends the tools of MCP servers to runs; None where there are none. Connects to nobody yet."""
    if not settings.mcp:
        yield None
        return
    from bot.agent.mcp_servers import McpServers  # noqa: PLC0415 - see above

    for told in cannot_start(settings).values():
        _log.warning("%s", told)
    async with McpServers(tuple(mcp_access(settings, name, privacy) for name in settings.mcp)) as servers:
        yield servers


def mcp_access(settings: Settings, name: str, privacy: Privacy = SECRETS_ONLY) -> McpAccess:
    """Return how to reach the MCP server *name*."""
    one = settings.mcp[name]
    return McpAccess(
        name=name,
        tools=one.tools,
        command=one.command,
        args=one.args,
        env={**{key: SecretStr(value) for key, value in one.env.items()}, **one.env_from},
        url=one.url_from.get_secret_value() if one.url_from else one.url,
        headers={**{key: SecretStr(value) for key, value in one.headers.items()}, **one.headers_from},
        time_limit_s=one.time_limit_s,
        start_limit_s=one.start_limit_s,
        privacy=privacy,
        deployments=one.deployments or (),
    )


def cannot_start(settings: Settings) -> dict[str, str]:
    """Return a sentence for each server whose command there is not, by its name: it costs its tools only."""
    told = dict[str, str]()
    for name, server in settings.mcp.items():
        path = server.env.get("PATH") or os.environ.get("PATH")  # what a started server gets
        if server.command and shutil.which(server.command, path=path) is None:
            why = "is no program that can be started" if os.sep in server.command else "is not found on PATH"
            told[name] = f"mcp.{name}.command: {server.command} {why}. Install it, or write its whole path."
    return told


def mcp_title(name: str) -> str:
    """Return what a check calls the MCP server *name*."""
    return f"MCP server {name}"


async def look_at_mcp(settings: Settings, name: str) -> "McpLook":
    """Connect to one server, and say what of it is allowed and there. Raises McpError."""
    from bot.agent.mcp_check import look  # noqa: PLC0415 - as in open_mcp

    return await look(mcp_access(settings, name))
