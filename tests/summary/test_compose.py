"""What results amount to, judged by rules."""

import pytest

from bot.domain.report import Gap
from bot.domain.run import TaskResult
from bot.domain.status import Severity, TaskStatus
from bot.summary.compose import LATER, actions, check_citations, coverage, finding_lines, found, gaps, severity
from tests.summary.results import action, diagnosis, entry, finding, result

NOT_RUN = [status for status in TaskStatus if not status.ran]


def test_all_clear_is_clear() -> None:
    assert severity([result(), result()]) is Severity.CLEAR


def test_no_check_at_all_is_not_clear() -> None:
    assert severity([]) is Severity.INCOMPLETE


@pytest.mark.parametrize("status", [*NOT_RUN, TaskStatus.INCONCLUSIVE])
def test_one_check_without_an_answer_makes_the_whole_incomplete(status: TaskStatus) -> None:
    assert severity([result(), result(status)]) is Severity.INCOMPLETE


def test_a_critical_finding_counts_whatever_its_task_came_to() -> None:
    assert severity([result(TaskStatus.TIMED_OUT, finding()), result(TaskStatus.WARNING)]) is Severity.CRITICAL


def test_coverage_counts_what_ran_and_what_gave_no_clear_answer() -> None:
    seen = coverage([result(), result(TaskStatus.INCONCLUSIVE), result(TaskStatus.SKIPPED)])
    assert str(seen) == "2 of 3 checks ran, 1 without a clear answer"


def test_findings_stand_worst_first_with_their_ids() -> None:
    mild = finding("late", TaskStatus.WARNING, ("E2",))
    lines = finding_lines(found([result(TaskStatus.WARNING, mild), result(TaskStatus.CRITICAL, finding())]))
    assert lines == ("idx2 indexqueue blocked [E1]", "late [E2]")


def test_the_same_finding_twice_is_one_line_with_both_ids() -> None:
    assert finding_lines([finding(evidence=("E1",)), finding(evidence=("E2", "E1"))]) == (
        "idx2 indexqueue blocked [E1, E2]",
    )


def test_the_same_order_to_the_same_owner_is_given_once_and_as_urgently_as_ever() -> None:
    late = finding("late", TaskStatus.WARNING, ("E2",), action=action("restart IDX2", priority=1, verify="it is up"))
    (merged,) = actions([finding(action=action(priority=2)), late], None)
    assert (merged.priority, merged.evidence, merged.verify) == (1, ("E1", "E2"), "it is up")
    assert merged.why == "idx2 indexqueue blocked; late"


def test_an_action_for_a_thousand_hosts_names_two_and_counts_the_rest() -> None:
    hosts = [finding(f"fwd{number} is silent", action=action()) for number in range(1000)]
    (merged,) = actions(hosts, None)
    assert merged.why == "fwd0 is silent; fwd1 is silent; and 998 more"


def test_the_same_order_to_two_owners_stays_two() -> None:
    two = [finding(action=action(owner="network")), finding(action=action(owner="platform"))]
    assert len(actions(two, None)) == 2


def test_the_root_causes_action_comes_first_even_when_another_is_more_urgent() -> None:
    other = finding("other", id="other.rule", action=action("Call", priority=1))
    cause = finding(action=action("Add disk", priority=2))
    assert [item.do for item in actions([other, cause], diagnosis())] == ["Add disk", "Call"]
    assert [item.do for item in actions([other, cause], None)] == ["Call", "Add disk"]


def test_equally_urgent_actions_follow_how_bad_their_findings_are() -> None:
    mild = finding("late", TaskStatus.WARNING, action=action("Wait"))
    results = [result(TaskStatus.WARNING, mild), result(TaskStatus.CRITICAL, finding(action=action("Restart")))]
    assert [item.do for item in actions(found(results), None)] == ["Restart", "Wait"]


def test_gaps_with_the_same_reason_and_unlock_are_one() -> None:
    shut = {"reason": "the role may not read _internal", "unlock": "grant it"}
    results = [
        result(TaskStatus.NOT_CHECKED, title=title, gaps=(Gap(task_id="x", title=title, **shut),))
        for title in ("Queues", "Forwarders", "Queues")
    ]
    assert gaps(results) == (Gap(task_id="x", title="Queues, Forwarders", **shut),)


@pytest.mark.parametrize("status", [*NOT_RUN, TaskStatus.INCONCLUSIVE])
def test_a_check_without_an_answer_is_always_a_gap(status: TaskStatus) -> None:
    (gap,) = gaps([result(status)])
    assert status.replace("_", " ") in gap.reason


def test_a_clear_check_may_still_have_a_gap() -> None:
    gap = Gap(task_id="license", title="License", reason="no index was named")
    assert gaps([result(gaps=(gap,))]) == (gap,)


@pytest.mark.parametrize(
    "cites",
    [
        result(evidence=("E9",)),
        result(TaskStatus.CRITICAL, finding(evidence=("E9",))),
        result(TaskStatus.CRITICAL, finding(action=action(evidence=("E9",)))),
        result(interpretation={"text": "so", "evidence": ("E9",)}),
    ],
)
def test_citing_what_the_ledger_lacks_is_a_bug(cites: TaskResult) -> None:
    with pytest.raises(ValueError, match="E9"):
        check_citations([cites], [entry(1)], None)


def test_a_root_cause_cites_what_the_ledger_holds() -> None:
    check_citations([], [entry(1)], diagnosis())
    with pytest.raises(ValueError, match="E9"):
        check_citations([], [entry(1)], diagnosis(evidence=("E9",)))


def test_a_root_cause_without_evidence_is_a_bug_even_without_a_ledger() -> None:
    with pytest.raises(ValueError, match="cites no evidence"):
        check_citations([], [], diagnosis(evidence=()))


def test_what_the_cause_explains_can_wait_until_the_cause_is_gone() -> None:
    cause = finding(action=action("Mend the disk"))
    effect = finding("uf1 silent", id="forwarders.silent", action=action("Restart it"))
    first, second = actions([effect, cause], diagnosis(effects=("uf1 silent",), effect_ids=("forwarders.silent",)))
    assert (first.do, first.priority) == ("Mend the disk", 1)
    assert (second.do, second.priority) == ("If it stays once the cause is gone: Restart it", LATER)
