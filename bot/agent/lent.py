"""What a task had of MCP servers. It is context for its model, and proves nothing."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Lent:
    """Who did not answer, a sentence each."""

    missed: list[str] = field(default_factory=list)
