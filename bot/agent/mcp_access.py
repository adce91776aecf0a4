"""Where an MCP server is, and which of its tools may be used. Imports no SDK, so that settings can be read cheaply."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from bot.domain.frozen import Frozen
from bot.safety.privacy import SECRETS_ONLY, Privacy


class McpAccess(Frozen):
    """One MCP server: a command to start, or the address of one that runs; and the names of the allowed tools."""

    name: str
    tools: tuple[str, ...]
    command: str | None = None
    args: tuple[str, ...] = ()
    env: dict[str, SecretStr] = Field(default_factory=dict)
    url: str | None = Field(None, repr=False)  # may hold a key
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    time_limit_s: float = 30  # of one call
    start_limit_s: float = 30  # until it has said what tools it has
    privacy: Privacy = SECRETS_ONLY  # who is hidden in what comes back
    deployments: tuple[str, ...] = ()  # of which runs it is used in; none named: all

    def serves(self, splunk: str) -> bool:
        """Say whether runs on the deployment *splunk* may use it; "" is the only one."""
        return not self.deployments or not splunk or splunk in self.deployments

    @property
    def place(self) -> str:
        """What is started, or the host (and port) that is called: no path, no arguments, no secret."""
        if self.url is None:
            return str(self.command)
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
