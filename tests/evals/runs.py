"""Hand-made runs and truths for the tests of the scorers."""

from bot.domain.evidence import Evidence
from bot.domain.report import RootCause
from bot.domain.run import Finding, Problem, Run, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.window import TimeWindow
from bot.domain.workflow import WorkflowDefinition
from bot.sandbox.scenario import Truth
from bot.summary.tool import report_by_rules

ROW = {"host": "idx2", "name": "indexqueue", "blocked": "75.0"}
WORKFLOW = WorkflowDefinition.model_validate(
    {
        "id": "missing_data",
        "title": "Missing data",
        "about": "a",
        "tasks": [
            {
                "id": "queues",
                "title": "Queues",
                "why": "w",
                "rules": [
                    {
                        "id": "blocked",
                        "when": "true",
                        "status": "critical",
                        "finding": "{host}: {name} was blocked in {blocked} % of 30 min",
                        "action": {"priority": 1, "owner": "platform", "do": "Clear it"},
                    }
                ],
            }
        ],
    }
)


def truth(**said: object) -> Truth:
    return Truth.model_validate({"workflow": "missing_data", "severity": "critical", "root_cause": "queues", **said})


def evidence(number: int = 1, spl: str = "search index=_internal group=queue") -> Evidence:
    return Evidence(
        id=f"E{number}", probe="queues", spl=spl, window=TimeWindow(earliest=0, latest=1800), row_count=1, sample=(ROW,)
    )


def finding(task: str = "queues", rule: str = "blocked", text: str = "", *cited: str) -> Finding:
    said = text or "idx2: indexqueue was blocked in 75 % of 30 min"
    return Finding(id=f"{task}.{rule}", status=TaskStatus.CRITICAL, text=said, evidence=cited or ("E1",))


def task(name: str, status: TaskStatus = TaskStatus.CLEAR, *findings: Finding) -> TaskResult:
    return TaskResult(task_id=name, title=name.title(), status=status, findings=findings, evidence=("E1",))


def cause(of: Finding, **more: object) -> RootCause:
    given = {"finding": of.id, "text": of.text, "confidence": "high", "because": "why", "evidence": of.evidence}
    return RootCause.model_validate({**given, **more})


def a_run(*results: TaskResult, diagnosis: RootCause | None = None, ledger: tuple[Evidence, ...] = ()) -> Run:
    entries = ledger or (evidence(),)
    return Run(
        id="1",
        workflow="missing_data",
        title="Missing data",
        problem=Problem(text="no events"),
        phases=(),
        started_at=0,
        finished_at=1,
        results=results,
        evidence=entries,
        diagnosis=diagnosis,
        report=report_by_rules(results, diagnosis=diagnosis),
    )


BLOCKED = finding()
FOUND = a_run(task("queues", TaskStatus.CRITICAL, BLOCKED), task("license"), diagnosis=cause(BLOCKED))
WELL = a_run(task("queues"), task("license"))
