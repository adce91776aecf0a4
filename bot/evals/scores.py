"""What an evaluation comes to: a line for each scenario, and all of them together."""

from collections.abc import Iterable, Sequence

from bot.domain.frozen import Frozen


class Score(Frozen):
    """One scenario, or one phrasing of it, run whole."""

    scenario: str
    problem: str
    phrasings: int  # in which choosing the workflow was tried, the problem included
    phrasings_right: int
    wrong_phrasings: tuple[str, ...] = ()  # each with the workflow that was chosen instead
    workflow: str | None = None  # that ran
    stated_cause: str | None = None
    root_cause_right: bool = False
    root_cause_in_top3: bool = False
    abstained: bool | None = None  # None where there is a cause to name
    severity: str | None = None
    severity_right: bool = False
    precision: float | None = None  # None where the truth lists no findings
    recall: float | None = None
    evidence_cited: bool | None = None  # None where the truth asks for none
    not_checked_right: bool | None = None  # None where the truth names no such task
    cleared_right: bool | None = None  # None where the truth names no such task
    missing_findings: tuple[str, ...] = ()
    unexpected_findings: tuple[str, ...] = ()
    false_healthy: tuple[str, ...] = ()
    unsupported_claims: tuple[str, ...] = ()
    forbidden_claims: tuple[str, ...] = ()
    searches: int = 0
    scanned_events: int = 0
    seconds: float = 0
    tokens: int = 0
    model_answers: int = 0  # readings and prose that are a model's
    model_note: str | None = None  # why it did not read what it should have
    model_verified: int = 0  # claims of a model whose names and numbers stand in what they cite
    model_unverified: int = 0
    model_unsupported: tuple[str, ...] = ()  # what is shown as verified of a model, and yet stands in no cited row
    model_not_looked_up: tuple[str, ...] = ()  # verified, and cites searches of which not all rows are kept
    error: str | None = None  # what broke; the rest then counts as wrong


class Totals(Frozen):
    """All scenarios together; shares are from 0 to 1, and None where nothing was graded."""

    workflow_accuracy: float
    root_cause_top1: float
    root_cause_top3: float
    severity_accuracy: float
    findings_precision: float | None
    findings_recall: float | None
    evidence_cited: float | None
    not_checked_right: float | None
    cleared_right: float | None
    abstained: float | None
    false_healthy: int
    unsupported_claims: int
    forbidden_claims: int
    errors: int
    searches: int
    scanned_events: int
    seconds: float
    tokens: int
    model_answers: int
    model_verified: int
    model_unverified: int
    model_unsupported: int
    model_not_looked_up: int
    scenarios: tuple[Score, ...]


def totals(scores: Sequence[Score]) -> Totals:
    """Add *scores* up; there is at least one."""
    return Totals(
        workflow_accuracy=sum(one.phrasings_right for one in scores) / sum(one.phrasings for one in scores),
        root_cause_top1=_share(one.root_cause_right for one in scores) or 0.0,
        root_cause_top3=_share(one.root_cause_in_top3 for one in scores) or 0.0,
        severity_accuracy=_share(one.severity_right for one in scores) or 0.0,
        findings_precision=_share(one.precision for one in scores),
        findings_recall=_share(one.recall for one in scores),
        evidence_cited=_share(one.evidence_cited for one in scores),
        not_checked_right=_share(one.not_checked_right for one in scores),
        cleared_right=_share(one.cleared_right for one in scores),
        abstained=_share(one.abstained for one in scores),
        false_healthy=sum(len(one.false_healthy) for one in scores),
        unsupported_claims=sum(len(one.unsupported_claims) for one in scores),
        forbidden_claims=sum(len(one.forbidden_claims) for one in scores),
        errors=sum(one.error is not None for one in scores),
        searches=sum(one.searches for one in scores),
        scanned_events=sum(one.scanned_events for one in scores),
        seconds=round(sum(one.seconds for one in scores), 3),
        tokens=sum(one.tokens for one in scores),
        model_answers=sum(one.model_answers for one in scores),
        model_verified=sum(one.model_verified for one in scores),
        model_unverified=sum(one.model_unverified for one in scores),
        model_unsupported=sum(len(one.model_unsupported) for one in scores),
        model_not_looked_up=sum(len(one.model_not_looked_up) for one in scores),
        scenarios=tuple(scores),
    )


def _share(values: Iterable[float | None]) -> float | None:
    graded = [value for value in values if value is not None]
    return round(sum(graded) / len(graded), 4) if graded else None
