"""What comes before a run: reading the problem, choosing the workflow and the deployment, or asking the person."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.kept import KeptPlan
from bot.domain.plan import Plan
from bot.domain.run import Problem, RunRequest
from bot.domain.workflow import WorkflowDefinition
from bot.engine.deployments import Deployments
from bot.engine.planner import plan
from bot.engine.problem import read, subject
from bot.engine.selector import named, rank, winner
from bot.errors import UnknownWorkflow, UsageError
from bot.safety.privacy import Privacy


@dataclass(frozen=True, slots=True)
class Choice:
    """A workflow that the person may have meant."""

    workflow: str
    title: str
    about: str
    score: float


class NeedsChoice(UsageError):
    """No workflow, or more than one, fits the problem: ask the person. `choices` holds all, the likeliest first."""

    def __init__(self, sentence: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(sentence)
        self.choices = choices


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """A run that can start: what was understood, and why this workflow."""

    request: RunRequest
    workflow: WorkflowDefinition
    plan: Plan
    problem: Problem
    reason: str
    now: float = field(default_factory=time.time)  # epoch seconds: what the problem's relative times count from
    splunk: str | None = None  # the deployment's name; None for the default


def resumed(kept: KeptPlan, request: RunRequest) -> PreparedRun:
    """Prepare a run as it was settled before, whatever its workflow's file says by now."""
    return PreparedRun(request, kept.workflow, plan(kept.workflow), kept.problem, kept.reason, kept.now, kept.splunk)


def settled(prepared: PreparedRun) -> KeptPlan:
    """Return what a store keeps of *prepared*, for `resumed` to read back."""
    return KeptPlan(
        workflow=prepared.workflow,
        problem=prepared.problem,
        reason=prepared.reason,
        now=prepared.now,
        splunk=prepared.splunk,
    )


async def prepare(
    request: RunRequest, workflows: Mapping[str, WorkflowDefinition], deployments: Deployments, privacy: Privacy
) -> PreparedRun:
    """Read the problem and choose. Starts nothing.

    Raises UsageError for an empty problem, UnknownWorkflow, UnknownDeployment, and NeedsChoice when the text does not
    decide.
    """
    splunk = deployments.named(request.splunk)
    asked = named(request.problem, workflows) if request.workflow is None else None
    if asked:
        request = request.model_copy(update={"workflow": asked[0].id, "problem": asked[1]})
    now = time.time()
    problem = read(request.problem, now, request.time_zone, await deployments[splunk].book.names(), privacy)
    if not problem.text:
        raise UsageError("Say what is wrong, for example: no events in index=web since 10:15")
    workflow, reason = _choose(request, problem, workflows)
    if deployments.several:
        reason = f"on @{splunk}; {reason}"
    return PreparedRun(request, workflow, plan(workflow), problem, reason, now, splunk)


def _choose(
    request: RunRequest, problem: Problem, workflows: Mapping[str, WorkflowDefinition]
) -> tuple[WorkflowDefinition, str]:
    if request.workflow is not None:
        if request.workflow not in workflows:
            known = ", ".join(workflows)
            raise UnknownWorkflow(f"There is no workflow {request.workflow[:60]!r}. There are: {known}.")
        return workflows[request.workflow], "asked for by name"
    ranked = rank(subject(problem), workflows)
    best = winner(ranked)
    if best is None:
        choices = tuple(
            Choice(one.workflow.id, one.workflow.title, one.workflow.about, round(one.score, 2)) for one in ranked
        )
        raise NeedsChoice("I am not sure which checks fit that. Choose one:", choices)
    return best.workflow, best.reason
