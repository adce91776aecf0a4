"""How a workflow's tasks fall into phases."""

from bot.domain.frozen import Frozen
from bot.domain.workflow import TaskDefinition, WorkflowDefinition


class Phase(Frozen):
    """Tasks of equal dependency depth: what a person sees as one step. It is no barrier."""

    number: int  # from 1
    tasks: tuple[TaskDefinition, ...]


class Plan(Frozen):
    """A workflow's tasks in phases; a task's needs are always in earlier phases."""

    workflow: WorkflowDefinition
    phases: tuple[Phase, ...]

    @property
    def tasks(self) -> tuple[TaskDefinition, ...]:
        """All tasks, phase by phase."""
        return tuple(task for phase in self.phases for task in phase.tasks)

    @property
    def parallel_efficiency(self) -> float:
        """1 - (phases - 1) / (tasks - 1), a fraction; 1.0 for one task."""
        tasks = len(self.tasks)
        return 1.0 if tasks == 1 else 1 - (len(self.phases) - 1) / (tasks - 1)
