"""The report's headline and executive summary as the rules write them: plain sentences for a tired reader. Pure."""

from collections.abc import Sequence

from bot.domain.evidence import Evidence
from bot.domain.report import Gap, RootCause
from bot.domain.run import Finding, TaskResult
from bot.domain.status import WORST_FIRST, Severity, TaskStatus
from bot.domain.window import TimeWindow
from bot.summary.cause import some_effects
from bot.summary.compose import coverage
from bot.summary.words import cited, clause, counted, distinct, listed, one_line, sentence, span

MOST_HEADLINE_CHARS = 150  # a Slack header block's limit (docs.slack.dev/reference/block-kit/blocks/header-block)
MOST_REASON_CHARS = 160


def headline(
    severity: Severity, results: Sequence[TaskResult], findings: Sequence[Finding], cause: RootCause | None
) -> str:
    """Return "CRITICAL · what · 9 of 10 checks ran", in at most MOST_HEADLINE_CHARS characters."""
    head, tail = f"{severity.upper()} · ", f" · {coverage(results)}"
    return (
        head + one_line(_what(severity, results, findings, cause), MOST_HEADLINE_CHARS - len(head) - len(tail)) + tail
    )


def _what(
    severity: Severity, results: Sequence[TaskResult], findings: Sequence[Finding], cause: RootCause | None
) -> str:
    if cause:
        return clause(cause.text)
    if findings:
        return clause(findings[0].text) + (f" (+{len(findings) - 1} more)" if len(findings) > 1 else "")
    if severity is Severity.CLEAR:
        return "nothing wrong found"
    if not any(result.status.ran for result in results):
        return "nothing could be checked"
    return "; ".join(_judged(results)) or "nothing wrong seen, not everything checked"


def executive_summary(
    results: Sequence[TaskResult],
    findings: Sequence[Finding],
    cause: RootCause | None,
    gaps: Sequence[Gap],
    evidence: Sequence[Evidence],
) -> str:
    """Return two to four sentences: what is wrong, when it was seen, what it explains, what was not checked."""
    if cause:
        said = _of_cause(cause, findings, evidence)
    elif findings:
        said = _of_findings(findings)
    else:
        said = [sentence(line) for line in _judged(results)] or _of_nothing_found(results)
    return " ".join((*said, limits(results, gaps)))


def limits(results: Sequence[TaskResult], gaps: Sequence[Gap]) -> str:
    """Say how far the answer reaches: the sentence that no summary, whoever wrote it, goes without."""
    if not gaps:
        ran = counted(len(results), "planned check")
        return f"All of {ran} ran; what no check looks at is not covered." if results else "No check was planned."
    titles = distinct(title for gap in gaps for title in gap.title.split(", "))
    why = clause(one_line(gaps[0].reason, MOST_REASON_CHARS))
    others = f"; {counted(len(gaps) - 1, 'other reason')}" if len(gaps) > 1 else ""
    return f"{coverage(results)}; not fully checked: {listed(titles)} ({why}{others})."


def _of_cause(cause: RootCause, findings: Sequence[Finding], evidence: Sequence[Evidence]) -> list[str]:
    said = [f"Most likely cause ({cause.confidence} confidence): {sentence(cause.text)}"]
    windows = [entry.window for entry in evidence if entry.id in cause.evidence]
    if windows:
        whole = TimeWindow(earliest=min(w.earliest for w in windows), latest=max(w.latest for w in windows))
        said.append(cited(f"It was seen in a search of {span(whole)}", cause.evidence) + ".")
    if cause.effects:
        said.append(f"It explains {counted(len(cause.effects), 'other finding')}: {some_effects(cause)}.")
    else:
        others = [clause(finding.text) for finding in findings if finding.id != cause.finding]
        if others:
            noun = counted(len(others), "other finding")
            said.append(f"It is not known to explain {noun}: {'; '.join(others[:2])}{_more(others, 2)}.")
    return said


def _of_findings(findings: Sequence[Finding]) -> list[str]:
    worst = f"The worst of {counted(len(findings), 'finding')}" if len(findings) > 1 else "One thing is wrong"
    said = [f"{worst}: {sentence(findings[0].text)}"]
    if len(findings) > 1:
        said.append("No single cause is known to explain them all, so treat each on its own.")
    return said


def _judged(results: Sequence[TaskResult]) -> list[str]:
    """Name the tasks that are critical or warning; what counts only where none of them says a finding."""
    bad = [result for result in results if result.status in {TaskStatus.CRITICAL, TaskStatus.WARNING}]
    bad.sort(key=lambda result: WORST_FIRST.index(result.status))
    return [
        f"{result.title} is {result.status}" + (f": {clause(result.reason)}" if result.reason else "")
        for result in bad[:2]
    ]


def _of_nothing_found(results: Sequence[TaskResult]) -> list[str]:
    clear = sum(result.status is TaskStatus.CLEAR for result in results)
    if results and clear == len(results):
        return [f"Nothing wrong was found by {counted(clear, 'check')}."]
    if clear:
        return [
            f"Nothing wrong was seen by the {counted(clear, 'check')} that gave a clear answer.",
            "That is not proof of health.",
        ]
    return ["Nothing can be said about the health of this deployment: no check gave a clear answer."]


def _more(items: Sequence[str], shown: int) -> str:
    return f"; and {len(items) - shown} more" if len(items) > shown else ""
