"""Adding scores up, and holding them against thresholds."""

from bot.evals.scores import Score, totals
from bot.evals.thresholds import Thresholds, missed, read_thresholds

RIGHT = Score(
    scenario="a", problem="p", phrasings=3, phrasings_right=3, workflow="w", root_cause_right=True,
    root_cause_in_top3=True, severity="critical", severity_right=True, precision=1.0, recall=1.0, searches=20,
    scanned_events=100, seconds=0.5,
)  # fmt: skip
BROKEN = Score(scenario="b", problem="p", phrasings=1, phrasings_right=0, abstained=False, error="the run broke")


def test_shares_are_over_what_was_graded_and_phrasings_weigh_alike() -> None:
    both = totals([RIGHT, BROKEN])
    assert both.workflow_accuracy == 0.75
    assert (both.root_cause_top1, both.root_cause_top3, both.severity_accuracy) == (0.5, 0.5, 0.5)
    assert (both.findings_precision, both.abstained, both.evidence_cited) == (1.0, 0.0, None)
    assert (both.errors, both.searches, both.scanned_events, both.tokens, both.seconds) == (1, 20, 100, 0, 0.5)


def test_what_is_right_keeps_the_shipped_thresholds_and_an_error_breaks_them() -> None:
    assert missed(totals([RIGHT]), read_thresholds()) == []
    told = missed(totals([RIGHT, BROKEN]), read_thresholds())
    assert "errors is 1, at most 0 is allowed" in told
    assert "root_cause_top1 is 0.500, at least 1 is asked" in told


def test_a_false_claim_breaks_a_limit_of_none() -> None:
    limits = Thresholds(at_least={}, at_most={"false_healthy": 0, "unsupported_claims": 1})
    claims = RIGHT.model_copy(update={"false_healthy": ("license",), "unsupported_claims": ("queues.blocked",)})
    assert missed(totals([claims]), limits) == ["false_healthy is 1, at most 0 is allowed"]
