"""Pure: results → root cause, the finding that explains others and that nothing explains.

Which explains which stands in `explanations`. What nothing explains is a candidate, and the first of these that tells
candidates apart decides: critical before warning; what is about the very thing that the person named, then what
explains such a finding, then the rest, so that noise elsewhere does not win; how many critical findings, then how many
at all, it explains; its place in the file. The unexplained hits of one rule are one candidate: they are counted, and
the one furthest downstream leads. What is about another index than the one that the person named is no candidate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.report import Confidence, RootCause
from bot.domain.run import Finding, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import WorkflowDefinition
from bot.engine.explanations import Explanations


def diagnose(workflow: WorkflowDefinition, results: Sequence[TaskResult]) -> RootCause | None:
    """Name the one finding that explains the most; None when there is no candidate. It always cites evidence."""
    candidates = _candidates(Explanations(workflow.causes, results))
    if not candidates:
        return None
    best, *others = sorted(candidates, key=_Candidate.rank)
    rivals = [other for other in others if other.leader.status is best.leader.status]
    confidence, why = _confidence(best, rivals, results)
    because = f"{best.because(workflow)}; {why}" if best.effects else why
    return RootCause(
        finding=best.leader.id,
        text=best.leader.text + _others(best.findings),
        confidence=confidence,
        because=because,
        effects=tuple(effect.text for effect in best.effects),
        effect_ids=tuple(effect.id for effect in best.effects),
        evidence=tuple(dict.fromkeys(cited for finding in best.findings for cited in finding.evidence)),
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """The unexplained hits of one rule, the leading one first, and all that they explain."""

    findings: tuple[Finding, ...]
    effects: tuple[Finding, ...]

    @property
    def leader(self) -> Finding:
        return self.findings[0]

    @property
    def distance(self) -> int:
        """How far it is from what the person named: 0 about it, 1 explains something about it, 2 neither."""
        if any(finding.named for finding in self.findings):
            return 0
        return 1 if any(effect.named for effect in self.effects) else 2

    def rank(self) -> tuple[bool, int, int, int]:
        """Tell candidates apart, the best first; those alike stay in the file's order."""
        critical = sum(effect.status is TaskStatus.CRITICAL for effect in self.effects)
        is_warning = self.leader.status is not TaskStatus.CRITICAL
        return is_warning, self.distance, -critical, -len(self.effects)

    def because(self, workflow: WorkflowDefinition) -> str:
        """Return the reason of the cause that explains most of what is here; a chain's when there is none."""
        ids = {effect.id for effect in self.effects}
        causes = [cause for cause in workflow.causes if cause.cause == self.leader.id]
        best = max(causes, key=lambda cause: len(ids.intersection(cause.explains)), default=None)
        return best.because if best else "what lies before it on the same host waits for it"


def _candidates(explanations: Explanations) -> list[_Candidate]:
    """Gather the unexplained findings by their rule."""
    found = explanations.findings
    rules: dict[str, list[int]] = {}
    for number in explanations.unexplained:
        if not found[number].elsewhere:
            rules.setdefault(found[number].id, []).append(number)
    candidates = []
    for numbers in rules.values():
        leading = sorted(numbers, key=lambda number: found[number].stage or 0)
        explained = set().union(*(explanations.effects[number] for number in numbers)) - set(numbers)
        candidates.append(
            _Candidate(
                findings=tuple(found[number] for number in leading),
                effects=tuple(found[number] for number in sorted(explained)),
            )
        )
    return candidates


def _others(findings: Sequence[Finding]) -> str:
    return f" (and {len(findings) - 1} more of this kind)" if len(findings) > 1 else ""


def _confidence(
    best: _Candidate, rivals: Sequence[_Candidate], results: Sequence[TaskResult]
) -> tuple[Confidence, str]:
    unseen = sum(not result.status.ran for result in results)
    gaps = f"{unseen} of {len(results)} checks did not run" if unseen else ""
    count = len(best.effects)
    explains = f"it explains {count} other finding{'s' * (count > 1)}"
    if best.leader.status is not TaskStatus.CRITICAL:
        return "low", "it is the worst that was found, and only a warning" + (f"; {gaps}" if gaps else "")
    if rivals:
        beside = (
            f"{len(rivals)} more of the same weight stand{'s' * (len(rivals) == 1)} beside it, explained by nothing"
        )
        if count and all(rival.distance > best.distance for rival in rivals):
            return "medium", f"{explains}, and is nearer to what was asked; {beside}"
        return "low", beside
    if count:
        return ("medium", f"{explains}, but {gaps}") if gaps else ("high", f"{explains}, and every check ran")
    return "medium", "it is the only critical finding" + (f", but {gaps}" if gaps else ", and every check ran")
