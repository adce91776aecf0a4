"""The whole of a run as a document: what was asked, what is wrong, what to do, and every search behind it. Pure."""

from collections.abc import Iterable, Sequence

from bot.domain.report import ActionItem, RootCause
from bot.domain.run import Run, TaskResult
from bot.domain.status import TaskStatus
from bot.export.characters import seconds, stamp
from bot.export.document import Bullets, Facts, Item, Paragraph, Section, Table, Text
from bot.export.evidence_section import evidence_section
from bot.export.topology import named
from bot.summary.spent import spent
from bot.summary.words import cited, sentence

CHECKS = "checks"  # the key of the section that the timeline belongs to


def head(run: Run) -> Facts:
    """Return what the run was."""
    asked = run.problem
    return _facts(
        ("Run", run.id),
        ("Workflow", run.workflow),
        ("Splunk", run.splunk),
        ("Problem", asked.text),
        ("Understood", ", ".join(map(str, asked.understood))),
        ("Not understood", ", ".join(asked.unread)),
        ("Asked by", run.requested_by),
        ("Started", stamp(run.started_at)),
        ("Duration", seconds(run.finished_at - run.started_at)),
        ("Severity", run.report.severity.upper()),
        ("Coverage", str(run.report.coverage)),
        ("Ended early", run.stopped or ""),
        ("Cost", ", ".join(spent(run))),
        *(("Note", note) for note in run.notes),
    )


def sections(run: Run) -> tuple[Section, ...]:
    """Return the document's sections in reading order; one with nothing in it is left out."""
    report = run.report
    written_by = "A model wrote this summary; all else is by rules." if report.prose_by == "model" else ""
    return tuple(
        section
        for section in (
            _told("Summary", report.headline, report.executive_summary, written_by, report.note or ""),
            _cause(report.root_cause) if report.root_cause else _told("Root cause", report.no_cause_reason or ""),
            Section("Actions", _bullets(map(_action, report.actions), numbered=True)),
            Section(
                "Resolution",
                (
                    *_paragraphs(report.resolution_estimate),
                    *_bullets(Item(f"{step.when}: {step.what}") for step in report.resolution_timeline),
                ),
            ),
            Section("Findings", _bullets(map(Item, report.findings))),
            Section(
                "Changed in the 24 hours before (context, no cause by itself)", _bullets(map(Item, report.context))
            ),
            Section(f"Not checked ({report.coverage})", _gaps(run)),
            Section("Follow-ups", _bullets(map(Item, report.follow_ups))),
            Section(
                "What a model found (its names and numbers stand in the rows)",
                _bullets(map(Item, report.interpretations)),
            ),
            Section("Unverified, by a model", _bullets(map(Item, report.unverified))),
            Section("Checks", (_checks(run),) if run.results else (Paragraph("No check was planned."),), key=CHECKS),
            _topology(run),
            evidence_section(run.evidence),
        )
        if section.blocks or section.parts
    )


def _told(title: str, *texts: str) -> Section:
    return Section(title, _paragraphs(*texts))


def _paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text) for text in texts if text.strip())


def _bullets(items: Iterable[Item], *, numbered: bool = False) -> tuple[Bullets, ...]:
    kept = tuple(items)
    return (Bullets(kept, numbered=numbered),) if kept else ()


def _facts(*pairs: tuple[str, Text]) -> Facts:
    return Facts(tuple((name, value) for name, value in pairs if value))


def _cause(cause: RootCause) -> Section:
    because = sentence(f"Because {cause.because}") if cause.because else ""
    explained = _bullets(Item(f"Explains: {effect}") for effect in cause.effects)
    told = cited(f"{cause.text} ({cause.confidence} confidence)", cause.evidence)
    return Section("Root cause", (*_paragraphs(told, because), *explained))


def _action(action: ActionItem) -> Item:
    verify = (f"Check: {action.verify}",) if action.verify else ()
    why = (f"Why: {action.why}",) if action.why else ()
    return Item(cited(f"Priority {action.priority}, {action.owner}: {action.do}", action.evidence), (*why, *verify))


def _gaps(run: Run) -> tuple[Bullets, ...]:
    return _bullets(
        Item(f"{gap.title}: {sentence(gap.reason)}", (f"To unlock: {gap.unlock}",) if gap.unlock else ())
        for gap in run.report.gaps
    )


def _checks(run: Run) -> Table:
    phase_of = {task_id: str(number) for number, phase in enumerate(run.phases, 1) for task_id in phase}
    return Table(
        "Every check of the run",
        ("Phase", "Check", "Status", "What it says", "Began after", "Took", "Evidence"),
        tuple(_check(result, phase_of.get(result.task_id, ""), run.started_at) for result in run.results),
    )


def _check(result: TaskResult, phase: str, run_started_at: float) -> tuple[str, ...]:
    began = result.started_at
    says = result.line
    if result.scope and result.status is TaskStatus.CLEAR:
        says = f"{says} ({result.scope})"
    return (
        phase,
        f"{result.title} ({result.task_id})",
        str(result.status).replace("_", " "),
        says,
        "never begun" if began is None else seconds(began - run_started_at),
        "" if began is None else seconds(result.duration_s),
        _ids(result.evidence),
    )


def _ids(evidence: Sequence[str]) -> str:
    return cited("", evidence).strip()


def _topology(run: Run) -> Section:
    rows = tuple((kind, name, _ids(ids)) for kind, name, ids in named(run.evidence))
    if not rows:
        return Section("Hosts, servers and indexes named in the evidence", ())
    limits = Paragraph("Only what the rows kept below name; the deployment may have more.")
    table = Table("What the evidence names", ("Kind", "Name", "Seen in"), rows)
    return Section("Hosts, servers and indexes named in the evidence", (limits, table))
