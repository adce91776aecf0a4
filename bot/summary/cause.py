"""Which finding is named as the root cause, and what is said when none is. Pure."""

from collections.abc import Sequence

from bot.domain.report import RootCause
from bot.domain.run import Finding, TaskResult
from bot.domain.status import TaskStatus
from bot.summary.compose import coverage
from bot.summary.words import clause, counted, like_it, listed


def root_cause(findings: Sequence[Finding], diagnosis: RootCause | None) -> RootCause | None:
    """Return the diagnosis; without one, a sole critical finding with low confidence; else None."""
    if diagnosis:
        return diagnosis
    critical = [finding for finding in findings if finding.status is TaskStatus.CRITICAL and not finding.elsewhere]
    if len(critical) != 1 or not critical[0].evidence:
        return None
    return RootCause(
        finding=critical[0].id,
        text=critical[0].text,
        confidence="low",
        because="it is the only critical finding; no rule says that it explains anything else",
        evidence=critical[0].evidence,
    )


def some_effects(cause: RootCause, most: int = 2) -> str:
    """Say what *cause* explains: one of each kind, the first *most* kinds, and how many findings are left."""
    told = [like_it(clause(text), more) for text, more in cause.kinds[:most]]
    left = sum(1 + more for _, more in cause.kinds[most:])
    return "; ".join(told) + (f"; and {left} more" if left else "")


def no_cause_reason(results: Sequence[TaskResult], findings: Sequence[Finding]) -> str:
    """Say why no cause is named, and what was excluded."""
    clear = [result.title for result in results if result.status is TaskStatus.CLEAR]
    excluded = f"{counted(len(clear), 'check')} {'was' if len(clear) == 1 else 'were'} clear ({listed(clear, 10)})"
    if findings and all(finding.elsewhere for finding in findings):
        why = "No cause is named: what was found is about another index than the one that was asked about"
        return f"{why}; {excluded}." if clear else f"{why}."
    if findings:
        why = f"No single cause is named: no rule says which of {counted(len(findings), 'finding')} explains the others"
        return f"{why}; {excluded}." if clear else f"{why}."
    if any(result.status in {TaskStatus.CRITICAL, TaskStatus.WARNING} for result in results):
        return "No cause found: a check is not clear, and says no finding."
    seen = coverage(results)
    unanswered = seen.planned - seen.ran + seen.inconclusive
    if not clear:
        return "No cause found: no check gave a clear answer." if results else "No cause found: nothing was checked."
    rest = f"; {counted(unanswered, 'check')} gave no answer, so a cause there is not excluded" if unanswered else ""
    return f"No cause found: {excluded}{rest}."
