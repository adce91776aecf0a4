"""The report as Slack shows it: headline and cause first, small print last, every part bounded and counted; pure.

Slack documents no size for a whole message (it answers msg_blocks_too_long); ours is about 13,000 characters, which
is also as much as a person reads in a thread. Where all parts are long, each shows fewer of its items.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.domain.report import ActionItem, EvidenceLine, Gap, Report, RootCause
from bot.domain.run import Run
from bot.domain.status import Severity
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    bullets,
    chars_in,
    context,
    header,
    link,
    message,
    numbered,
    paragraph,
    rich,
    words,
)
from bot.slack.evidence_view import cited
from bot.slack.report_buttons import report_buttons
from bot.slack.text import line, plain
from bot.summary.spent import spent
from bot.summary.text import as_text
from bot.summary.words import like_it

T = TypeVar("T")

# Items shown
CHANGES, ACTIONS, FINDINGS, GAPS, FOLLOW_UPS = 6, 8, 10, 8, 5
DETAILS, READINGS, UNVERIFIED, EFFECTS, STEPS = 8, 5, 3, 10, 5
CUTS = (1, 2, 4)  # what the numbers of items are divided by until the message fits
MESSAGE_CHARS = 13_000
SUMMARY_CHARS = 1500
ITEM_CHARS = 200
SHORT_CHARS = 120
SAID_CHARS = 300  # of what a model says, with whose task it is about and what was held against it

SIGNS = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟠", Severity.INCOMPLETE: "⚪", Severity.CLEAR: "✅"}
_PRIORITIES = {1: "now", 2: "today", 3: "when there is time"}


def report_message(run: Run) -> Message:
    """Draw the report of a finished run."""
    for cut in CUTS:
        blocks = _blocks(run, cut)
        if chars_in(blocks) <= MESSAGE_CHARS:
            break
    return message(_spoken(run), blocks, instead=as_text(run.report))


def _blocks(run: Run, cut: int) -> list[Block]:
    """Draw the report; each part shows its number of items divided by *cut*."""
    report = run.report

    def share(most: int) -> int:
        return max(1, most // cut)

    return [
        *_head(run),
        rich(paragraph(words(plain(report.executive_summary, SUMMARY_CHARS)))),
        rich(*_cause(report, share(EFFECTS))),
        *_again(run, share(FINDINGS)),
        *_part("Changed in the 24 hours before (no cause by itself)", report.context, share(CHANGES), _text),
        *_part("What to do", report.actions, share(ACTIONS), _action, numbered),
        *_resolution(report, share(STEPS)),
        *_part("Other findings" if report.root_cause else "Findings", _others(report), share(FINDINGS), _text),
        *_part("Not checked", report.gaps, share(GAPS), _gap),
        *_part("Next", report.follow_ups, share(FOLLOW_UPS), _text),
        *_part("What a model found, checked against its rows", report.interpretations, share(READINGS), _said),
        *_part("Unverified, by a model", report.unverified, share(UNVERIFIED), _said),
        *_evidence(run, share(DETAILS)),
        *([context(report.note)] if report.note else []),
        *([context(*run.notes[:5])] if run.notes else []),
        context(_footer(run)),
        *report_buttons(run),
    ]


def _head(run: Run) -> list[Block]:
    """Say how bad it is and how much was looked at, the latter once: at the end of a headline that has room for it."""
    report = run.report
    first = header(f"{SIGNS[report.severity]} {report.headline}")
    where = f" · @{run.splunk}" if run.splunk else ""
    coverage = "" if str(report.coverage) in first["text"]["text"] else f" · {report.coverage}"
    return [
        first,
        context(f"{run.title}{where}{coverage}", *([f"Stopped early: {run.stopped}"] if run.stopped else [])),
    ]


def _evidence(run: Run, most: int) -> list[Block]:
    """List the searches that the report rests on; the button shows the others too, with their rows."""
    entries = {entry.id: entry for entry in run.report.technical_details}
    shown = [entries[entry_id] for entry_id in cited(run) if entry_id in entries][:most]
    rest = len(entries) - len(shown)
    more = [context(f"… {rest} more: press Evidence.")] if rest and run.evidence else []
    return [*_part("Evidence", shown, most, _detail), *more]


def _spoken(run: Run) -> str:
    since = "; ".join(line(outcome, SHORT_CHARS) for outcome in run.again.outcomes[:3]) if run.again else ""
    return f"{spoken(run.report)}\n{since}" if since else spoken(run.report)


def _again(run: Run, most: int) -> list[Block]:
    """Say what became of the findings of the run that this one checked again."""
    if run.again is None:
        return []
    title = f"Since the report of {line(run.again.reported, 40)}"
    outcomes = run.again.outcomes or ("nothing was found then; see below what could be checked now",)
    return [
        *_part(title, outcomes, most, _text),
        context(f"Run {line(run.again.of, 40)} checked again: {run.again.kept} of its checks were clear and are kept."),
    ]


def spoken(report: Report) -> str:
    """Say the report in words, most important first: what notifications and screen readers get."""
    cause = report.root_cause
    said = f"Root cause ({cause.confidence} confidence): {cause.text}" if cause else _why_not(report)
    head = report.headline
    if report.severity.value not in head.lower():
        head = f"{report.severity.value.capitalize()}: {head}"
    if str(report.coverage) not in head:
        said = f"{report.coverage}. {said}"
    actions = [f"{i}. {action.owner}: {action.do}" for i, action in enumerate(report.actions[:3], 1)]
    return "\n".join(line(part, ITEM_CHARS) for part in (head, said, *actions))


def _cause(report: Report, most: int) -> list[Element]:
    cause = report.root_cause
    if cause is None:
        return [_title("Root cause"), paragraph(words(line(_why_not(report), 2 * ITEM_CHARS)))]
    cited = line(f"[{', '.join(cause.evidence)}]", SHORT_CHARS)
    first = [words(line(cause.text, 2 * ITEM_CHARS), bold=True), words(f" {cited}")]
    because = [words(f"\nBecause {line(cause.because, 2 * ITEM_CHARS)}")] if cause.because else []
    title = _title(f"Root cause · {cause.confidence} confidence")
    return [title, paragraph(*first, *because), *_effects(cause, report.findings, most)]


def _effects(cause: RootCause, findings: Sequence[str], most: int) -> list[Element]:
    """List what the cause explains, of each kind one as it was found, with its evidence."""
    if not cause.effects:
        return []
    found = [
        like_it(next((each for each in findings if _is(each, effect)), effect), more)
        for effect, more in cause.kinds[:most]
    ]
    return [paragraph(words("Explains:")), bullets(_with_rest([*map(_text, found)], len(cause.kinds)))]


def _others(report: Report) -> list[str]:
    """Return the findings that are neither the cause nor explained by it: those are said with it."""
    cause = report.root_cause
    told = () if cause is None else (cause.text, *cause.effects)
    return [finding for finding in report.findings if not any(_is(finding, text) for text in told)]


def _is(finding: str, text: str) -> bool:
    """Say whether *finding* is *text* with its evidence's ids behind it."""
    return finding == text or finding.startswith(f"{text} [")


def _why_not(report: Report) -> str:
    return report.no_cause_reason or "The checks do not single one out."


def _resolution(report: Report, most: int) -> list[Block]:
    steps = [[words(f"{line(step.when, 40)}: {line(step.what, ITEM_CHARS)}")] for step in report.resolution_timeline]
    title = [_title("Back to normal"), paragraph(words(line(report.resolution_estimate, ITEM_CHARS)))]
    return [rich(*title, *([bullets(_with_rest(steps[:most], len(steps)))] if steps else []))]


def _part(
    title: str,
    items: Sequence[T],
    most: int,
    draw: Callable[[T], list[Element]],
    as_list: Callable[[Sequence[Sequence[Element]]], Element] = bullets,
) -> list[Block]:
    """Draw a titled list of the first *most* items; nothing for no items."""
    if not items:
        return []
    shown = [draw(item) for item in items[:most]]
    rest = [paragraph(words(f"… {len(items) - most} more"))] if len(items) > most else []
    return [rich(_title(title), as_list(shown), *rest)]


def _with_rest(shown: list[list[Element]], total: int) -> list[list[Element]]:
    return [*shown, [words(f"… {total - len(shown)} more")]] if total > len(shown) else shown


def _title(text: str) -> Element:
    return paragraph(words(text, bold=True))


def _text(text: str) -> list[Element]:
    return [words(line(text, ITEM_CHARS))]


def _said(text: str) -> list[Element]:
    return [words(line(text, SAID_CHARS))]


def _action(action: ActionItem) -> list[Element]:
    order = [words(line(action.do, ITEM_CHARS), bold=True)]
    who = [words(f"\n{line(action.owner, 60)}, {_PRIORITIES.get(action.priority, 'when there is time')}")]
    why = [words(f" · {line(action.why, ITEM_CHARS)}")] if action.why else []
    ids = ", ".join(action.evidence)
    cited = [words(f" {line(f'[{ids}]', 60)}")] if ids else []
    verify = [words(f"\nDone when: {line(action.verify, ITEM_CHARS)}", italic=True)] if action.verify else []
    return [*order, *who, *why, *cited, *verify]


def _gap(gap: Gap) -> list[Element]:
    unlock = [words(f"\nTo unlock: {line(gap.unlock, ITEM_CHARS)}")] if gap.unlock else []
    return [words(line(gap.title, SHORT_CHARS), bold=True), words(f": {line(gap.reason, ITEM_CHARS)}"), *unlock]


def _detail(entry: EvidenceLine) -> list[Element]:
    text = entry.text.removeprefix(f"{entry.id} ")
    return [link(entry.link, line(entry.id, 24)), words(f" {line(text, SHORT_CHARS)}")]


def _footer(run: Run) -> str:
    by = "" if run.report.prose_by == "rules" else " · prose by a model: check before you act"
    took = f"{run.finished_at - run.started_at:.0f} s"
    return f"{' · '.join((took, *spent(run)))} · run {line(run.id, 40)}{by}"
