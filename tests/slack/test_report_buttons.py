"""The buttons of a report: evidence, feedback, a summary, who takes an action; each done once, and noted."""

import asyncio
from typing import Any

from sqlalchemy import text

from bot.domain.evidence import Evidence
from bot.domain.report import Coverage, Report
from bot.domain.status import Severity
from bot.domain.window import TimeWindow
from bot.sandbox.slack.block_rules import view_problems
from bot.sandbox.slack.terminal import render, render_blocks
from bot.slack.evidence_view import SEARCHES_SHOWN, evidence_view
from bot.slack.feedback import KEPT, REASON, Opinion, reason_view
from bot.slack.run_lists import NO_RUN_HERE, OLD_BUTTON
from bot.slack.sharing import SHARED, TAKEN
from bot.store.runs import StoredRuns
from tests.slack import hostile
from tests.slack.bench import Bench, at_work, id_of, run_of, told
from tests.slack.shape import nodes

REPORT = Report(
    severity=Severity.CLEAR,
    headline="h",
    executive_summary="s",
    coverage=Coverage(ran=1, planned=1),
    root_cause=None,
    resolution_estimate="none",
)


async def noted(bench: Bench) -> list[tuple[str, str]]:
    """Return who did what, from the audit log."""
    assert isinstance(bench.store, StoredRuns)
    rows = await bench.store._database.read(lambda c: c.execute(text("SELECT who, what FROM audit ORDER BY id")).all())
    return [(who, what) for who, what in rows]


async def opinions(bench: Bench) -> list[tuple[str, bool, str | None]]:
    assert isinstance(bench.store, StoredRuns)
    rows = await bench.store._database.read(lambda c: c.execute(text("SELECT who, helped, reason FROM feedback")).all())
    return [(who, bool(helped), reason) for who, helped, reason in rows]


def reason(value: str | None) -> dict[str, Any]:
    return {REASON: {REASON: {"type": "plain_text_input", "value": value}}}


async def test_evidence_opens_with_searches_rows_and_what_the_report_rests_on_first() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        assert (await bench.slack.press("evidence", report)).acked
        await bench.slack.until(lambda w: len(w.views) == 1)
        shown = "\n".join(render_blocks(bench.slack.workspace.views[0]["blocks"], bench.slack.workspace))
        first = shown.split("E", 2)[1]
        assert "search index=_internal queues" in first
        assert "host=idx2 · blocked=41" in first
        ana = bench.slack.workspace.user("ana").id
        while (ana, "evidence") not in await noted(bench):  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0)


async def test_a_press_that_slack_handed_over_too_late_is_answered_with_a_sentence() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        bench.slack.faults.fail("views.open", "expired_trigger_id")
        await bench.slack.press("evidence", report)
        assert "That took too long" in await told(bench)
        bench.slack.faults.fail("views.open", "expired_trigger_id")
        await bench.slack.press("feedback:helped", report)
        assert KEPT in await told(bench, 2)
        assert await opinions(bench) == [(bench.slack.workspace.user("ana").id, True, None)]


async def test_feedback_is_kept_at_once_and_its_reason_masked_and_later() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        ana = bench.slack.workspace.user("ana").id
        await bench.slack.press("feedback:did_not_help", report, duplicate=True)
        await bench.slack.until(lambda w: len(w.views) == 1)
        assert await opinions(bench) == [(ana, False, None)]
        await bench.slack.submit_view(reason("the cause was another, password=hunter22"))
        [(_, helped, why)] = await opinions(bench)
        assert not helped
        assert why
        assert why.startswith("the cause was another")
        assert "hunter22" not in why
        assert not bench.slack.workspace.views
        assert (ana, "feedback") in await noted(bench)


async def test_a_form_for_a_run_that_is_gone_or_from_another_version_says_so_in_the_form() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        await bench.slack.press("feedback:helped", report)
        await bench.slack.until(lambda w: len(w.views) == 1)
        await bench.store.forget(run_id=id_of(report))
        delivery = await bench.slack.submit_view(reason("x"))
        assert delivery.ack_payload == {"response_action": "errors", "errors": {REASON: NO_RUN_HERE}}
        bench.slack.workspace.views[-1]["private_metadata"] = "{}"
        delivery = await bench.slack.submit_view(reason("x"))
        assert delivery.ack_payload["errors"] == {REASON: OLD_BUTTON}


async def test_a_summary_is_posted_to_the_channel_once_with_the_way_to_its_thread() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        bench.slack.faults.fail("chat.postMessage", "restricted_action")
        await bench.slack.press("share", report)
        assert "rules keep me from posting" in await told(bench)
        await bench.slack.press("share", report)
        await bench.slack.until(lambda w: len(w.posts("incidents")) == 2)
        shown = render(bench.slack.workspace.posts("incidents")[-1], bench.slack.workspace)
        assert "@ana shares: Missing data" in shown
        assert "platform: Free the disk" in shown
        assert "The whole report is in its thread" in shown
        await bench.slack.press("share", report)
        assert SHARED in await told(bench, 2)
        assert len(bench.slack.workspace.posts("incidents")) == 2


async def test_an_action_is_taken_by_the_first_who_says_so() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        bench.slack.workspace.add_user("bo")
        await bench.slack.press("take_action", report, selected=f"{id_of(report)}:1", user="bo")
        await bench.slack.until(lambda w: len(w.thread("incidents", report.thread_ts or "")) == 4)
        said = bench.thread(bench.slack.workspace.message("incidents", report.thread_ts or ""))[-1]
        assert said == "@bo takes action 1: Free the disk Done when: no blocked queues"
        await bench.slack.press("take_action", report, selected=f"{id_of(report)}:1")
        assert TAKEN in await told(bench)
        assert (bench.slack.workspace.user("bo").id, "take action") in await noted(bench)


def test_any_evidence_fits_a_modal_and_stays_text() -> None:
    window = TimeWindow(earliest=1, latest=2)
    nasty = "<!channel> *bold* @here \u202e" + "x" * 20_000
    entry = Evidence(
        id="E1", probe=nasty, spl=nasty, window=window, row_count=9, sample=({nasty: nasty},) * 9, link="http://s/x"
    )
    report = hostile.run_of(REPORT, evidence=tuple(entry.model_copy(update={"id": f"E{n}"}) for n in range(200)))
    view = evidence_view(report)
    assert view_problems(view) == []
    assert len(view["blocks"]) == SEARCHES_SHOWN + 2
    assert not [each for each in nodes(view["blocks"]) if each.get("type") in {"mrkdwn", "broadcast", "user"}]
    assert view_problems(reason_view(Opinion(run_id="r", helped=True))) == []
