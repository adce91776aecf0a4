"""Pure scorers: a scenario's truth and a run → what was right, what was claimed, and on what grounds.

Only the stated cause is graded as the cause, never the list of findings below it. What fails is wrong.
"""

import re
from collections.abc import Iterator

from bot.domain.run import Run
from bot.domain.status import Severity, TaskStatus
from bot.sandbox.scenario import Truth


def candidates(run: Run) -> list[str]:
    """Return the stated cause's id, then those of findings that it does not explain, worst first."""
    cause = run.report.root_cause
    if cause is None:
        return []
    every = [finding for result in run.results for finding in result.findings]
    worst_first = sorted(every, key=lambda finding: finding.status is not TaskStatus.CRITICAL)
    others = (finding.id for finding in worst_first if finding.id not in cause.effect_ids)
    return list(dict.fromkeys([cause.finding, *others]))


def root_cause_right(truth: Truth, run: Run, within: int = 1) -> bool:
    """Say whether a right cause stands among the first *within* that are stated; where there is none, none may be."""
    stated = candidates(run)[:within]
    if not truth.root_cause:
        return not stated
    if within == 1 and not says_what_it_should(truth, run):
        return False
    return any(is_about(finding, right) for finding in stated for right in truth.root_cause)


def says_what_it_should(truth: Truth, run: Run) -> bool:
    """Say whether the stated cause holds the texts that it must hold."""
    stated = run.report.root_cause.text.lower() if run.report.root_cause else ""
    return all(text.lower() in stated for text in truth.cause_says)


def is_about(finding: str, named: str) -> bool:
    """Say whether *finding* (task.rule) is the finding or of the task that *named* names."""
    return named in {finding, finding.partition(".")[0]}


def abstained(truth: Truth, run: Run) -> bool | None:
    """Say whether no cause was named where there is none; None where there is one."""
    return None if truth.root_cause else run.report.root_cause is None


def severity_right(truth: Truth, run: Run) -> bool:
    """Say whether the report is as bad as the truth; a bot that sees nothing is not right where nothing is wrong."""
    return run.report.severity == truth.severity


def findings_found(run: Run) -> set[str]:
    """Return the ids of all findings."""
    return {finding.id for result in run.results for finding in result.findings}


def missing(truth: Truth, run: Run) -> list[str]:
    """Return the truth's findings that do not stand."""
    found = findings_found(run)
    return [expected for expected in truth.findings or [] if not any(is_about(one, expected) for one in found)]


def unexpected(truth: Truth, run: Run) -> list[str]:
    """Return the findings that should not stand; none where the truth does not list findings."""
    if truth.findings is None:
        return []
    allowed = [*truth.findings, *truth.may_find]
    return sorted(one for one in findings_found(run) if not any(is_about(one, each) for each in allowed))


def precision(truth: Truth, run: Run) -> float | None:
    """Return the share of findings that should stand; None where the truth does not list findings."""
    if truth.findings is None:
        return None
    graded = [one for one in findings_found(run) if not any(is_about(one, allowed) for allowed in truth.may_find)]
    return 1 - len(unexpected(truth, run)) / len(graded) if graded else 1.0


def recall(truth: Truth, run: Run) -> float | None:
    """Return the share of the truth's findings that stand; None where the truth does not list findings."""
    if truth.findings is None:
        return None
    return 1 - len(missing(truth, run)) / len(truth.findings) if truth.findings else 1.0


def evidence_cited(truth: Truth, run: Run) -> bool | None:
    """Say whether the searches behind the cause hold the truth's texts; None where it asks for none."""
    if not truth.evidence:
        return None
    cited = run.report.root_cause.evidence if run.report.root_cause else ()
    searched = "\n".join(entry.spl for entry in run.evidence if entry.id in cited).lower()
    return all(text.lower() in searched for text in truth.evidence)


def not_checked_right(truth: Truth, run: Run) -> bool | None:
    """Say whether just the truth's tasks were not checked; None where it names none."""
    unseen = {result.task_id for result in run.results if result.status is TaskStatus.NOT_CHECKED}
    return unseen == set(truth.not_checked) if truth.not_checked else None


def cleared_right(truth: Truth, run: Run) -> bool | None:
    """Say whether every task that must be clear is; None where the truth names none."""
    clear = {result.task_id for result in run.results if result.status is TaskStatus.CLEAR}
    return clear >= set(truth.clear) if truth.clear else None


def false_healthy(truth: Truth, run: Run) -> list[str]:
    """Return each claim that something is well where the truth says otherwise: a task's id, or "report"."""
    wrong = {named.partition(".")[0] for named in (*truth.root_cause, *(truth.findings or []))}
    unseen = set(truth.not_checked)
    clear = [
        result.task_id
        for result in run.results
        if result.status is TaskStatus.CLEAR and result.task_id in wrong | unseen
    ]
    says_clear = run.report.severity is Severity.CLEAR and truth.severity != "clear"
    return (["report"] if says_clear else []) + clear


def claimed(truth: Truth, run: Run) -> list[str]:
    """Return the truth's never_claim texts that stand in the report, and the findings of its never_find."""
    said = "\n".join(_said(run)).lower()
    texts = [text for text in truth.never_claim if re.search(rf"(?<!\w){re.escape(text.lower())}(?!\w)", said)]
    found = sorted(findings_found(run))
    return texts + [one for one in found if any(is_about(one, wrong) for wrong in truth.never_find)]


def _said(run: Run) -> Iterator[str]:
    report = run.report
    yield from (report.headline, report.executive_summary, *report.findings)
    if report.root_cause:
        yield from (report.root_cause.text, report.root_cause.because, *report.root_cause.effects)
    for action in report.actions:
        yield from (action.do, action.why)
