"""A run that outlives its process, seen in Slack: paused, resumed, abandoned, repeated, and never told wrongly."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from bot.domain.kept import Sending
from bot.domain.run import ModelCall
from bot.engine.unkept import Unkept
from bot.errors import RunTaken
from bot.sandbox.slack import SandboxSlack
from bot.sandbox.slack.terminal import render
from bot.slack.blocks import sentence
from bot.slack.outbox import REPEAT, Outbox
from bot.slack.place import Place, deliver, way_to_asker
from bot.slack.writer import SlackWriter
from bot.store.runs import open_runs_store
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, OUTLIVED, a_shift, at_work, begun, held, reports


def url(folder: Path) -> URL:
    return URL.create("sqlite", database=str(folder / "runs.db"))


def free() -> FakeSplunk:
    return FakeSplunk({"queues": (BLOCKED,)})


async def test_a_run_is_paused_with_the_bot_and_goes_on_in_the_same_message(tmp_path: Path) -> None:
    async with SandboxSlack() as slack, open_runs_store(url(tmp_path)) as store:
        async with a_shift(slack, store, held()):
            await slack.command("/troubleshoot", "no events")
            root = await begun(slack)
            await slack.until(lambda w: "Queues · running" in render(w.thread("incidents", root.ts)[1]))
        [status] = slack.workspace.thread("incidents", root.ts)[1:]
        assert "Paused, 0 of 3 checks done" in render(status)
        assert not reports(slack.workspace)
        async with a_shift(slack, store, free()):
            await slack.until(lambda w: len(reports(w)) == 1)
        assert "Resumed, 0 of 3 kept" in " ".join(shown.text for shown in status.history)
        assert "Done in" in status.text
        assert len(slack.workspace.thread("incidents", root.ts)) == 3


async def test_a_resumed_run_says_what_all_of_it_cost(tmp_path: Path) -> None:
    async with SandboxSlack() as slack, open_runs_store(url(tmp_path)) as store:
        async with a_shift(slack, store, held()):
            await slack.command("/troubleshoot", "no events")
            await begun(slack)
        [run_id] = await store.unfinished()
        taken = await store.take(run_id)
        assert taken
        call = ModelCall(model="m", ended_at=1.0, duration_s=1.0, input_tokens=1200, output_tokens=34)
        await taken[1].keep_model_call(0, call)
        async with a_shift(slack, store, free()):
            await slack.until(lambda w: len(reports(w)) == 1)
        assert "1 model call · 1.2 k tokens" in render(reports(slack.workspace)[0])


async def test_a_run_older_than_anybody_waits_for_says_so_in_its_thread(tmp_path: Path) -> None:
    async with SandboxSlack() as slack, open_runs_store(url(tmp_path)) as store:
        async with a_shift(slack, store, held()):
            await slack.command("/troubleshoot", "no events")
            root = await begun(slack)
        splunk = free()
        async with a_shift(slack, store, splunk, replace(OUTLIVED, resume_within_s=-1)):
            await slack.until(lambda w: len(w.thread("incidents", root.ts)) == 3)
        assert "Abandoned" in slack.workspace.thread("incidents", root.ts)[2].text
        assert not splunk.asked
        assert await store.unfinished() == ()


@dataclass
class Doubtful(Unkept):
    """A journal of a run whose report was about to be sent when its process died."""

    run_id: str = "r1"

    async def sending(self, name: str) -> Sending | None:
        return Sending(channel="C00000002", thread_ts=None, intended_at=0)


async def a_thread(slack: SandboxSlack, writer: SlackWriter) -> tuple[Place, Outbox]:
    channel = next(each.id for each in slack.workspace.channels.values() if each.name == "incidents")
    root = await writer.post(channel, sentence("the root"))
    return Place(channel, root, "U00000001"), Outbox(writer, Doubtful(), "r1", 0, resumed=True)


async def test_a_report_that_may_stand_already_is_repeated_and_marked_where_nobody_may_look() -> None:
    async with at_work() as bench:
        writer = bench.threads._pursuit.writer
        place, outbox = await a_thread(bench.slack, writer)
        bench.slack.scopes.difference_update({"channels:history", "groups:history", "im:history", "mpim:history"})
        assert await deliver(outbox, place, sentence("the report"), "report") == "thread"
        assert REPEAT in render(bench.slack.workspace.thread("incidents", place.thread_ts)[1])


async def test_a_report_that_may_stand_already_waits_while_slack_cannot_be_asked() -> None:
    async with at_work() as bench:
        writer = bench.threads._pursuit.writer
        place, outbox = await a_thread(bench.slack, writer)
        bench.slack.faults.fail("conversations.replies", "internal_error", times=100)
        before = len(bench.slack.workspace.messages)
        assert await deliver(outbox, place, sentence("the report"), "report") == "not yet"
        assert len(bench.slack.workspace.messages) == before


async def test_whose_answering_address_has_expired_is_told_all_the_same() -> None:
    async with at_work() as bench:
        writer = bench.threads._pursuit.writer
        place, _ = await a_thread(bench.slack, writer)
        gone = replace(place, response_url=f"{bench.slack.url.removesuffix('/api/')}/response/R99999999")
        await way_to_asker(writer, gone)(sentence("I was interrupted."))
        assert [render(each) for each in bench.slack.workspace.private_to("ana")] != []


@dataclass
class TakenWhilePosting(Unkept):
    """A journal of a run that another process took, and posted, between our last question and our posting."""

    theirs: str = ""

    async def sending(self, name: str) -> Sending | None:
        return Sending(channel="C1", thread_ts=None, intended_at=0, ts=self.theirs) if self.theirs else None

    async def sent(self, name: str, ts: str) -> None:
        self.theirs = "1.000001"
        raise RunTaken("taken")


async def test_a_report_that_another_process_has_posted_meanwhile_is_taken_back() -> None:
    async with at_work() as bench:
        writer = bench.threads._pursuit.writer
        place, _ = await a_thread(bench.slack, writer)
        outbox = Outbox(writer, TakenWhilePosting(), "r1", 0, resumed=False)
        with pytest.raises(RunTaken):
            await deliver(outbox, place, sentence("the report"), "report")
        [gone] = [each for each in bench.slack.workspace.messages if each.text == "the report"]
        assert gone.deleted
