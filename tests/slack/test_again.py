"""Rerun and Check again: a new run in the report's thread, one at a time, and what became of each finding."""

import asyncio

from bot.domain.run import RunRequest
from bot.errors import SplunkForbidden
from bot.slack.again import ALL_CLEAR, BEGUN, GOING_ON
from bot.slack.run_lists import NO_RUN_HERE
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, Bench, at_work, id_of, reports, run_of, settled, told


async def press_until_report(bench: Bench, button: str) -> str:
    """Press a button of the newest report, and return the report that comes of it."""
    before = reports(bench.slack.workspace)
    delivery = await bench.slack.press(button, before[-1], duplicate=True)
    assert delivery.acked
    await bench.reports(len(before) + 1)
    await settled(bench)
    [thread] = {report.thread_ts for report in reports(bench.slack.workspace)}
    assert thread
    return bench.thread(bench.slack.workspace.message("incidents", thread))[-1]


async def test_check_again_looks_only_at_what_was_not_clear_and_says_what_became_of_it() -> None:
    splunk = FakeSplunk({"queues": (BLOCKED,), "license": SplunkForbidden("may not look")})
    async with at_work(splunk=splunk) as bench:
        await run_of(bench)
        splunk.asked.clear()
        report = await press_until_report(bench, "check_again")
        assert "Since the report of" in report
        assert "still: idx2: 41 blocked queues" in report
        assert "1 of its checks were clear and are kept" in report
        assert [query.spl.split()[-1] for query in splunk.asked] == ["queues", "license"]
        splunk.replies = {}
        report = await press_until_report(bench, "check_again")
        assert "cleared " in report
        assert "3 of 3 checks ran" in report
        assert "Check again" not in report


async def test_rerun_does_everything_again_in_the_same_thread() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        bench.splunk.asked.clear()
        again = await press_until_report(bench, "rerun")
        assert "Since the report" not in again
        assert len(bench.splunk.asked) == 3
        assert len(bench.slack.workspace.thread("incidents", report.thread_ts or "")) == 5


async def test_presses_beside_each_other_are_one_run_and_a_later_one_waits_for_its_report() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        bench.splunk.hold = asyncio.Event()
        bench.slack.workspace.add_user("bo")
        await asyncio.gather(bench.slack.press("rerun", report), bench.slack.press("rerun", report, user="bo"))
        await bench.slack.until(lambda w: len(w.private_to("ana")) + len(w.private_to("bo")) == 1)
        await bench.slack.until(lambda w: len(w.thread("incidents", report.thread_ts or "")) == 4)
        await bench.slack.press("check_again", report, user="bo")
        await bench.slack.until(lambda w: any(GOING_ON in m.text for m in w.private_to("bo")))
        bench.splunk.hold.set()
        await bench.reports(2)
        said = {m.text for m in bench.slack.workspace.messages if m.is_ephemeral}
        assert said <= {BEGUN, GOING_ON}


async def test_buttons_that_can_do_nothing_say_why() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        run = await bench.store.load(id_of(report))
        assert run
        bench.splunk.replies = {}
        clear = await run_of(bench)
        old = bench.slack.workspace.post("incidents", "troubleshooter", "", blocks=report.blocks)
        for block in old.blocks:
            for element in block.get("elements", []):
                if element.get("action_id") == "check_again":
                    element["value"] = id_of(clear)
        await bench.slack.press("check_again", old)
        assert ALL_CLEAR in await told(bench)
        await bench.store.forget(run_id=id_of(report))
        await bench.slack.press("rerun", report)
        assert NO_RUN_HERE in await told(bench, 2)


async def test_a_run_forgotten_before_it_is_checked_again_is_done_anew() -> None:
    async with at_work() as bench:
        report, ana = await run_of(bench), bench.slack.workspace.user("ana").id
        place: dict[str, str | bool | None] = {"channel": report.channel, "thread_ts": report.thread_ts, "user": ana}
        request = RunRequest(problem="no events", workflow="missing_data", again_of="gone")
        await bench.store.accept("r2", request, place)
        bench.threads.pursue("r2")
        await bench.reports(2)
        assert (
            "3 of 3 checks ran" in bench.thread(bench.slack.workspace.message("incidents", report.thread_ts or ""))[-1]
        )
