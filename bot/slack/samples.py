"""One message of each kind that the bot sends, made up, for Slack to judge before the first incident."""

from bot.domain.plan import Phase, Plan
from bot.domain.report import ActionItem, Coverage, EvidenceLine, Gap, Report, RootCause
from bot.domain.run import Finding, Problem, Run, TaskResult
from bot.domain.status import Severity, TaskStatus
from bot.domain.workflow import Guidance, TaskDefinition, WorkflowDefinition
from bot.slack.blocks import Message
from bot.slack.choices import choice_message, known
from bot.slack.progress import Progress
from bot.slack.report_blocks import report_message
from bot.slack.status_blocks import DrawStatus, status_message

_TASKS = tuple(
    TaskDefinition(id=name, title=name.capitalize(), why="A sample.", agent=Guidance(when="never", guidance="None."))
    for name in ("queues", "license")
)
_WORKFLOW = WorkflowDefinition(id="sample", title="Sample", about="What a run looks like.", tasks=_TASKS)
_PLAN = Plan(workflow=_WORKFLOW, phases=(Phase(number=1, tasks=_TASKS),))
_FINDING = Finding(
    id="queues.blocked", status=TaskStatus.CRITICAL, text="idx2: 41 blocked queues & <counting>", evidence=("E1",)
)
_RESULTS = (
    TaskResult(
        task_id="queues", title="Queues", status=TaskStatus.CRITICAL, findings=(_FINDING,), started_at=0, duration_s=1.2
    ),
    TaskResult(task_id="license", title="License", status=TaskStatus.NOT_CHECKED, reason="the role may not look"),
)
_REPORT = Report(
    severity=Severity.CRITICAL,
    headline="CRITICAL · idx2: 41 blocked queues · 1 of 2 checks ran",
    executive_summary="The queues of idx2 are blocked.",
    coverage=Coverage(ran=1, planned=2),
    root_cause=RootCause(
        finding=_FINDING.id,
        text=_FINDING.text,
        confidence="high",
        because="a full queue pushes back",
        effects=("web01 cannot send",),
        evidence=("E1",),
    ),
    findings=("idx2: 41 blocked queues [E1]",),
    actions=(ActionItem(priority=1, owner="platform", do="Free the disk", why="It is full", verify="No blocks"),),
    resolution_estimate="When the disk has been freed.",
    technical_details=(
        EvidenceLine(id="E1", text="E1 queues: 41 rows", link="https://splunk.example.com/search?sid=1"),
    ),
    follow_ups=("Watch the queues for a day.",),
    gaps=(Gap(task_id="license", title="License", reason="the role may not look", unlock="license_read"),),
)


def sample_messages(draw_status: DrawStatus = status_message) -> dict[str, Message]:
    """Return the status, report and choice messages, by name."""
    problem = Problem(text="no events since 10:15")
    run = Run(
        id="sample",
        workflow=_WORKFLOW.id,
        title=_WORKFLOW.title,
        problem=problem,
        phases=(("queues", "license"),),
        started_at=0,
        finished_at=12,
        results=_RESULTS,
        report=_REPORT,
    )
    progress = Progress(_PLAN, problem, "a sample", run=run, results={result.task_id: result for result in _RESULTS})
    choices = known({_WORKFLOW.id: _WORKFLOW})
    return {
        "status": draw_status(progress),
        "report": report_message(run),
        "choice": choice_message("Which checks?", choices, problem.text, "/troubleshoot"),
    }
