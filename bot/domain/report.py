"""What a run tells the people in the incident."""

from typing import Literal

from bot.domain.frozen import Frozen
from bot.domain.status import Severity

Confidence = Literal["high", "medium", "low"]


class Coverage(Frozen):
    """How much of the plan was looked at."""

    ran: int
    planned: int
    inconclusive: int = 0  # of those that ran

    def __str__(self) -> str:
        """Say it as the report opens: "8 of 10 checks ran"."""
        noun = "check" if self.planned == 1 else "checks"
        tail = f", {self.inconclusive} without a clear answer" if self.inconclusive else ""
        return f"{self.ran} of {self.planned} {noun} ran{tail}"


class RootCause(Frozen):
    """The one finding that explains the others."""

    finding: str  # its id, task.rule
    text: str
    confidence: Confidence
    because: str  # why it is the cause, and why with this confidence
    effects: tuple[str, ...] = ()  # texts of the findings it explains
    effect_ids: tuple[str, ...] = ()  # their ids, in the same order
    evidence: tuple[str, ...]  # ledger ids, never none

    @property
    def kinds(self) -> tuple[tuple[str, int], ...]:
        """Return of each rule whose findings it explains the first finding's text, and how many more there are."""
        ids = self.effect_ids if len(self.effect_ids) == len(self.effects) else self.effects
        of_rule: dict[str, list[str]] = {}
        for finding, text in zip(ids, self.effects, strict=True):
            of_rule.setdefault(finding, []).append(text)
        return tuple((first, len(more)) for first, *more in of_rule.values())


class ActionItem(Frozen):
    """Something to do: who, what, why, and how to see that it worked."""

    priority: int  # 1 now, 2 today, 3 when there is time
    owner: str
    do: str
    why: str
    verify: str | None = None
    evidence: tuple[str, ...] = ()


class Gap(Frozen):
    """Something that was not checked, and what would unlock it."""

    task_id: str
    title: str
    reason: str
    unlock: str | None = None


class ResolutionStep(Frozen):
    """A stretch of the way back to normal."""

    when: str  # "now", "today", "later"
    what: str


class EvidenceLine(Frozen):
    """One ledger entry as the technical part lists it."""

    id: str
    text: str
    link: str | None = None


class Report(Frozen):
    """The whole answer. Severity, coverage, gaps and citations are decided by code; prose may be a model's."""

    severity: Severity
    headline: str
    executive_summary: str
    coverage: Coverage
    root_cause: RootCause | None
    no_cause_reason: str | None = None  # set exactly when there is no root cause
    context: tuple[str, ...] = ()  # what changed shortly before, the latest first, each with its evidence ids
    findings: tuple[str, ...] = ()  # worst first, each with its evidence ids
    actions: tuple[ActionItem, ...] = ()
    resolution_estimate: str
    resolution_timeline: tuple[ResolutionStep, ...] = ()
    technical_details: tuple[EvidenceLine, ...] = ()
    interpretations: tuple[str, ...] = ()  # what a model found whose names and numbers stand in the cited rows
    unverified: tuple[str, ...] = ()  # what else a model says, each with why it is not believed
    follow_ups: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    prose_by: Literal["rules", "model"] = "rules"
    note: str | None = None  # why no model was used, say


class SummaryDraft(Frozen):
    """The narrow part of a report that a model may write."""

    executive_summary: str
    follow_ups: tuple[str, ...] = ()
