"""The summarization tool: a problem and its tasks' results in, a whole report out."""

import logging
import time
from collections.abc import Sequence

from bot.domain.event import AgentFinished, RunEvent
from bot.domain.evidence import Evidence
from bot.domain.report import Report, RootCause
from bot.domain.run import Problem, TaskResult
from bot.errors import ModelError
from bot.ports import Observer, SummaryBrief, SummaryWriter
from bot.safety.masking import mask
from bot.summary import compose, details, prose, resolution
from bot.summary.cause import no_cause_reason, root_cause
from bot.summary.draft import fault, with_draft

_log = logging.getLogger(__name__)


def ignore(event: RunEvent) -> None:
    """Listen to nothing."""


def report_by_rules(
    results: Sequence[TaskResult], evidence: Sequence[Evidence] = (), diagnosis: RootCause | None = None
) -> Report:
    """Compose the whole report without a model. Raises ValueError when something cites what the ledger lacks."""
    compose.check_citations(results, evidence, diagnosis)
    findings = compose.found(results)
    cause = root_cause(findings, diagnosis)
    findings = compose.cause_first(findings, cause)
    severity, gaps = compose.severity(results), compose.gaps(results)
    actions = compose.actions(findings, cause)
    return Report(
        severity=severity,
        headline=prose.headline(severity, results, findings, cause),
        executive_summary=prose.executive_summary(results, findings, cause, gaps, evidence),
        coverage=compose.coverage(results),
        root_cause=cause,
        no_cause_reason=None if cause else no_cause_reason(results, findings),
        context=details.context(results) if findings else (),
        findings=compose.finding_lines(findings),
        actions=actions,
        resolution_estimate=resolution.estimate(severity, actions, gaps, cause),
        resolution_timeline=resolution.timeline(actions, gaps, cause),
        technical_details=details.technical_details(evidence),
        interpretations=details.interpretations(results),
        unverified=details.unverified(results),
        follow_ups=resolution.follow_ups(results, gaps, cause),
        gaps=gaps,
        note=" ".join(details.model_notes(results)) or None,
    )


class SummarizationTool:
    """Summarizes any run's results; keeps nothing between calls, so one instance serves all runs at once."""

    def __init__(self, writer: SummaryWriter | None = None) -> None:
        self._writer = writer

    async def summarize(
        self,
        problem: Problem | str,
        results: Sequence[TaskResult],
        *,
        evidence: Sequence[Evidence] = (),
        diagnosis: RootCause | None = None,
        run_id: str = "",
        tell: Observer = ignore,
    ) -> Report:
        """Return the report on *results*.

        Severity, coverage, gaps and citations are decided here by rules; the writer, if there is one, may only put
        the summary and the follow-ups in other words. When it fails, the rules' prose stands and `note` says why.
        *evidence* is the run's ledger: with it every citation is checked, and a missing one raises ValueError.
        """
        floor = self.floor(problem, results, evidence, diagnosis)
        if self._writer is None:
            return floor
        asked = Problem(text=mask(problem)) if isinstance(problem, str) else problem
        brief = SummaryBrief(run_id=run_id, problem=asked, results=tuple(results), floor=floor)
        began = time.perf_counter()
        report, why_not = await self._drafted(brief, self._writer, tell)
        tell(
            AgentFinished(
                run_id=run_id,
                at=time.time(),
                task_id=None,
                duration_s=time.perf_counter() - began,
                ok=why_not is None,
                outcome=why_not or "summary written",
            )
        )
        return report

    @staticmethod
    def floor(
        problem: Problem | str,
        results: Sequence[TaskResult],
        evidence: Sequence[Evidence] = (),
        diagnosis: RootCause | None = None,
        why: str | None = None,
    ) -> Report:
        """Return the report by rules alone; *why* no model's prose was waited for is noted."""
        floor = report_by_rules(results, evidence, diagnosis)
        if isinstance(problem, Problem) and problem.unread:
            floor = _noted(floor, f"{problem.not_understood}.")
        return _noted(floor, f"The summary is written by rules: {why}.") if why else floor

    @staticmethod
    async def _drafted(brief: SummaryBrief, writer: SummaryWriter, tell: Observer) -> tuple[Report, str | None]:
        """Return the report with the model's prose, or the floor and why it stands."""
        floor, named = brief.floor, tuple(brief.problem.parameters.named().values())
        try:
            draft = await writer.draft(brief, tell)
            wrong = fault(draft, _citable(brief), floor, named)
            why_not = f"the model's draft was not used: {wrong}." if wrong else None
        except ModelError as error:
            why_not = str(error)
        except Exception:  # noqa: BLE001 - a bug in a writer must not cost the people their report
            _log.exception("the writer of run %s broke", brief.run_id)
            why_not = "internal error at the model; the log has it."
        if why_not is None:
            return with_draft(floor, draft, prose.limits(brief.results, floor.gaps), named), None
        if floor.note and why_not in floor.note:
            return floor, why_not  # the model was not available to the checks either, and one line says so
        return _noted(floor, f"The summary is written by rules: {why_not}"), why_not


def _noted(report: Report, note: str) -> Report:
    return report.model_copy(update={"note": " ".join(filter(None, (note, report.note)))})


def _citable(brief: SummaryBrief) -> frozenset[str]:
    """Return the ids that a draft may cite: those of the findings; where nothing was found, the whole ledger's."""
    findings = compose.found(brief.results)
    ids = {cited for finding in findings for cited in finding.evidence}
    ids |= set(brief.floor.root_cause.evidence) if brief.floor.root_cause else set()
    return frozenset(ids or {line.id for line in brief.floor.technical_details})
