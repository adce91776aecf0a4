"""A run's progress in the terminal, on standard error: a live table on a screen, a line a task elsewhere."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bot.domain.event import RunEvent, RunFailed, RunFinished, RunQueued, TaskFinished, TaskStarted
from bot.domain.run import TaskResult
from bot.domain.status import TaskStatus
from bot.engine.preparing import PreparedRun
from bot.safety.hidden import on_one_line, visible

GLYPHS = {
    TaskStatus.CRITICAL: ("✖", "bold red"),
    TaskStatus.WARNING: ("▲", "yellow"),
    TaskStatus.FAILED: ("✖", "magenta"),
    TaskStatus.TIMED_OUT: ("◷", "magenta"),
    TaskStatus.NOT_CHECKED: ("○", "cyan"),
    TaskStatus.INCONCLUSIVE: ("?", "cyan"),
    TaskStatus.SKIPPED: ("~", "dim"),
    TaskStatus.CLEAR: ("✔", "green"),
}


class Progress:
    """An observer that shows the phases of one run and each task in them, and then how long a model is waited for.

    *hurry* is called once nothing but the model, which has *model_limit_s*, is waited for; None where there is none.
    """

    def __init__(
        self,
        prepared: PreparedRun,
        model_limit_s: float | None = None,
        hurry: Callable[[], None] = lambda: None,
        console: Console | None = None,
    ) -> None:
        self._prepared = prepared
        self._model_limit_s, self._hurry = model_limit_s, hurry
        self._checked_at: float | None = None  # when the last check was done, until the run is over
        self._console = console or Console(stderr=True, highlight=False)
        self._started: dict[str, float] = {}
        self._results: dict[str, TaskResult] = {}
        self._live = Live(get_renderable=self._table, console=self._console, refresh_per_second=8, transient=False)

    def __enter__(self) -> Self:
        problem = self._prepared.problem
        understood = ", ".join(map(str, problem.understood))
        told = f"{self._prepared.workflow.title}: {self._prepared.reason}"
        self._console.print(Text(visible(told + (f"; understood: {understood}" if understood else ""))))
        if problem.not_understood:
            self._console.print(Text(visible(problem.not_understood)))
        if self._console.is_terminal:
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.__exit__(kind, error, trace)

    def __call__(self, event: RunEvent) -> None:
        """Take note of *event*, and say it where there is no screen."""
        match event:
            case RunQueued(ahead=ahead):
                self._console.print(f"waiting for a slot, {ahead} ahead")
            case TaskStarted(task_id=task_id, at=at):
                self._started[task_id] = at
            case TaskFinished(result=result):
                self._results[result.task_id] = result
                if not self._console.is_terminal:
                    self._console.print(self._line(result), soft_wrap=True)
                if self._model_limit_s and len(self._results) == len(self._prepared.plan.tasks):
                    self._checked_at = event.at
                    self._hurry()
            case RunFinished() | RunFailed():
                self._checked_at = None

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for phase in self._prepared.plan.phases:
            table.add_row(Text(f"phase {phase.number}", style="bold"))
            for task in phase.tasks:
                result = self._results.get(task.id)
                table.add_row(self._line(result) if result else self._waiting(task.id, task.title))
        if self._checked_at is not None:
            waited = f"  … waiting for the model, up to {self._model_limit_s:g} s; Ctrl-C leaves the rules' verdict  "
            table.add_row(Text(f"{waited}{time.time() - self._checked_at:.0f} s"))
        return table

    def _waiting(self, task_id: str, title: str) -> Text:
        if task_id not in self._started:
            return Text(f"  · {title}", style="dim")
        return Text(f"  … {title}  {time.time() - self._started[task_id]:.1f} s")

    @staticmethod
    def _line(result: TaskResult) -> Text:
        glyph, style = GLYPHS[result.status]
        return Text.assemble(
            "  ",
            (glyph, style),
            f" {result.title}  ",
            (f"{result.duration_s:.1f} s  ", "dim"),
            on_one_line(result.line),
        )
