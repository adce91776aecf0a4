"""The second look at what is shown as verified of a model."""

import pytest

from bot.domain.run import Claim, Interpretation, Run
from bot.evals.model_grounds import not_looked_up, unsupported_of_model
from tests.evals.runs import FOUND, a_run, evidence, task


def read_by_a_model(text: str, *cited: str, **of_report: object) -> Run:
    """Return a run in which *text* is shown as verified."""
    reading = Interpretation(text="so", claims=(Claim(text=text, evidence=cited),))
    run = a_run(task("queues").model_copy(update={"interpretation": reading}))
    return run.model_copy(update={"report": run.report.model_copy(update=of_report)})


@pytest.mark.parametrize(
    ("said", "cited", "is_supported"),
    [
        ("indexqueue of idx2 was blocked in 75 % of the samples", "E1", True),
        ("idx2 was blocked for 30 minutes, since 00:30 [E1]", "E1", True),
        ("idx3 was blocked", "E1", False),
        ("idx2 lost 48,613.7 events", "E1", False),
        ("idx2 is blocked", "E9", False),
        ("idx2 was blocked at 10:15", "E1", False),
        ("idx2 was blocked at 15:00", "E1", False),
        ("idx2 was blocked from 00:00 to 00:30:00", "E1", True),
        ("idx2 is healthy", "E1", False),
        ("idx2 is free of errors", "E1", False),
        ("idx2 isn't blocked", "E1", False),
        ("idx2 has no blocked queues", "E1", False),
        ("idx2 caused the outage", "E1", False),
        ("The gap is due to idx2", "E1", False),
        ("Wipe the disk of idx2", "E1", False),
        ("idx2 is full. Restart it", "E1", False),
        ("idx2 has thirteen of them", "E1", False),
        ("All of idx2 is blocked", "E1", False),
    ],
)
def test_what_is_shown_as_verified_of_a_model_is_looked_up_again(said: str, cited: str, is_supported: bool) -> None:  # noqa: FBT001 - a case
    assert unsupported_of_model(read_by_a_model(said, cited)) == ([] if is_supported else [said])


def test_a_claim_that_rests_on_nothing_is_unsupported_and_rows_that_are_not_kept_prove_nothing() -> None:
    assert unsupported_of_model(read_by_a_model("idx2 is blocked")) == ["idx2 is blocked"]
    run = read_by_a_model("idx7 is blocked", "E1")
    cut = run.model_copy(update={"evidence": (evidence().model_copy(update={"row_count": 500}),)})
    assert (unsupported_of_model(run), unsupported_of_model(cut)) == (["idx7 is blocked"], [])
    assert (not_looked_up(run), not_looked_up(cut)) == ([], ["idx7 is blocked"])
    judging = read_by_a_model("idx2 is healthy", "E1").model_copy(update={"evidence": cut.evidence})
    assert unsupported_of_model(judging) == ["idx2 is healthy"]


def test_a_models_summary_may_say_what_the_report_says_beside_it() -> None:
    assert unsupported_of_model(FOUND) == []
    told = FOUND.report.model_copy(update={"prose_by": "model", "executive_summary": "idx2 is blocked in 75 %."})
    assert unsupported_of_model(FOUND.model_copy(update={"report": told})) == []
    lie = told.model_copy(update={"executive_summary": "liar99 is blocked."})
    assert unsupported_of_model(FOUND.model_copy(update={"report": lie})) == ["liar99 is blocked."]


@pytest.mark.parametrize(
    ("said", "is_supported"),
    [
        ("The root cause is the indexqueue of idx2.", True),
        ("All is well: idx2 is healthy.", False),
        ("The root cause is the license.", False),
        ("idx2 is not the root cause.", False),
        ("Nothing is wrong.", False),
    ],
)
def test_a_summary_that_turns_the_verdict_around_is_seen(said: str, *, is_supported: bool) -> None:
    told = FOUND.report.model_copy(update={"prose_by": "model", "executive_summary": said})
    run = FOUND.model_copy(update={"report": told})
    assert unsupported_of_model(run) == ([] if is_supported else [said])
