"""The Stop button: there while the run goes on, honoured wherever it is pressed, harmless afterwards."""

import asyncio

import pytest

from bot.domain.evidence import SearchOutcome, SearchQuery
from bot.sandbox.slack import Message
from bot.slack.answers import HAS_ENDED, STOPPING
from bot.slack.run_lists import NO_RUN_HERE, OLD_BUTTON
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, Bench, at_work, told


def held(*held_tasks: str) -> FakeSplunk:
    """Return a Splunk that answers for the queues, and of *held_tasks* never."""

    class Held(FakeSplunk):
        async def search(self, query: SearchQuery) -> SearchOutcome:
            if any(name in query.spl for name in held_tasks):
                await asyncio.Event().wait()
            return await super().search(query)

    return Held({"queues": (BLOCKED,)})


async def a_status(bench: Bench, done: str) -> tuple[Message, str]:
    """Ask, wait until the status says *done*, and return it with the run's id."""
    asked, _ = await bench.slack.mention("no events")
    await bench.slack.until(lambda w: len(w.thread("incidents", asked.ts)) > 1)
    status = bench.slack.workspace.thread("incidents", asked.ts)[1]
    await bench.slack.until(lambda _: done in status.text)
    [stop] = [block["elements"][0] for block in status.blocks if block["type"] == "actions"]
    return status, stop["value"]


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_stop_keeps_and_shows_what_was_found_and_then_the_button_is_gone(http: bool) -> None:  # noqa: FBT001
    async with at_work(http=http, splunk=held("license")) as bench:
        bench.slack.workspace.add_user("bo", "Bo Li")
        status, run_id = await a_status(bench, "1 of 3 checks done")
        delivery = await bench.slack.press(f"stop_run:{run_id}", status, user="bo", duplicate=True)
        assert delivery.acked
        await bench.reports()
        await bench.slack.until(lambda _: "Stopped early: stopped by Bo Li." in status.text)
        assert not [block for block in status.blocks if block["type"] == "actions"]
        report = bench.thread(bench.slack.workspace.thread("incidents", status.thread_ts or "")[0])[-1]
        assert "idx2: 41 blocked queues" in report
        assert "Stopped early: stopped by Bo Li" in report
        assert len(bench.slack.workspace.private_to("bo")) == 1


async def test_a_wish_that_another_machine_wrote_stops_the_run_here() -> None:
    async with at_work(splunk=held("license")) as bench:
        status, run_id = await a_status(bench, "1 of 3 checks done")
        assert await bench.store.ask_to_stop(run_id, "U0ELSEWHERE")
        await bench.reports()
        await bench.slack.until(lambda _: "stopped by somebody here" in status.text)


async def test_buttons_of_runs_that_ended_or_are_gone_or_older_than_us_answer_with_a_sentence() -> None:
    async with at_work(splunk=held("license")) as bench:
        status, run_id = await a_status(bench, "1 of 3 checks done")
        kept = bench.slack.workspace.post("incidents", "troubleshooter", "", blocks=status.blocks)
        elsewhere = bench.slack.workspace.post("general", "troubleshooter", "", blocks=status.blocks)
        await bench.slack.press(f"stop_run:{run_id}", elsewhere)
        assert NO_RUN_HERE in await told(bench)
        await bench.slack.press(f"stop_run:{run_id}", kept)
        assert STOPPING in await told(bench, 2)
        await bench.reports()
        while await bench.store.unfinished():  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0)
        await bench.slack.press(f"stop_run:{run_id}", kept)
        assert HAS_ENDED in await told(bench, 3)
        await bench.store.forget(run_id=run_id)
        await bench.slack.press(f"stop_run:{run_id}", kept)
        assert NO_RUN_HERE in await told(bench, 4)
        button = {"type": "button", "text": {"type": "plain_text", "text": "Stop"}, "action_id": "stop_run:v0"}
        old = [{"type": "actions", "elements": [{**button, "value": '{"from": "v0"}'}]}]
        await bench.slack.press(
            "stop_run:v0", bench.slack.workspace.post("incidents", "troubleshooter", "", blocks=old)
        )
        assert OLD_BUTTON in await told(bench, 5)
