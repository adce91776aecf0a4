"""A Slack channel in the terminal: redrawn in place on a screen, told change by change elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from bot.sandbox.slack.terminal import render, render_thread
from bot.sandbox.slack.workspace import Message, Workspace


class ThreadScreen:
    """Shows everything that is said, to everybody or in private."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, transient=True, auto_refresh=False) if console.is_terminal else None
        self._workspace: Workspace | None = None
        self._told: dict[str, list[str]] = {}

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
            if self._workspace:
                self._console.print(Text(self._drawn(self._workspace)), soft_wrap=True)

    def show(self, workspace: Workspace) -> None:
        """Draw what the workspace holds now."""
        self._workspace = workspace
        if self._live:
            self._live.update(Text(self._drawn(workspace)), refresh=True)
            return
        for message in workspace.messages:
            self._tell(workspace, message)

    @staticmethod
    def _drawn(workspace: Workspace) -> str:
        return render_thread([message for message in workspace.messages if not message.deleted], workspace)

    def _tell(self, workspace: Workspace, message: Message) -> None:
        """Print a new message whole, and of an edited one the lines that changed."""
        lines = render(message, workspace).splitlines()
        before = self._told.get(message.ts)
        if before == lines:
            return
        self._told[message.ts] = lines
        who = workspace.user(message.user).real_name + ("  (only visible to you)" if message.is_ephemeral else "")
        margin = "    " if message.thread_ts not in {None, message.ts} else ""
        fresh = lines if before is None else [line for line in lines if line not in before and line != "(edited)"]
        told = [who if before is None else f"{who} (edited)", *fresh]
        self._console.print(Text("\n".join(f"{margin}{line}" for line in told)), soft_wrap=True)
