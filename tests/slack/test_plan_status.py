"""The status as Slack's plans: drawn where it is set, and given up for good where Slack does not take it."""

from typing import Any

import pytest

from bot.sandbox.slack import Message
from bot.sandbox.slack.terminal import render
from bot.slack.selfcheck import check_slack
from tests.slack.bench import COMMAND, Bench, access, at_work, begun, granting, held, let_go, run_of


def status_of(report: Message, bench: Bench) -> Message:
    return bench.slack.workspace.thread("incidents", report.thread_ts or "")[1]


def kinds(blocks: list[dict[str, Any]]) -> set[str]:
    return {block["type"] for block in blocks}


def tried_as_plans(bench: Bench) -> int:
    return sum("plan" in kinds(call.args.get("blocks") or []) for call in bench.slack.calls)


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_run_is_drawn_as_plans_with_its_end_and_its_words(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http, status="plan") as bench:
        status = status_of(await run_of(bench), bench)
        assert all("plan" in kinds(version.blocks) for version in status.history)
        shown = render(status, bench.slack.workspace)
        assert "Phase 1 of 2 · 2 of 2 done" in shown
        assert "✗ Queues · critical" in shown
        assert "✓ License · clear" in shown
        assert "idx2: 41 blocked queues" in shown
        assert status.text.startswith("Missing data: Done in")


async def test_blocks_are_what_is_drawn_without_a_setting() -> None:
    async with at_work() as bench:
        await run_of(bench)
        assert tried_as_plans(bench) == 0


async def test_where_plans_are_refused_blocks_come_at_once_and_no_plan_is_tried_again() -> None:
    async with at_work(status="plan") as bench:
        bench.slack.faults.unknown_blocks.add("plan")
        status = status_of(await run_of(bench), bench)
        assert tried_as_plans(bench) == 1
        assert "plan" not in kinds(status.blocks)
        assert "Queues · critical" in render(status)
        bench.slack.faults.unknown_blocks.clear()
        await run_of(bench)
        assert tried_as_plans(bench) == 1


async def test_a_plan_that_can_be_posted_and_not_edited_becomes_blocks_in_the_same_message() -> None:
    async with at_work(status="plan") as bench:
        bench.slack.faults.fail("chat.update", "invalid_blocks")
        status = status_of(await run_of(bench), bench)
        assert "plan" in kinds(status.history[0].blocks)
        assert all("plan" not in kinds(version.blocks) for version in status.history[1:])
        assert "Queues · critical" in render(status)


async def test_a_plan_that_is_too_long_once_is_tried_again_with_the_next_edit() -> None:
    splunk = held()
    async with at_work(status="plan", splunk=splunk) as bench:
        bench.slack.faults.fail("chat.update", "msg_blocks_too_long")
        await bench.slack.command(COMMAND, "no events")
        root = await begun(bench.slack)
        status = bench.slack.workspace.thread("incidents", root.ts)[1]
        await bench.slack.until(lambda _: len(status.history) > 1)
        assert "plan" not in kinds(status.history[1].blocks)
        let_go(splunk)
        await bench.slack.until(lambda _: "Done in" in status.text)
        assert "plan" in kinds(status.blocks)


async def test_the_self_check_asks_slack_about_plans_where_they_are_set() -> None:
    async with granting() as slack, at_work(slack=slack) as bench:
        bench.slack.faults.unknown_blocks.add("plan")
        assert (await check_slack(access(bench.slack))).warnings == ()
        [warning] = (await check_slack(access(bench.slack, status="plan"))).warnings
        assert "status message's blocks" in warning
