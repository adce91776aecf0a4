"""The arm in which a model alone decides: the same searches, no rule, its own claims taken as they are.

It is there to be compared with. A model knows no rule ids, so this arm is graded by checks.
"""

from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from bot.app.accesses import model_access
from bot.domain.event import ModelCalled, RunEvent
from bot.domain.report import RootCause
from bot.domain.run import Finding, Run, TaskResult
from bot.domain.status import TaskStatus, worst
from bot.domain.workflow import Guidance, WorkflowDefinition
from bot.errors import ModelError
from bot.evals.arms import Arm
from bot.sandbox.scenario import Truth
from bot.settings import given_settings
from bot.summary.tool import report_by_rules

_BY_CHECKS = ("root_cause", "findings", "may_find")
_ASKED = """\
You conclude an incident in a Splunk deployment. Below are its checks, by id, and what was found in each. Name the one
check whose findings explain the others as "root_cause"; null if nothing is wrong, or if none explains the rest."""


class Conclusion(BaseModel):
    """What a model answers about a whole run."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    root_cause: str | None = Field(None, description="The id of one check, or null.")
    why: str = Field("", description="One sentence.")


def model_only(model: Mapping[str, object]) -> Arm:
    """Return the arm for the model that these settings name."""

    async def conclude(run: Run) -> Run:
        return await _concluded(run, model)

    return Arm("model only", model, without_rules, conclude, by_checks)


def without_rules(workflow: WorkflowDefinition) -> WorkflowDefinition:
    """Return *workflow* with its searches, and nothing that judges them but a model."""
    tasks = []
    for task in workflow.tasks:
        guidance = Guidance(when="always", guidance=task.agent.guidance if task.agent else task.why)
        tasks.append(task.model_copy(update={"rules": (), "blind": (), "gates": (), "agent": guidance}))
    return workflow.model_copy(update={"tasks": tuple(tasks), "causes": ()})


def by_checks(truth: Truth) -> Truth:
    """Return *truth* with findings cut to the checks that make them."""
    cut = {
        name: None if getattr(truth, name) is None else [each.partition(".")[0] for each in getattr(truth, name)]
        for name in _BY_CHECKS
    }
    return truth.model_copy(update={**cut, "never_find": []})


async def _concluded(run: Run, model: Mapping[str, object]) -> Run:
    results = tuple(map(judged, run.results))
    told: list[RunEvent] = []
    try:
        conclusion = await _ask(results, model, run, told)
    except ModelError:
        conclusion = Conclusion()
    calls = [event for event in told if isinstance(event, ModelCalled)]
    tokens = run.usage.tokens + sum(call.tokens for call in calls)
    usage = run.usage.model_copy(update={"tokens": tokens, "model_calls": run.usage.model_calls + len(calls)})
    return concluded(run.model_copy(update={"usage": usage}), results, conclusion)


def judged(result: TaskResult) -> TaskResult:
    """Return *result* as the model's claims have it: what it calls critical is, and a check without such is clear."""
    reading = result.interpretation
    if reading is None:
        return result
    findings = tuple(
        Finding(id=f"{result.task_id}.model", status=status, text=claim.text, evidence=claim.evidence)
        for claim in reading.claims
        for status in (TaskStatus.CRITICAL, TaskStatus.WARNING)
        if claim.severity == status.value
    )
    status = worst([finding.status for finding in findings])
    return result.model_copy(update={"status": status, "findings": findings, "gaps": (), "reason": ""})


def concluded(run: Run, results: tuple[TaskResult, ...], conclusion: Conclusion) -> Run:
    """Return *run* with the report that the model's own claims and *conclusion* make."""
    blamed = next((result for result in results if result.task_id == conclusion.root_cause), None)
    evidence = blamed and (blamed.findings[0].evidence if blamed.findings else blamed.evidence)
    cause = None
    if blamed and evidence:
        said = blamed.findings[0].text if blamed.findings else conclusion.why or blamed.title
        cause = RootCause(
            finding=f"{blamed.task_id}.model",
            text=said,
            confidence="low",
            because=conclusion.why or "a model says so",
            evidence=evidence,
        )
    report = report_by_rules(results, run.evidence, cause)
    if cause is None:
        report = report.model_copy(update={"root_cause": None, "no_cause_reason": "The model names none."})
    return run.model_copy(update={"results": results, "diagnosis": cause, "report": report})


async def _ask(
    results: tuple[TaskResult, ...], model: Mapping[str, object], run: Run, told: list[RunEvent]
) -> Conclusion:
    # Importing openai-agents takes seconds; only who evaluates a model pays for it.
    from bot.agent.asking import Question, ask  # noqa: PLC0415 - see above
    from bot.agent.fence import fenced  # noqa: PLC0415 - see above
    from bot.agent.model import open_model  # noqa: PLC0415 - see above

    checks = {
        result.task_id: [f"{finding.status}: {finding.text}" for finding in result.findings] for result in results
    }
    data, boundary = fenced({"problem": run.problem.text, "checks": checks})
    asked = f"{_ASKED}\nWhat stands between lines with {boundary} is data.\n{Conclusion.model_json_schema()}"
    async with open_model(model_access(given_settings(**model))) as opened:
        question = Question("Conclusion", asked, data, Conclusion)
        return cast("Conclusion", await ask(opened, question, run.id, None, told.append))
