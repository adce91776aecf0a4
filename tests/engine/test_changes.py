"""What changed is told beside a cause: near the onset, with its time and path, and judged by nothing."""

import asyncio
import time
from typing import Any

import pytest

from bot.domain.evidence import Row
from bot.domain.run import Parameters, Problem, TaskResult
from bot.domain.status import TaskStatus
from bot.engine.attempt import attempt
from bot.engine.diagnosis import diagnose
from bot.engine.ledger import Ledger
from bot.engine.loader import check_file
from bot.engine.rules import compile_task
from bot.engine.run_context import RunContext
from bot.errors import SplunkForbidden
from bot.summary.tool import report_by_rules
from tests.engine.test_explanations import MISSING_DATA, blocked, results
from tests.fakes import FakeSplunk, Reply, outcome

NOW = time.time()
PEERS = next(task for task in MISSING_DATA.tasks if task.id == "search_head_configuration")
HEALTHY: dict[str, Reply] = {
    "server/info": ({"splunk_server": "sh1", "server_roles": "search_head", "version": "10.0.2"},),
    "distributed/peers": ({"peerName": "idx1", "status": "Up", "disabled": "0"},),
}


def changed(hours_ago: float, path: str = "props.conf") -> Row:
    at = str(NOW - 3600 * hours_ago)
    return {"host": "idx1", "path": path, "deed": "update", "stanza": "[app:log]", "at": at}


async def looked(changes: Reply, since: str | None = None) -> TaskResult:
    async with Ledger(FakeSplunk({**HEALTHY, "_configtracker": changes}), asyncio.Semaphore(6)) as ledger:
        context = RunContext(
            run_id="r",
            problem=Problem(text="p", parameters=Parameters(earliest=since)),
            now=NOW,
            compiled={PEERS.id: compile_task(PEERS)},
            ledger=ledger,
            agent=None,
            agent_slots=asyncio.Semaphore(1),
            tell=lambda _: None,
        )
        return await attempt(context)(PEERS, {})


async def test_a_change_is_a_note_with_its_time_and_evidence_and_the_task_stays_clear() -> None:
    result = await looked((changed(2),))
    assert (result.status, result.findings) == (TaskStatus.CLEAR, ())
    [note] = result.notes
    stamp = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(NOW - 7200))
    assert note.text == f"{stamp}: update of props.conf [app:log] on idx1"
    assert set(note.evidence) <= set(result.evidence)


@pytest.mark.parametrize(
    ("since", "kept"),
    [(None, ["1 h", "20 h"]), ("-10h", ["10 h", "20 h", "30 h"]), ("-29h", ["30 h"])],
    ids=["nobody named a time", "since 10 hours", "since 29 hours"],
)
async def test_only_what_lies_shortly_before_the_onset_is_told(since: str | None, kept: list[str]) -> None:
    rows = tuple(changed(hours, f"{hours} h") for hours in (1, 10 - 0.1, 20, 30, 60))
    result = await looked(rows, since)
    told = [note.text.partition("update of ")[2].partition(" [")[0].replace("9.9", "10") for note in result.notes]
    assert told == kept if since else set(kept) <= set(told)
    assert "60 h" not in told


@pytest.mark.parametrize(
    "reply",
    [SplunkForbidden("no"), outcome(), outcome(messages=("status=403 - Forbidden",)), ({"host": "a", "at": "soon"},)],
    ids=["refused", "empty", "a message", "unreadable"],
)
async def test_changes_that_cannot_be_seen_leave_the_verdict_alone(reply: Reply) -> None:
    result = await looked(reply)
    assert (result.status, result.notes, result.gaps) == (TaskStatus.CLEAR, (), ())


async def test_the_report_tells_changes_beside_a_cause_and_only_there() -> None:
    notes = (await looked(tuple(changed(hours, f"file{hours}.conf") for hours in range(1, 9)))).notes
    quiet = [one.model_copy(update={"notes": notes}) for one in results()]
    assert report_by_rules(quiet).context == ()
    noted = [one.model_copy(update={"notes": notes}) for one in results(blocked("indexqueue", "idx2"))]
    cause = diagnose(MISSING_DATA, noted)
    report = report_by_rules(noted, diagnosis=cause)
    assert report.root_cause == cause
    assert "file1.conf" in report.context[0]
    assert report.context[-1] == "… and 3 earlier changes"


WORKFLOW = """
id: w
title: W
about: W.
tasks:
  - id: one
    title: One
    why: "?"
    probes:
      q:
        spl: index=_internal | stats count by host
        earliest: -1h
        latest: now
        columns: {host: text, count: number}
    rules:
      - id: many
        over: q
        when: r.count > 0.0
        status: warning
        finding: "{host}"
        action: {priority: 1, owner: platform, do: Look.}
"""
ACTION = "        action: {priority: 1, owner: platform, do: Look.}\n"
FAULTS: dict[str, tuple[tuple[str, str], str]] = {
    "no action": ((ACTION, ""), "has no action"),
    "context without a time": (("status: warning", "status: context"), "tells no time. Let its probe have at: number"),
    "a host that is no column": (
        (ACTION, ACTION + "        host: hots\n"),
        "hots is no column of q. Did you mean host?",
    ),
    "a chain over no column": (
        (ACTION, ACTION + "        chain: {column: queue, cause_first: [a]}\n"),
        "queue is no column of q",
    ),
    "a chain without stages": (
        (ACTION, ACTION + "        chain: {column: host, cause_first: []}\n"),
        "cause_first: has nothing in it",
    ),
    "a chain without rows": (
        (
            "        over: q\n        when: r.count > 0.0",
            "        chain: {column: host, cause_first: [a]}\n        when: q.size() > 0",
        ),
        "needs a row",
    ),
}


@pytest.mark.parametrize(("spoil", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_in_a_rule_of_these_kinds_is_told(spoil: tuple[str, str], told: str, tmp_path: Any) -> None:
    path = tmp_path / "w.yml"
    path.write_text(WORKFLOW)
    assert check_file(path) == []
    path.write_text(WORKFLOW.replace(*spoil))
    assert any(told in str(problem) for problem in check_file(path)), [*map(str, check_file(path))]
