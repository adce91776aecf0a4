"""Whether what is said rests on what is cited."""

import pytest

from bot.domain.run import Parameters
from bot.domain.status import Severity, TaskStatus
from bot.evals.grounds import unsupported
from tests.evals.runs import BLOCKED, FOUND, ROW, WELL, WORKFLOW, a_run, cause, evidence, finding, task


def test_a_sound_run_claims_nothing_without_grounds() -> None:
    assert unsupported(FOUND, WORKFLOW) == []
    assert unsupported(WELL, WORKFLOW) == []


def test_a_finding_that_cites_nothing_known_is_unsupported() -> None:
    astray = finding("disk", "full", "the disk is full", "E9")
    run = a_run(task("disk", TaskStatus.CRITICAL, astray), diagnosis=cause(BLOCKED))
    assert "disk.full" in unsupported(run, WORKFLOW)
    silent = astray.model_copy(update={"evidence": ()})
    assert unsupported(a_run(task("disk", TaskStatus.CRITICAL, silent)), WORKFLOW) == ["disk.full"]


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
    assert unsupported(run, WORKFLOW) == [f"cause: {word} is in no cited row" for word in unknown]


def test_a_cause_that_cites_another_search_is_unsupported() -> None:
    empty = evidence(2, "| rest /services/licenser/pools").model_copy(update={"sample": ()})
    run = a_run(
        task("queues", TaskStatus.CRITICAL, BLOCKED),
        diagnosis=cause(BLOCKED, evidence=("E2",)),
        ledger=(evidence(), empty),
    )
    assert "cause: idx2 is in no cited row" in unsupported(run, WORKFLOW)
    assert run.report.severity is Severity.CRITICAL


def test_a_finding_beside_the_cause_must_stand_in_its_rows_too() -> None:
    lie = finding("disk", "full", "idx99 lost 999999 events on host zzz9", "E1")
    run = a_run(task("queues", TaskStatus.CRITICAL, BLOCKED), task("disk", TaskStatus.CRITICAL, lie))
    words = ("idx99", "999999", "zzz9")
    assert unsupported(run, WORKFLOW) == [f"disk.full: {word} is in no cited row" for word in words]


def test_a_number_that_a_search_merely_contains_proves_nothing() -> None:
    searched = evidence(1, "search index=_internal group=queue | eval p=100*x | head 60")
    said = "idx2: indexqueue was blocked in 100 % of 30 min, 60 of 60"
    run = a_run(
        task("queues", TaskStatus.CRITICAL, finding("queues", "blocked", said)), ledger=(searched,), diagnosis=None
    )
    assert unsupported(run, WORKFLOW) == [f"queues.blocked: {word} is in no cited row" for word in ("100", "60")]


def test_what_the_person_named_needs_no_row() -> None:
    found = finding("queues", "blocked", "index web_01: idx2 was blocked in 75 %")
    run = a_run(task("queues", TaskStatus.CRITICAL, found))
    assert unsupported(run, WORKFLOW) == ["queues.blocked: web_01 is in no cited row"]
    problem = run.problem.model_copy(update={"parameters": Parameters(index="web_01")})
    assert unsupported(run.model_copy(update={"problem": problem}), WORKFLOW) == []


def test_a_number_may_be_told_rounded_as_findings_round() -> None:
    exact = evidence().model_copy(update={"sample": ({**ROW, "blocked": "33.3333"},)})
    found = finding("queues", "blocked", "idx2: indexqueue was blocked in 33.33 % of 30 min")
    run = a_run(task("queues", TaskStatus.CRITICAL, found), ledger=(exact,))
    assert unsupported(run, WORKFLOW) == []
