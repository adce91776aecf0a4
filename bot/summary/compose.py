"""What the results amount to: severity, coverage, findings, actions and gaps. Pure; no prose and no model."""

from collections.abc import Iterable, Sequence

from bot.domain.evidence import Evidence
from bot.domain.report import ActionItem, Coverage, Gap, RootCause
from bot.domain.run import Finding, TaskResult
from bot.domain.status import WORST_FIRST, Severity, TaskStatus
from bot.summary.words import cited, distinct, one_line

_MOST_WHYS = 2  # reasons named for one action; a row each of a thousand hosts would drown it

LATER = 3  # the priority of what should go away by itself


def severity(results: Sequence[TaskResult]) -> Severity:
    """Judge the whole: CLEAR only when there are checks and each of them is clear."""
    seen = {result.status for result in results} | {finding.status for finding in found(results)}
    if TaskStatus.CRITICAL in seen:
        return Severity.CRITICAL
    if TaskStatus.WARNING in seen:
        return Severity.WARNING
    return Severity.CLEAR if seen == {TaskStatus.CLEAR} else Severity.INCOMPLETE


def coverage(results: Sequence[TaskResult]) -> Coverage:
    """Count the checks that ran, and those among them without a clear answer."""
    return Coverage(
        ran=sum(result.status.ran for result in results),
        planned=len(results),
        inconclusive=sum(result.status is TaskStatus.INCONCLUSIVE for result in results),
    )


def found(results: Iterable[TaskResult]) -> list[Finding]:
    """Return all findings, worst first, else in the order of the tasks."""
    every = [finding for result in results for finding in result.findings]
    return sorted(every, key=lambda finding: WORST_FIRST.index(finding.status))


def cause_first(findings: Sequence[Finding], cause: RootCause | None) -> list[Finding]:
    """Return *findings* with the cause's before the others that are as bad."""
    return sorted(findings, key=lambda one: (WORST_FIRST.index(one.status), not _is_of_cause(one, cause)))


def _is_of_cause(one: Finding, cause: RootCause | None) -> bool:
    """Whether *one* is the cause: of several hits of its rule some may be its effects."""
    return cause is not None and one.id == cause.finding and one.text not in cause.effects


def finding_lines(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return each finding's text with its ledger ids; equal texts become one line with all their ids."""
    ids: dict[str, list[str]] = {}
    for finding in findings:
        ids.setdefault(one_line(finding.text), []).extend(finding.evidence)
    return tuple(cited(text, distinct(evidence)) for text, evidence in ids.items())


def actions(findings: Sequence[Finding], cause: RootCause | None) -> tuple[ActionItem, ...]:
    """Return what to do: the cause's action first, then by priority, then by how bad its finding is.

    What the cause explains should go away with it, so its own action can wait. The same order to the same owner is
    given once, with the most urgent priority and all evidence.
    """
    alike: dict[tuple[str, str], list[ActionItem]] = {}
    leading: set[tuple[str, str]] = set()
    for finding in findings:
        if finding.action is None:
            continue
        item = _grounded(finding.action, finding)
        if cause and finding.id in cause.effect_ids and finding.id != cause.finding:
            item = item.model_copy(update={"priority": LATER, "do": f"If it stays once the cause is gone: {item.do}"})
        key = (item.owner.casefold(), item.do.casefold())
        alike.setdefault(key, []).append(item)
        if cause and finding.id == cause.finding:
            leading.add(key)
    merged = {key: _merged(items) for key, items in alike.items()}
    order = sorted(merged, key=lambda key: (key not in leading, merged[key].priority))
    return tuple(merged[key] for key in order)


def _grounded(action: ActionItem, finding: Finding) -> ActionItem:
    evidence = action.evidence or finding.evidence
    return action.model_copy(update={"why": action.why or finding.text, "evidence": evidence})


def _merged(items: Sequence[ActionItem]) -> ActionItem:
    """Return *items*, which order the same, as one."""
    whys = distinct(item.why for item in items)
    more = f"; and {len(whys) - _MOST_WHYS} more" if len(whys) > _MOST_WHYS else ""
    return items[0].model_copy(
        update={
            "priority": min(item.priority for item in items),
            "why": "; ".join(whys[:_MOST_WHYS]) + more,
            "verify": next((item.verify for item in items if item.verify), None),
            "evidence": distinct(cited for item in items for cited in item.evidence),
        }
    )


def gaps(results: Sequence[TaskResult]) -> tuple[Gap, ...]:
    """Return what was not checked; tasks with the same reason and the same way out share one gap."""
    merged: dict[tuple[str, str | None], Gap] = {}
    for gap in (gap for result in results for gap in _gaps_of(result)):
        key = (gap.reason, gap.unlock)
        first = merged.get(key)
        if first is None:
            merged[key] = gap
        elif gap.title not in first.title.split(", "):
            merged[key] = first.model_copy(update={"title": f"{first.title}, {gap.title}"})
    return tuple(merged.values())


def _gaps_of(result: TaskResult) -> tuple[Gap, ...]:
    answered = result.status.ran and result.status is not TaskStatus.INCONCLUSIVE
    if result.gaps or answered:
        return result.gaps
    reason = result.reason or f"the check is {result.status.replace('_', ' ')}, with no reason given"
    return (Gap(task_id=result.task_id, title=result.title, reason=reason),)


def check_citations(results: Sequence[TaskResult], evidence: Sequence[Evidence], diagnosis: RootCause | None) -> None:
    """Raise ValueError, for it is a bug of ours, when something cites what the ledger does not hold.

    Without a ledger (`evidence` empty) ids cannot be checked; that a root cause cites some always can.
    """
    if diagnosis and not diagnosis.evidence:
        raise ValueError(f"the root cause {diagnosis.finding} cites no evidence")
    if not evidence:
        return
    citing = [diagnosis.evidence] if diagnosis else []
    for result in results:
        citing.append(result.evidence)
        citing += [finding.evidence for finding in result.findings]
        citing += [note.evidence for note in result.notes]
        citing += [finding.action.evidence for finding in result.findings if finding.action]
        if result.interpretation:
            citing += [result.interpretation.evidence, *(claim.evidence for claim in result.interpretation.claims)]
    missing = {cited_id for ids in citing for cited_id in ids} - {entry.id for entry in evidence}
    if missing:
        raise ValueError(f"cited, and not in the ledger: {', '.join(sorted(missing))}")
