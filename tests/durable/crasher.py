"""`troubleshooter` with a bomb in it: kills itself, as the kernel would, at one point of its work.

Run as `python crasher.py POINT COMMAND …`. POINT is "before sent:report" or "after keep_result:license_verification";
with "freeze " before it the process is stopped there, as by SIGSTOP, until somebody wakes it. With "" it only writes
the points that it passes to the file that CRASH_POINTS names, a line each. With WITHOUT_SLACK_LIMITS set it keeps to
none of Slack's limits.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from slack_sdk.web.async_client import AsyncWebClient

from bot.cli import main
from bot.slack.budget import Budget
from bot.store.journal import StoredJournal
from bot.store.runs import StoredRuns

Method = Callable[..., Awaitable[Any]]

WRITES = ("keep_plan", "keep_search", "keep_model_call", "keep_result", "keep_run", "end", "intend", "sent")
TAKES = ("accept", "take")
FREEZE = "freeze "
SENDS = ("chat_postMessage", "chat_update")


class Bomb:
    """Goes off at *point*, the first time it is passed; each is numbered where it has no name of its own."""

    def __init__(self, point: str, log: str | None) -> None:
        self.point = point
        self.log = log
        self.passed: dict[str, int] = {}

    def pass_(self, point: str) -> None:
        self.passed[point] = self.passed.get(point, 0) + 1
        if self.passed[point] > 1:
            point = f"{point} #{self.passed[point]}"
        if self.log:
            with Path(self.log).open("a") as file:
                file.write(f"{point}\n")
        if point == self.point.removeprefix(FREEZE):
            os.kill(os.getpid(), signal.SIGSTOP if self.point.startswith(FREEZE) else signal.SIGKILL)

    def wrap(self, owner: type, name: str) -> None:
        plain: Method = getattr(owner, name)

        async def wrapped(*given: Any, **named: Any) -> Any:
            point = f"{name}:{label(name, given, named)}"
            self.pass_(f"before {point}")
            result = await plain(*given, **named)
            self.pass_(f"after {point}")
            return result

        setattr(owner, name, wrapped)


def label(name: str, given: tuple[Any, ...], named: dict[str, Any]) -> str:
    """Name what a call is about."""
    if name in {"intend", "sent"}:
        return str(given[1])
    if name == "keep_result":
        return str(given[1].task_id)
    if name == "chat_postMessage":
        return str(named["metadata"]["event_payload"]["key"]).partition(".")[2] or "other"
    return ""


def arm(bomb: Bomb) -> None:
    for owner, names in ((StoredJournal, WRITES), (StoredRuns, TAKES), (AsyncWebClient, SENDS)):
        for name in names:
            bomb.wrap(owner, name)


if __name__ == "__main__":
    if os.environ.get("WITHOUT_SLACK_LIMITS"):
        Budget.wait_s = lambda *_: 0.0  # type: ignore[method-assign]  # a sandbox Slack that enforces none
    arm(Bomb(sys.argv[1], os.environ.get("CRASH_POINTS")))
    main(sys.argv[2:])
