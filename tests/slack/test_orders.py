"""The words that ask for no run: answered in private, about this channel's runs only."""

import asyncio
import re

from bot.slack.answers import HAS_ENDED, STOPPING
from bot.slack.run_lists import NO_RUN_HERE
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, COMMAND, at_work, id_of, run_of, told


async def test_runs_of_this_channel_are_listed_and_shown_and_those_of_others_are_not() -> None:
    async with at_work() as bench:
        report = await run_of(bench)
        await bench.slack.command(COMMAND, "runs")
        listed = await told(bench)
        assert "idx2: 41 blocked queues" in listed
        assert re.search(r"“no events” · \d+ s ago · run", listed)
        await bench.slack.command(COMMAND, f"show {id_of(report)[:5]}")
        assert "Free the disk" in await told(bench, 2)
        await bench.slack.press(f"show_run:{id_of(report)}", bench.slack.workspace.private_to("ana")[0])
        assert "Free the disk" in await told(bench, 3)
        await bench.slack.command(COMMAND, "runs", channel="general")
        assert "Nothing was asked here yet" in await told(bench, 4)
        await bench.slack.command(COMMAND, f"show {id_of(report)}", channel="general")
        assert NO_RUN_HERE in await told(bench, 5)


async def test_status_workflows_and_show_without_a_run_say_what_there_is() -> None:
    splunk = FakeSplunk({"queues": (BLOCKED,)}, hold=asyncio.Event())
    async with at_work(splunk=splunk) as bench:
        await bench.slack.command(COMMAND, "status")
        assert "No checks are going on here" in await told(bench)
        await bench.slack.command(COMMAND, "no events")
        await bench.slack.until(lambda w: len(w.messages) >= 3)
        await bench.slack.command(COMMAND, "status")
        assert "Missing data: 0 of 3 checks done" in await told(bench, 2)
        await bench.slack.mention("workflows")
        assert "Health check" in await told(bench, 3)
        await bench.slack.command(COMMAND, "show")
        assert "show <run>" in await told(bench, 4)
        assert splunk.hold
        splunk.hold.set()
        await bench.reports()


async def test_stop_by_word_reports_what_is_known_in_the_thread() -> None:
    splunk = FakeSplunk({"queues": (BLOCKED,)})
    async with at_work(splunk=splunk) as bench:
        report = await run_of(bench)
        splunk.hold = asyncio.Event()
        await bench.slack.command(COMMAND, "stop")
        assert "No checks are going on here" in await told(bench)
        asked, _ = await bench.slack.mention("no events")
        await bench.slack.until(lambda w: len(w.thread("incidents", asked.ts)) > 1)
        await bench.slack.mention("stop", thread_ts=report.thread_ts)
        assert "No checks are going on here" in await told(bench, 2)
        await bench.slack.mention("stop", thread_ts=asked.ts)
        assert STOPPING in await told(bench, 3)
        await bench.reports(2)
        await bench.slack.until(
            lambda w: "Stopped early: stopped by Ana Ito" in w.thread("incidents", asked.ts)[1].text
        )
        assert "0 of 3 checks ran" in bench.thread(asked)[-1]
        await bench.slack.command(COMMAND, f"stop {id_of(report)}")
        assert HAS_ENDED in await told(bench, 4)
