"""Pure scorers: a scenario's truth and a run → what was right, what was claimed, and on what grounds.

Only the stated cause is graded as the cause, never the list of findings below it. What fails is wrong.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.evidence import Evidence
from bot.domain.run import Run
from bot.domain.status import Severity, TaskStatus
from bot.domain.workflow import WorkflowDefinition
from bot.sandbox.scenario import Truth

_TELLING = re.compile(r"[A-Za-z0-9_]*\d[A-Za-z0-9_]*(?:\.\d+)?|[A-Za-z0-9]+_\w+")  # numbers, and names such as fwd07
_MORE = re.compile(r" \(and \d+ more (?:like it|of this kind)\)")  # counted by us, not by Splunk


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
    """Compare severities; a report that found nothing wrong, but could not check all, is right where nothing is."""
    accepted = {truth.severity, *(["incomplete"] if truth.severity == "clear" else [])}
    return run.report.severity in accepted


def findings_found(run: Run) -> set[str]:
    """Return the ids of all findings."""
    return {finding.id for result in run.results for finding in result.findings}


def precision(truth: Truth, run: Run) -> float | None:
    """Return the share of findings that should stand; None where the truth does not list findings."""
    if truth.findings is None:
        return None
    graded = [one for one in findings_found(run) if not any(is_about(one, allowed) for allowed in truth.may_find)]
    right = [one for one in graded if any(is_about(one, expected) for expected in truth.findings)]
    return len(right) / len(graded) if graded else 1.0


def recall(truth: Truth, run: Run) -> float | None:
    """Return the share of the truth's findings that stand; None where the truth does not list findings."""
    if truth.findings is None:
        return None
    found = findings_found(run)
    seen = [expected for expected in truth.findings if any(is_about(one, expected) for one in found)]
    return len(seen) / len(truth.findings) if truth.findings else 1.0


def evidence_cited(truth: Truth, run: Run) -> bool | None:
    """Say whether the searches behind the cause hold the truth's texts; None where it asks for none."""
    if not truth.evidence:
        return None
    cited = run.report.root_cause.evidence if run.report.root_cause else ()
    searched = "\n".join(entry.spl for entry in run.evidence if entry.id in cited).lower()
    return all(text.lower() in searched for text in truth.evidence)


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
    """Return the truth's never_claim texts that stand in the report."""
    said = "\n".join(_said(run)).lower()
    return [text for text in truth.never_claim if re.search(rf"(?<!\w){re.escape(text.lower())}(?!\w)", said)]


def _said(run: Run) -> Iterator[str]:
    report = run.report
    yield from (report.headline, report.executive_summary, *report.findings)
    if report.root_cause:
        yield from (report.root_cause.text, report.root_cause.because, *report.root_cause.effects)
    for action in report.actions:
        yield from (action.do, action.why)


def unsupported(run: Run, workflow: WorkflowDefinition | None) -> list[str]:
    """Return each claim without grounds: no or an unknown citation, or a cause with what its evidence does not hold.

    Numbers and names that the rule's own sentence holds, such as a limit, need no evidence.
    """
    ledger = {entry.id: entry for entry in run.evidence}
    cited: list[tuple[str, Sequence[str]]] = [
        (finding.id, finding.evidence) for result in run.results for finding in result.findings
    ]
    cited += [(f"action: {action.do}", action.evidence) for action in run.report.actions]
    cause = run.report.root_cause
    if cause:
        cited.append((f"cause: {cause.finding}", cause.evidence))
    baseless = [claim for claim, ids in cited if not ids or any(one not in ledger for one in ids)]
    if cause:
        entries = [ledger[one] for one in cause.evidence if one in ledger]
        unknown = _not_in(_MORE.sub("", cause.text), _sentence(cause.finding, workflow), entries)
        baseless += [f"cause: {word} is in no cited row" for word in unknown]
    return list(dict.fromkeys(baseless))


def _sentence(finding: str, workflow: WorkflowDefinition | None) -> str:
    task_id, _, rule_id = finding.partition(".")
    tasks = workflow.tasks if workflow else ()
    return " ".join(rule.finding for task in tasks if task.id == task_id for rule in task.rules if rule.id == rule_id)


def _not_in(text: str, own_words: str, entries: Iterable[Evidence]) -> list[str]:
    held = [own_words]
    for entry in entries:
        held.append(entry.spl)
        held += [cell if isinstance(cell, str) else " ".join(cell) for row in entry.sample for cell in row.values()]
    known = {_plain(word) for word in _TELLING.findall("\n".join(held))}
    return [word for word in dict.fromkeys(_TELLING.findall(text)) if _plain(word) not in known]


def _plain(word: str) -> str:
    """Write 75, 75.0 and 75.00 alike."""
    return f"{float(word):g}" if re.fullmatch(r"\d{1,15}(\.\d+)?", word) else word.lower()
