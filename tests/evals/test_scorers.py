"""Each scorer both ways, over hand-made runs."""

import pytest

from bot.domain.status import TaskStatus
from bot.evals import scorers
from tests.evals.runs import BLOCKED, FOUND, WELL, a_run, cause, finding, task, truth

OTHER = finding("license", "expired", "the license ended")
THIRD = finding("disk", "full", "the disk is full")
FOURTH = finding("peers", "down", "a peer is down")


@pytest.mark.parametrize("named", ["queues", "queues.blocked", ["license", "queues"]])
def test_a_cause_is_named_by_its_task_its_finding_or_as_one_of_several(named: object) -> None:
    assert scorers.root_cause_right(truth(root_cause=named), FOUND)


@pytest.mark.parametrize("named", ["license", "queues.full", "queue", []])
def test_another_cause_or_any_where_there_is_none_is_wrong(named: object) -> None:
    assert not scorers.root_cause_right(truth(root_cause=named), FOUND)


@pytest.mark.parametrize("written", [None, "none", []])
def test_no_cause_is_right_where_there_is_none_and_wrong_elsewhere(written: object) -> None:
    nothing = truth(root_cause=written, severity="clear")
    assert scorers.root_cause_right(nothing, WELL)
    assert scorers.abstained(nothing, WELL)
    assert scorers.abstained(nothing, FOUND) is False
    assert scorers.abstained(truth(), FOUND) is None
    assert not scorers.root_cause_right(truth(), WELL)


def test_only_the_stated_cause_counts_and_the_top_three_are_those_it_does_not_explain() -> None:
    results = [task(one.id.partition(".")[0], TaskStatus.CRITICAL, one) for one in (OTHER, THIRD, FOURTH, BLOCKED)]
    run = a_run(*results, diagnosis=cause(OTHER))
    assert scorers.candidates(run) == ["license.expired", "disk.full", "peers.down", "queues.blocked"]
    assert not scorers.root_cause_right(truth(root_cause="disk"), run)
    assert scorers.root_cause_right(truth(root_cause="disk"), run, within=3)
    assert not scorers.root_cause_right(truth(root_cause="queues"), run, within=3)
    explained = a_run(*results, diagnosis=cause(OTHER, effect_ids=("disk.full",), effects=("the disk is full",)))
    assert scorers.root_cause_right(truth(root_cause="queues"), explained, within=3)


def test_the_stated_cause_must_say_what_the_truth_asks_of_it() -> None:
    assert scorers.root_cause_right(truth(cause_says=["IndexQueue", "idx2"]), FOUND)
    assert not scorers.root_cause_right(truth(cause_says=["idx1"]), FOUND)


def test_severity_is_compared_and_seeing_nothing_is_not_the_same_as_seeing_nothing_wrong() -> None:
    incomplete = a_run(task("queues", TaskStatus.INCONCLUSIVE))
    assert scorers.severity_right(truth(), FOUND)
    assert not scorers.severity_right(truth(severity="warning"), FOUND)
    assert scorers.severity_right(truth(severity="clear"), WELL)
    assert not scorers.severity_right(truth(severity="clear"), incomplete)
    assert scorers.severity_right(truth(severity="incomplete"), incomplete)
    assert not scorers.severity_right(truth(severity="warning"), incomplete)
    assert not scorers.severity_right(truth(severity="incomplete"), WELL)


def test_precision_and_recall_leave_out_what_may_stand_there() -> None:
    run = a_run(task("queues", TaskStatus.CRITICAL, BLOCKED, OTHER, THIRD), diagnosis=cause(BLOCKED))
    asked = truth(findings=["queues.blocked", "peers.down"], may_find=["disk"])
    assert scorers.precision(asked, run) == 0.5
    assert scorers.recall(asked, run) == 0.5
    assert scorers.precision(truth(findings=[]), WELL) == scorers.recall(truth(findings=[]), WELL) == 1.0
    assert scorers.precision(truth(findings=[]), run) == 0.0
    assert scorers.precision(truth(), run) is scorers.recall(truth(), run) is None


def test_the_cause_must_rest_on_the_right_searches() -> None:
    assert scorers.evidence_cited(truth(evidence="GROUP=queue"), FOUND)
    assert scorers.evidence_cited(truth(evidence=["group=queue", "licenser"]), FOUND) is False
    assert scorers.evidence_cited(truth(evidence="group=queue"), WELL) is False
    assert scorers.evidence_cited(truth(), FOUND) is None


def test_falsely_healthy_is_a_clear_report_and_a_clear_task_that_is_broken_or_could_not_see() -> None:
    assert scorers.false_healthy(truth(not_checked=["license"]), WELL) == ["report", "queues", "license"]
    assert scorers.false_healthy(truth(findings=["license.expired"]), FOUND) == ["license"]
    assert scorers.false_healthy(truth(), FOUND) == []
    assert scorers.false_healthy(truth(severity="clear", root_cause=None), WELL) == []
    blind = a_run(task("queues", TaskStatus.NOT_CHECKED), task("license"))
    assert scorers.false_healthy(truth(not_checked=["queues"], root_cause=None), blind) == []


def test_what_must_not_be_claimed_is_found_in_any_case_as_whole_words() -> None:
    assert scorers.claimed(truth(never_claim=["Was Blocked", "data lost"]), FOUND) == ["Was Blocked"]
    assert scorers.claimed(truth(never_claim=["was block", "as blocked", "lost"]), FOUND) == []


def test_what_is_missing_and_what_should_not_stand_is_named() -> None:
    run = a_run(task("queues", TaskStatus.CRITICAL, BLOCKED, OTHER, THIRD), diagnosis=cause(BLOCKED))
    asked = truth(findings=["queues.blocked", "peers.down"], may_find=["disk"])
    assert scorers.missing(asked, run) == ["peers.down"]
    assert scorers.unexpected(asked, run) == ["license.expired"]
    assert scorers.missing(truth(), run) == scorers.unexpected(truth(), run) == []


def test_a_finding_that_must_never_stand_is_a_forbidden_claim() -> None:
    assert scorers.claimed(truth(never_find=["queues.blocked", "disk"]), FOUND) == ["queues.blocked"]
    assert scorers.claimed(truth(never_find=["queues"]), FOUND) == ["queues.blocked"]
    assert scorers.claimed(truth(never_find=["queues.full", "license"]), FOUND) == []


def test_just_the_tasks_that_could_not_see_may_say_so() -> None:
    run = a_run(task("queues", TaskStatus.NOT_CHECKED), task("license", TaskStatus.NOT_CHECKED), task("disk"))
    assert scorers.not_checked_right(truth(not_checked=["license", "queues"]), run)
    assert scorers.not_checked_right(truth(not_checked=["queues"]), run) is False
    assert scorers.not_checked_right(truth(not_checked=["queues", "license", "disk"]), run) is False
    assert scorers.not_checked_right(truth(), run) is None


def test_what_must_be_clear_is_clear() -> None:
    run = a_run(task("queues", TaskStatus.INCONCLUSIVE), task("license"), task("disk"))
    assert scorers.cleared_right(truth(clear=["license"]), run)
    assert scorers.cleared_right(truth(clear=["license", "queues"]), run) is False
    assert scorers.cleared_right(truth(), run) is None
