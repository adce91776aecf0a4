"""Pure: from what the probes saw and how the rules judged it, to a task's status, findings and gaps."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from bot.domain.evidence import Evidence, Row
from bot.domain.report import ActionItem, Gap
from bot.domain.run import Finding
from bot.domain.status import TaskStatus, worst
from bot.domain.workflow import TaskDefinition
from bot.engine.conditions import uses
from bot.engine.rules import Hit, Judgement, gate_open
from bot.safety.values import placeholders

THINGS = frozenset({"index", "sourcetype", "host", "source"})  # parameters that name something, and no time
_REFUSED = re.compile(r"\bstatus=403\b|\bForbidden\b")  # how | rest tells it: a WARN message, and no rows


@dataclass(frozen=True, slots=True)
class Seen:
    """A probe that came back with its rows, none included."""

    probe: str
    evidence: Evidence
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Unseen:
    """A probe without an answer: `missing` a parameter, `refused` by rights, `failed` otherwise."""

    probe: str
    kind: Literal["missing", "refused", "failed"]
    reason: str
    unlock: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the rules judge a task."""

    status: TaskStatus
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    reason: str
    scope: str | None


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A reason why a task without findings cannot be called clear."""

    status: TaskStatus
    reason: str
    unlock: str | None = None


def decide(
    task: TaskDefinition,
    seen: Sequence[Seen],
    unseen: Sequence[Unseen],
    judgement: Judgement,
    named: Mapping[str, str] = MappingProxyType({}),
) -> Verdict:
    """Judge *task*: findings win; without any, it is clear only if nothing leaves a doubt.

    *named* are the parameters that the person named. A search that only tells what changed leaves no doubt. What a
    rule concludes from absence is no finding unless all that it looked at was seen whole.
    """
    evidence = {probe.probe: probe.evidence.id for probe in seen}
    reasons = {hit: _unproven(task, hit, seen) for hit in judgement.hits}
    findings = tuple(_finding(task, hit, evidence, named) for hit, why in reasons.items() if why is None)
    aside = _only_context(task)
    seen = [probe for probe in seen if probe.probe not in aside]
    unseen = [probe for probe in unseen if probe.probe not in aside]
    doubts = [
        *_closed_gates(task, seen),
        *_empty(task, seen),
        *_unanswered(task, seen, unseen),
        *_partial(task, seen),
        *(_Doubt(TaskStatus.INCONCLUSIVE, f"not sure that {hit.text}: {why}") for hit, why in reasons.items() if why),
        *_blind(judgement),
        *_unasked(judgement),
    ]
    doubts.sort(key=lambda doubt: list(TaskStatus).index(doubt.status))
    statuses = [TaskStatus(finding.status) for finding in findings] or [doubt.status for doubt in doubts]
    gaps = dict.fromkeys(
        Gap(task_id=task.id, title=task.title, reason=doubt.reason, unlock=doubt.unlock) for doubt in doubts
    )
    return Verdict(
        status=worst(statuses),
        findings=tuple(sorted(findings, key=lambda finding: finding.status is not TaskStatus.CRITICAL)),
        gaps=tuple(gaps),
        reason=doubts[0].reason if doubts else "",
        scope=_scope(task, unseen),
    )


def _only_context(task: TaskDefinition) -> set[str]:
    """Return the probes that only rules of status context look at."""
    context = {rule.over for rule in task.rules if rule.status == "context" and rule.over}
    judged = {rule.over for rule in task.rules if rule.status != "context"}
    asked = [rule.when for rule in task.rules if rule.status != "context"] + [blind.when for blind in task.blind]
    named = {probe for when in asked for probe in uses(when, task.probes).probes}
    return context - judged - named - set(task.gates)


def _unproven(task: TaskDefinition, hit: Hit, seen: Sequence[Seen]) -> str | None:
    """Say why *hit*, if its rule concludes from what is absent, may come from blindness; None if it does not."""
    if not hit.rule.needs_whole:
        return None
    answered = {probe.probe: probe for probe in seen}
    for gate in task.gates:
        if gate not in answered or not gate_open(answered[gate].rows):
            return f"{gate} shows nothing"
    partial = next((name for name in hit.probes if name in answered and not _is_whole(answered[name])), None)
    return partial and f"{partial} may be incomplete"


def _is_whole(probe: Seen) -> bool:
    told = probe.evidence
    return not (told.partial or told.messages or told.row_count > len(probe.rows))


def _finding(task: TaskDefinition, hit: Hit, evidence: dict[str, str], named: Mapping[str, str]) -> Finding:
    cited = _cited(hit, evidence)
    told = hit.rule.action
    action = told and ActionItem(
        priority=told.priority, owner=told.owner, do=told.do, why=hit.text, verify=told.verify, evidence=cited
    )
    more = f" (and {hit.more} more like it)" if hit.more else ""
    return Finding(
        id=f"{task.id}.{hit.rule.id}",
        status=TaskStatus.CRITICAL if hit.rule.status == "critical" else TaskStatus.WARNING,
        text=hit.text + more,
        evidence=cited,
        action=action,
        host=hit.host,
        stage=hit.stage,
        named=_is_named(task, hit, named),
        elsewhere=_is_elsewhere(hit, named),
    )


def _cited(hit: Hit, evidence: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(evidence[probe] for probe in hit.probes if probe in evidence))


def _is_named(task: TaskDefinition, hit: Hit, named: Mapping[str, str]) -> bool:
    """Whether *hit* is about what the person named: its search asks for that, or its row says it."""
    things = {name: value for name, value in named.items() if name in THINGS}
    asked = {name for probe in hit.probes for name in placeholders(task.probes[probe].spl)}
    return not asked.isdisjoint(things) or not hit.names.isdisjoint(things.values())


def _is_elsewhere(hit: Hit, named: Mapping[str, str]) -> bool:
    """Whether *hit* is about another index than the one that the person named."""
    asked = named.get("index")
    return bool(asked and hit.index) and str(hit.index).casefold() != str(asked).casefold()


def _closed_gates(task: TaskDefinition, seen: Sequence[Seen]) -> list[_Doubt]:
    rows = {probe.probe: probe.rows for probe in seen}
    closed = [gate for gate in task.gates if gate in rows and not gate_open(rows[gate])]
    return [
        _Doubt(TaskStatus.NOT_CHECKED, f"{gate} shows nothing, so silence proves nothing", task.probes[gate].unlock)
        for gate in closed
    ]


def _empty(task: TaskDefinition, seen: Sequence[Seen]) -> list[_Doubt]:
    """Doubt a probe without rows where there must be some; what Splunk says of it is told elsewhere."""
    return [
        _Doubt(
            TaskStatus.NOT_CHECKED,
            f"{probe.probe} shows no row, and there must be one",
            task.probes[probe.probe].unlock,
        )
        for probe in seen
        if task.probes[probe.probe].must_show and not probe.rows and not probe.evidence.messages
    ]


def _unanswered(task: TaskDefinition, seen: Sequence[Seen], unseen: Sequence[Unseen]) -> list[_Doubt]:
    asked_more_than_gates = any(probe.probe not in task.gates for probe in seen)
    statuses = {
        "missing": TaskStatus.INCONCLUSIVE if asked_more_than_gates else TaskStatus.NOT_CHECKED,
        "refused": TaskStatus.NOT_CHECKED,
        "failed": TaskStatus.INCONCLUSIVE if seen else TaskStatus.FAILED,
    }
    return [
        _Doubt(
            TaskStatus.NOT_CHECKED if probe.probe in task.gates and seen else statuses[probe.kind],
            probe.reason,
            probe.unlock or (task.probes[probe.probe].unlock if probe.kind == "refused" else None),
        )
        for probe in unseen
        if not (probe.kind == "missing" and task.probes[probe.probe].optional and probe.probe not in task.gates)
    ]


def _partial(task: TaskDefinition, seen: Sequence[Seen]) -> list[_Doubt]:
    doubts = []
    for probe in seen:
        refusal = next((said for said in probe.evidence.messages if _REFUSED.search(said)), None)
        if refusal and not probe.rows:
            unlock = task.probes[probe.probe].unlock
            doubts.append(_Doubt(TaskStatus.NOT_CHECKED, f"Splunk refuses what {probe.probe} asks for", unlock))
        elif probe.evidence.messages or probe.evidence.partial:
            said = probe.evidence.messages[0] if probe.evidence.messages else "the search ended early"
            doubts.append(_Doubt(TaskStatus.INCONCLUSIVE, f"{probe.probe} may be incomplete: {said}"))
        if probe.evidence.row_count > len(probe.rows):
            counted = f"{len(probe.rows)} of {probe.evidence.row_count} rows"
            doubts.append(_Doubt(TaskStatus.INCONCLUSIVE, f"{probe.probe}: only {counted} were read"))
    return doubts


def _blind(judgement: Judgement) -> list[_Doubt]:
    fired = [_Doubt(TaskStatus(blind.status), blind.reason, blind.unlock) for blind in judgement.blind]
    return fired + [_Doubt(TaskStatus.INCONCLUSIVE, unsure) for unsure in judgement.unsure]


def _unasked(judgement: Judgement) -> list[_Doubt]:
    """Doubt what a missing parameter left out; what a missing probe left out, the probe itself tells."""
    return [_missing(unasked.parameters) for unasked in judgement.unasked if not unasked.probes]


def _missing(parameters: Sequence[str]) -> _Doubt:
    reason, unlock = unnamed(parameters)
    return _Doubt(TaskStatus.INCONCLUSIVE, reason, unlock)


def unnamed(parameters: Sequence[str]) -> tuple[str, str]:
    """Say that nobody named *parameters*, and how to name them."""
    return f"no {' and '.join(parameters)} was named", f"say it in the problem: {parameters[0]}=…"


def _scope(task: TaskDefinition, unseen: Sequence[Unseen]) -> str | None:
    left_out = [probe.reason for probe in unseen if probe.kind == "missing" and task.probes[probe.probe].optional]
    return "; ".join(left_out) or None
