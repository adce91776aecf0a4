"""The root cause: what explains the others, with evidence, or nothing."""

from bot.domain.run import Finding, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import Cause, Guidance, TaskDefinition, WorkflowDefinition
from bot.engine.diagnosis import diagnose

NAMES = ("forwarders", "queue", "disk", "volume")
WORKFLOW = WorkflowDefinition(
    id="w",
    title="W",
    about="a",
    tasks=tuple(TaskDefinition(id=name, title=name, why="w", agent=Guidance(guidance="g")) for name in NAMES),
    causes=(
        Cause(cause="disk.full", explains=("queue.blocked",), because="a full disk stops the index queue"),
        Cause(cause="queue.blocked", explains=("forwarders.silent", "volume.stopped"), because="it pushes back"),
    ),
)
CRITICAL, WARNING = TaskStatus.CRITICAL, TaskStatus.WARNING


def result(finding: str, status: TaskStatus = CRITICAL, *evidence: str) -> TaskResult:
    found = Finding.model_validate({"id": finding, "status": status, "text": finding, "evidence": evidence or ("E1",)})
    name = finding.partition(".")[0]
    return TaskResult(task_id=name, title=name, status=status, findings=(found,))


def clear(name: str, status: TaskStatus = TaskStatus.CLEAR) -> TaskResult:
    return TaskResult(task_id=name, title=name, status=status)


def test_the_cause_is_named_and_its_victims_are_effects() -> None:
    cause = diagnose(WORKFLOW, [result("forwarders.silent"), result("queue.blocked", CRITICAL, "E7"), clear("disk")])
    assert cause
    assert (cause.finding, cause.effects, cause.evidence) == ("queue.blocked", ("forwarders.silent",), ("E7",))
    assert cause.confidence == "high"
    assert "it pushes back" in cause.because


def test_the_furthest_cause_wins_over_what_it_explains_in_turn() -> None:
    cause = diagnose(WORKFLOW, [result("volume.stopped"), result("queue.blocked"), result("disk.full")])
    assert cause
    assert cause.finding == "disk.full"
    assert set(cause.effects) == {"queue.blocked", "volume.stopped"}


def test_an_effect_is_explained_even_when_the_link_between_was_not_seen() -> None:
    cause = diagnose(WORKFLOW, [result("volume.stopped"), clear("queue", TaskStatus.NOT_CHECKED), result("disk.full")])
    assert cause
    assert (cause.finding, cause.confidence) == ("disk.full", "medium")


def test_a_critical_victim_does_not_beat_its_warning_cause() -> None:
    cause = diagnose(WORKFLOW, [result("volume.stopped"), result("queue.blocked", WARNING)])
    assert cause
    assert (cause.finding, cause.confidence) == ("queue.blocked", "low")


def test_two_that_nothing_connects_leave_little_confidence() -> None:
    cause = diagnose(WORKFLOW, [result("disk.full"), result("license.over")])
    assert cause
    assert cause.confidence == "low"


def test_without_a_finding_there_is_no_cause() -> None:
    assert diagnose(WORKFLOW, [clear("disk"), clear("queue", TaskStatus.FAILED)]) is None


def test_findings_that_explain_each_other_in_a_circle_still_name_one() -> None:
    circle = WORKFLOW.model_copy(
        update={
            "causes": (
                Cause(cause="disk.full", explains=("queue.blocked",), because="b"),
                Cause(cause="queue.blocked", explains=("disk.full",), because="b"),
            )
        }
    )
    assert diagnose(circle, [result("disk.full"), result("queue.blocked")])
