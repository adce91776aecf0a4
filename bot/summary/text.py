"""A report as plain text, for a terminal or a mail: no markup and no control characters."""

from collections.abc import Iterable
from textwrap import wrap

from bot.domain.report import ActionItem, Report, RootCause
from bot.summary.words import cited, one_line, sentence

_WIDTH = 100


def as_text(report: Report) -> str:
    """Return the whole report as text, section by section; a section with nothing in it is left out."""
    cause = report.root_cause
    blocks = [
        _block(None, [report.headline]),
        _block("Summary", [report.executive_summary]),
        _block("Root cause", _cause(cause) if cause else [report.no_cause_reason or ""]),
        _block("Changed in the 24 hours before (context, no cause by itself)", report.context, bullet=True),
        _block("Findings", report.findings, bullet=True),
        _block(
            "Actions", [line for number, action in enumerate(report.actions, 1) for line in _action(number, action)]
        ),
        _block(
            "Resolution", [report.resolution_estimate, *(f"{s.when}: {s.what}" for s in report.resolution_timeline)]
        ),
        _block(
            f"Not checked ({report.coverage})",
            [
                f"{gap.title}: {sentence(gap.reason)}" + (f" To unlock: {gap.unlock}" if gap.unlock else "")
                for gap in report.gaps
            ],
            bullet=True,
        ),
        _block("Follow-ups", report.follow_ups, bullet=True),
        _block("What a model found (its names and numbers stand in the rows)", report.interpretations, bullet=True),
        _block("Unverified, by a model", report.unverified, bullet=True),
        _block("Evidence", [line.text + (f" {line.link}" if line.link else "") for line in report.technical_details]),
        _block("Note", [report.note or ""]),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _cause(cause: RootCause) -> list[str]:
    because = f"Because {cause.because}" if cause.because else ""
    effects = [f"Explains: {effect}" for effect in cause.effects]
    return [cited(f"{cause.text} ({cause.confidence} confidence)", cause.evidence), because, *effects]


def _action(number: int, action: ActionItem) -> list[str]:
    order = cited(f"{number}. Priority {action.priority}, {action.owner}: {action.do}", action.evidence)
    return [order, f"   Why: {action.why}", f"   Check: {action.verify}" if action.verify else ""]


def _block(title: str | None, lines: Iterable[str], *, bullet: bool = False) -> str:
    shown = [_wrapped(line, bullet=bullet) for line in lines if line.strip()]
    if not shown:
        return ""
    return "\n".join([title.upper(), *shown] if title else shown)


def _wrapped(line: str, *, bullet: bool) -> str:
    lead = "- " if bullet else line[: len(line) - len(line.lstrip(" "))]
    return "\n".join(
        wrap(
            one_line(line),
            width=_WIDTH,
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
