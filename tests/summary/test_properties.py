"""What holds for every report, whatever the results."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.report import RootCause
from bot.domain.run import Finding, TaskResult
from bot.domain.status import Severity, TaskStatus
from bot.summary.text import as_text
from bot.summary.tool import report_by_rules
from tests.summary.results import entry

LEDGER = tuple(entry(number) for number in range(1, 6))
IDS = st.lists(st.sampled_from([line.id for line in LEDGER]), min_size=1, max_size=3).map(tuple)
TEXTS = st.text(max_size=30)
FINDINGS = st.builds(
    Finding,
    id=st.sampled_from(["a.x", "b.y", "c.z"]),
    status=st.sampled_from([TaskStatus.CRITICAL, TaskStatus.WARNING]),
    text=TEXTS,
    evidence=IDS,
    action=st.none(),
)
RESULTS = st.lists(
    st.builds(
        TaskResult,
        task_id=st.sampled_from(["a", "b", "c"]),
        title=TEXTS,
        status=st.sampled_from(TaskStatus),
        findings=st.lists(FINDINGS, max_size=3).map(tuple),
        gaps=st.just(()),
        reason=TEXTS,
        evidence=IDS,
        interpretation=st.none(),
    ),
    max_size=6,
)
DIAGNOSES = st.none() | st.builds(
    RootCause, finding=st.just("a.x"), text=TEXTS, because=TEXTS, evidence=IDS, effects=st.just(())
)


@given(RESULTS, DIAGNOSES)
def test_clear_is_only_ever_said_when_every_check_is_clear(
    results: list[TaskResult], diagnosis: RootCause | None
) -> None:
    report = report_by_rules(results, LEDGER, diagnosis)
    all_clear = bool(results) and all(r.status is TaskStatus.CLEAR and not r.findings for r in results)
    assert (report.severity is Severity.CLEAR) == all_clear
    assert all_clear or "Nothing to resolve" not in report.resolution_estimate


@given(RESULTS, DIAGNOSES)
def test_every_finding_is_cited_and_a_cause_cites_evidence(
    results: list[TaskResult], diagnosis: RootCause | None
) -> None:
    report = report_by_rules(results, LEDGER, diagnosis)
    lines = "\n".join(report.findings)
    assert all(f"{cited}" in lines for result in results for finding in result.findings for cited in finding.evidence)
    assert all(line.endswith("]") for line in report.findings)
    assert (report.root_cause is None) == (report.no_cause_reason is not None)
    assert report.root_cause is None or report.root_cause.evidence


@given(RESULTS, DIAGNOSES)
def test_whatever_was_not_answered_is_a_gap_and_the_summary_says_that_there_is_one(
    results: list[TaskResult], diagnosis: RootCause | None
) -> None:
    report = report_by_rules(results, LEDGER, diagnosis)
    unanswered = [r for r in results if not r.status.ran or r.status is TaskStatus.INCONCLUSIVE]
    assert bool(report.gaps) == bool(unanswered)
    assert not unanswered or "not fully checked" in report.executive_summary


@given(RESULTS, DIAGNOSES)
def test_every_report_can_be_printed_and_read_back(results: list[TaskResult], diagnosis: RootCause | None) -> None:
    report = report_by_rules(results, LEDGER, diagnosis)
    assert type(report).model_validate_json(report.model_dump_json()) == report
    assert as_text(report).isprintable() or all(c == "\n" or ord(c) >= 0x20 for c in as_text(report))
