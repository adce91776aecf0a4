"""How far a run is, gathered from its events; pure."""

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.event import RunEvent, RunFailed, RunFinished, RunLeft, RunQueued, RunStarted, TaskFinished, TaskStarted
from bot.domain.plan import Phase, Plan
from bot.domain.run import Problem, Run, TaskResult
from bot.domain.status import TaskStatus

TaskState = TaskStatus | Literal["waiting", "running"]


@dataclass(slots=True)
class Progress:
    """What the status message shows. `tell` keeps it up to date."""

    plan: Plan
    problem: Problem
    reason: str = ""  # why this workflow
    run_id: str | None = None
    ahead: int | None = None  # runs before this one, while it waits
    running: set[str] = field(default_factory=set)
    results: dict[str, TaskResult] = field(default_factory=dict)
    run: Run | None = None
    unkept: Run | None = None  # the same, while the store does not have it
    failed: str | None = None
    left: RunLeft | None = None
    resumed: bool = False  # another process began it
    kept: int = 0  # results that the other process had
    carried: int = 0  # clear results of the run that this one checks again
    report_is: str = "below"  # where: said once the run is over

    def tell(self, event: RunEvent) -> bool:
        """Take *event* in; False when it changes nothing that is shown."""
        self.run_id = event.run_id
        match event:
            case RunQueued():
                self.ahead = event.ahead
            case RunStarted():
                self.ahead = None
            case TaskStarted():
                self.running.add(event.task_id)
            case TaskFinished():
                self.running.discard(event.result.task_id)
                self.results[event.result.task_id] = event.result
            case RunFinished():
                self.run, self.unkept = event.run, None if event.kept else event.run
                self.results = {result.task_id: result for result in event.run.results}
            case RunFailed():
                self.failed = event.reason
            case RunLeft():
                self.left = event
            case _:
                return False
        return True

    @property
    def ended(self) -> bool:
        return self.run is not None or self.failed is not None or self.left is not None

    def state(self, task_id: str) -> TaskState:
        if task_id in self.results:
            return self.results[task_id].status
        if self.left is None and self.ended:
            return TaskStatus.SKIPPED
        return "running" if task_id in self.running and self.left is None else "waiting"

    def done(self, phase: Phase) -> int:
        """Count the phase's finished tasks."""
        return sum(task.id in self.results for task in phase.tasks)
