"""Each scorer both ways, over hand-made runs."""

import pytest

from bot.domain.status import Severity, TaskStatus
from bot.evals import scorers
from tests.evals.runs import BLOCKED, FOUND, WELL, WORKFLOW, a_run, cause, evidence, finding, task, truth

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


def test_severity_is_compared_and_incomplete_is_right_only_where_nothing_is_wrong() -> None:
    incomplete = a_run(task("queues", TaskStatus.INCONCLUSIVE))
    assert scorers.severity_right(truth(), FOUND)
    assert not scorers.severity_right(truth(severity="warning"), FOUND)
    assert scorers.severity_right(truth(severity="clear"), WELL)
    assert scorers.severity_right(truth(severity="clear"), incomplete)
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


def test_a_sound_run_claims_nothing_without_grounds() -> None:
    assert scorers.unsupported(FOUND, WORKFLOW) == []
    assert scorers.unsupported(WELL, WORKFLOW) == []


def test_a_finding_that_cites_nothing_known_is_unsupported() -> None:
    astray = finding("disk", "full", "the disk is full", "E9")
    run = a_run(task("disk", TaskStatus.CRITICAL, astray), diagnosis=cause(BLOCKED))
    assert scorers.unsupported(run, WORKFLOW) == ["disk.full"]
    silent = astray.model_copy(update={"evidence": ()})
    assert scorers.unsupported(a_run(task("disk", TaskStatus.CRITICAL, silent)), WORKFLOW) == ["disk.full"]


@pytest.mark.parametrize(
    ("said", "unknown"),
    [
        ("idx2: indexqueue was blocked in 75.0 % of 30 min", []),
        ("idx2: indexqueue was blocked in 75 % of 30 min (and 2 more of this kind)", []),
        ("idx1: indexqueue was blocked in 75 % of 30 min", ["idx1"]),
        ("idx2: indexqueue was blocked in 57 % of 30 min", ["57"]),
        ("idx2: tcpin_queue was blocked in 75 % of 30 min", ["tcpin_queue"]),
        ("idx2: indexqueue was blocked in 75 % of 60 min", ["60"]),
    ],
)
def test_numbers_and_names_of_a_cause_stand_in_its_rows_or_in_the_rules_own_sentence(
    said: str, unknown: list[str]
) -> None:
    run = a_run(task("queues", TaskStatus.CRITICAL, BLOCKED), diagnosis=cause(BLOCKED, text=said))
    assert scorers.unsupported(run, WORKFLOW) == [f"cause: {word} is in no cited row" for word in unknown]


def test_a_cause_that_cites_another_search_is_unsupported() -> None:
    empty = evidence(2, "| rest /services/licenser/pools").model_copy(update={"sample": ()})
    run = a_run(
        task("queues", TaskStatus.CRITICAL, BLOCKED),
        diagnosis=cause(BLOCKED, evidence=("E2",)),
        ledger=(evidence(), empty),
    )
    assert "cause: idx2 is in no cited row" in scorers.unsupported(run, WORKFLOW)
    assert run.report.severity is Severity.CRITICAL
