"""Cause and effect between single findings: hosts, stages of a pipeline, and links that nobody could see."""

import pytest

from bot.domain.run import Finding, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import Cause, WorkflowDefinition
from bot.engine.diagnosis import diagnose
from tests.shipped import WORKFLOWS

MISSING_DATA = WORKFLOWS["missing_data"]
STAGES = ["tcpout*", "indexqueue", "ruleset*", "typingqueue", "aggqueue", "parsingqueue"]
BLOCKED = "ingestion_pipeline.queue_blocked"
DISK = "ingestion_pipeline.disk_nearly_out"
OUTPUT = "forwarder_connectivity.output_blocked"
STOPPED = "data_volume.stopped"


def finding(name: str, text: str = "", *, host: str | None = None, named: bool = False, **of: object) -> Finding:
    given = {"id": name, "status": TaskStatus.CRITICAL, "text": text or name, "evidence": ("E1",)}
    return Finding.model_validate({**given, "host": host, "named": named, **of})


def blocked(queue: str, host: str) -> Finding:
    return finding(BLOCKED, f"{queue} on {host}", host=host, stage=STAGES.index(queue))


def results(*findings: Finding, workflow: WorkflowDefinition = MISSING_DATA, **others: TaskStatus) -> list[TaskResult]:
    """Return a result for each task: critical with its findings, else clear, or as *others* says."""
    made = []
    for task in workflow.tasks:
        own = tuple(each for each in findings if each.id.partition(".")[0] == task.id)
        status = TaskStatus.CRITICAL if own else others.get(task.id, TaskStatus.CLEAR)
        made.append(TaskResult(task_id=task.id, title=task.title, status=status, findings=own))
    return made


@pytest.mark.parametrize("turned", [False, True])
def test_of_the_blocked_queues_of_a_host_the_furthest_downstream_leads(turned: bool) -> None:  # noqa: FBT001 - a case
    queues = [blocked(name, "idx2") for name in ("parsingqueue", "aggqueue", "typingqueue")]
    cause = diagnose(MISSING_DATA, results(*(reversed(queues) if turned else queues)))
    assert cause
    assert (cause.text, cause.confidence) == ("typingqueue on idx2", "high")
    assert set(cause.effects) == {"parsingqueue on idx2", "aggqueue on idx2"}


def test_two_hosts_that_are_blocked_alike_are_one_cause_counted() -> None:
    cause = diagnose(MISSING_DATA, results(blocked("typingqueue", "idx1"), blocked("indexqueue", "idx2")))
    assert cause
    assert cause.text == "indexqueue on idx2 (and 1 more of this kind)"
    assert cause.effects == ()


def test_a_full_disk_explains_the_queues_of_its_own_host_and_all_that_waits_for_them() -> None:
    disk = finding(DISK, host="IDX2.example.net")
    sender = finding(OUTPUT, host="fwd01")
    cause = diagnose(MISSING_DATA, results(sender, blocked("indexqueue", "idx2"), disk, finding(STOPPED)))
    assert cause
    assert cause.finding == DISK
    assert set(cause.effect_ids) == {OUTPUT, BLOCKED, STOPPED}


def test_a_full_disk_on_another_host_explains_nothing_and_swallows_nothing() -> None:
    disk = finding(DISK, host="sh1")
    cause = diagnose(MISSING_DATA, results(disk, blocked("indexqueue", "idx2"), finding(OUTPUT, host="fwd01")))
    assert cause
    assert (cause.finding, cause.effect_ids) == (BLOCKED, (OUTPUT,))
    assert "1 more of the same weight stands beside it" in cause.because


def test_an_unseen_link_carries_and_a_link_seen_to_be_well_does_not() -> None:
    dropped = finding("index_verification.dropped")
    none = finding("data_volume.none")
    seen_well = diagnose(MISSING_DATA, results(dropped, none))
    assert seen_well
    assert seen_well.effect_ids == ()
    workflow = MISSING_DATA.model_copy(
        update={
            "causes": (
                Cause(cause=DISK, explains=("search_head_configuration.peer_down",), because="b"),
                Cause(cause="search_head_configuration.peer_down", explains=(STOPPED,), because="b"),
            )
        }
    )
    found = (finding(DISK, host="idx2"), finding(STOPPED))
    for status, effects in ((TaskStatus.CLEAR, ()), (TaskStatus.NOT_CHECKED, (STOPPED,))):
        cause = diagnose(workflow, results(*found, search_head_configuration=status))
        assert cause
        assert cause.effect_ids == effects


def test_noise_elsewhere_does_not_win_over_what_is_about_the_named_index() -> None:
    noise = finding("index_verification.dropped", "web_prd is unknown")
    real = finding("time_range.zone_shifted", named=True)
    cause = diagnose(MISSING_DATA, results(noise, real, finding(STOPPED, named=True)))
    assert cause
    assert (cause.finding, cause.effect_ids, cause.confidence) == (real.id, (STOPPED,), "medium")
    assert "nearer to what was asked" in cause.because


def test_a_forwarder_that_waits_for_its_receiver_is_an_effect() -> None:
    behind = finding("ingestion_pipeline.queue_behind_output", "parsingqueue on hf1", host="hf1", stage=5)
    cause = diagnose(MISSING_DATA, results(behind, blocked("indexqueue", "idx2")))
    assert cause
    assert (cause.finding, cause.effects) == (BLOCKED, ("parsingqueue on hf1",))


def test_warnings_alone_name_at_most_a_cause_of_low_confidence() -> None:
    quiet = finding("data_volume.source_quiet", status=TaskStatus.WARNING)
    cause = diagnose(MISSING_DATA, results(quiet, finding("time_range.late", status=TaskStatus.WARNING)))
    assert cause
    assert cause.confidence == "low"


def test_a_finding_without_evidence_is_no_cause() -> None:
    assert diagnose(MISSING_DATA, results(finding(STOPPED, evidence=()))) is None


def test_addresses_have_no_domain_and_names_do() -> None:
    near, far = (finding(BLOCKED, host, host=host, stage=stage) for host, stage in (("10.0.0.1", 1), ("10.9.9.9", 5)))
    cause = diagnose(MISSING_DATA, results(near, far))
    assert cause
    assert (cause.text, cause.effects) == ("10.0.0.1 (and 1 more of this kind)", ())
    short, long = (
        finding(BLOCKED, host, host=host, stage=stage) for host, stage in (("idx2", 1), ("IDX2.corp.com", 5))
    )
    cause = diagnose(MISSING_DATA, results(short, long))
    assert cause
    assert cause.effects == ("IDX2.corp.com",)


def test_what_is_about_another_index_is_no_cause_and_explains_nothing_here() -> None:
    dropped = finding("index_verification.dropped", elsewhere=True)
    assert diagnose(MISSING_DATA, results(dropped)) is None
    absent = finding("index_verification.absent", named=True)
    cause = diagnose(MISSING_DATA, results(dropped, absent))
    assert cause
    assert (cause.finding, cause.effects) == (absent.id, ())


def test_only_rivals_of_the_same_weight_cost_confidence() -> None:
    quiet = finding("data_volume.source_quiet", status=TaskStatus.WARNING)
    cause = diagnose(MISSING_DATA, results(finding("index_verification.disabled"), quiet))
    assert cause
    late = finding("time_range.late", status=TaskStatus.WARNING)
    beside = diagnose(MISSING_DATA, results(finding("index_verification.disabled"), late))
    assert beside
    assert (cause.confidence, beside.confidence) == ("high", "medium")


def test_of_two_that_explain_as_much_the_one_nearer_to_what_was_named_wins_and_then_the_first() -> None:
    first, second = finding("search_head_configuration.peer_down"), finding(BLOCKED, host="idx2")
    cause = diagnose(MISSING_DATA, results(first, second))
    assert cause
    assert cause.finding == first.id
    named = second.model_copy(update={"named": True})
    cause = diagnose(MISSING_DATA, results(first, named))
    assert cause
    assert cause.finding == second.id
    effect = finding("index_verification.dropped", named=True)
    disabled = finding("index_verification.disabled")
    cause = diagnose(MISSING_DATA, results(first, disabled, effect, finding(STOPPED), finding("data_volume.dropped")))
    assert cause
    assert cause.finding == disabled.id
