"""Small results, findings and ledger entries for the tests of the summary."""

from bot.domain.evidence import Evidence
from bot.domain.report import ActionItem, RootCause
from bot.domain.run import Finding, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.window import TimeWindow

NINE_FIFTEEN = 1_772_356_500.0  # 2026-03-01 09:15 UTC


def entry(number: int = 1, **more: object) -> Evidence:
    window = TimeWindow(earliest=NINE_FIFTEEN, latest=NINE_FIFTEEN + 1800)
    given = {"id": f"E{number}", "probe": "queues", "spl": "search index=_internal", "window": window, **more}
    return Evidence.model_validate(given)


def action(do: str = "Restart idx2", priority: int = 1, owner: str = "platform", **more: object) -> ActionItem:
    return ActionItem.model_validate({"priority": priority, "owner": owner, "do": do, "why": "", **more})


def finding(
    text: str = "idx2 indexqueue blocked",
    status: TaskStatus = TaskStatus.CRITICAL,
    evidence: tuple[str, ...] = ("E1",),
    **more: object,
) -> Finding:
    given = {"id": "queues.blocked", "status": status, "text": text, "evidence": evidence, **more}
    return Finding.model_validate(given)


def result(
    status: TaskStatus = TaskStatus.CLEAR, *findings: Finding, title: str = "License", **more: object
) -> TaskResult:
    given = {"task_id": title.lower().replace(" ", "_"), "title": title, "status": status, "findings": findings, **more}
    return TaskResult.model_validate(given)


def diagnosis(**more: object) -> RootCause:
    given = {
        "finding": "queues.blocked",
        "text": "idx2 indexqueue blocked",
        "confidence": "high",
        "because": "a full queue pushes back",
        "evidence": ("E1",),
        **more,
    }
    return RootCause.model_validate(given)
