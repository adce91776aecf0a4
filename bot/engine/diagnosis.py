"""Pure: results → root cause. The cause is the finding that others are explained by and that nothing explains."""

from collections.abc import Mapping, Sequence

from bot.domain.report import Confidence, RootCause
from bot.domain.run import Finding, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import WorkflowDefinition


def diagnose(workflow: WorkflowDefinition, results: Sequence[TaskResult]) -> RootCause | None:
    """Name the one finding that explains the most; None when nothing was found. It always cites evidence."""
    found = _by_id(results)
    if not found:
        return None
    explained_by = {cause.cause: cause for cause in workflow.causes if cause.cause in found}
    effects = {finding_id: _effects(finding_id, workflow, found) for finding_id in found}
    victims = {effect for cause, of in effects.items() for effect in of if cause not in effects[effect]}
    candidates = [finding_id for finding_id in found if finding_id not in victims]
    order = list(found)
    best = min(
        candidates,
        key=lambda one: (found[one][0].status is not TaskStatus.CRITICAL, -len(effects[one]), order.index(one)),
    )
    rivals = [one for one in candidates if one != best and found[one][0].status is found[best][0].status]
    confidence, why = _confidence(found[best][0], effects[best], rivals, results)
    because = f"{explained_by[best].because}; {why}" if best in explained_by and effects[best] else why
    return RootCause(
        finding=best,
        text=found[best][0].text + _others(found[best]),
        confidence=confidence,
        because=because,
        effects=tuple(found[effect][0].text for effect in effects[best]),
        effect_ids=effects[best],
        evidence=tuple(dict.fromkeys(cited for finding in found[best] for cited in finding.evidence)),
    )


def _by_id(results: Sequence[TaskResult]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for result in results:
        for finding in result.findings:
            if finding.evidence:
                found.setdefault(finding.id, []).append(finding)
    return found


def _effects(start: str, workflow: WorkflowDefinition, found: Mapping[str, list[Finding]]) -> tuple[str, ...]:
    """Return the present findings that *start* explains, directly or through others, present or not."""
    reached: dict[str, None] = {}
    edge = [start]
    while edge:
        one = edge.pop(0)
        for cause in workflow.causes:
            if cause.cause == one:
                fresh = [effect for effect in cause.explains if effect not in reached and effect != start]
                reached.update(dict.fromkeys(fresh))
                edge.extend(fresh)
    return tuple(effect for effect in reached if effect in found)


def _others(findings: list[Finding]) -> str:
    return f" (and {len(findings) - 1} more of this kind)" if len(findings) > 1 else ""


def _confidence(
    best: Finding, effects: tuple[str, ...], rivals: list[str], results: Sequence[TaskResult]
) -> tuple[Confidence, str]:
    unseen = sum(not result.status.ran for result in results)
    gaps = f"{unseen} of {len(results)} checks did not run" if unseen else ""
    if rivals:
        return "low", f"{len(rivals)} more of the same weight stand beside it, explained by nothing"
    if best.status is not TaskStatus.CRITICAL:
        return "low", "it is the worst that was found, and only a warning" + (f"; {gaps}" if gaps else "")
    if effects and not gaps:
        return "high", f"it explains {len(effects)} other finding{'s' * (len(effects) > 1)}, and every check ran"
    if effects:
        return "medium", f"it explains {len(effects)} other finding{'s' * (len(effects) > 1)}, but {gaps}"
    return "medium", "it is the only critical finding" + (f", but {gaps}" if gaps else ", and every check ran")
