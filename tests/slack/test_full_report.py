"""The full report as a file in its thread: where it is granted, once, and never at the report's cost."""

from dataclasses import dataclass, replace

import pytest

from bot.domain.kept import Sending
from bot.engine.unkept import Unkept
from bot.export.markdown import as_markdown
from bot.export.redaction import redacted
from bot.sandbox.slack import Message, Workspace
from bot.slack.faults import SlackFault
from bot.slack.files import WAITS_S, File
from bot.slack.outbox import Outbox
from bot.slack.selfcheck import check_slack
from tests.slack.bench import COMMAND, Bench, access, at_work, granting, id_of, no_pause, reports, run_of, settled

SHARE = "files.completeUploadExternal"
FILE = File("troubleshooter-r1.md", "Full report", "All of it.", b"# Report\n")


def shared(workspace: Workspace) -> list[Message]:
    return [message for message in workspace.messages if message.files]


async def test_the_whole_run_is_a_file_under_its_report_without_the_person_and_without_secrets() -> None:
    async with granting() as slack, at_work(slack=slack) as bench:
        report = await run_of(bench, "no events in index=web, password=hunter22")
        [message] = shared(slack.workspace)
        assert slack.workspace.thread("incidents", report.thread_ts or "")[-2:] == [report, message]
        assert message.text == "The full report: every check, every search and its first rows."
        [file] = message.files
        assert (file.name, file.title) == (f"troubleshooter-{id_of(report)}.md", f"Full report of run {id_of(report)}")
        kept = await bench.store.load(id_of(report))
        assert kept
        assert kept.run
        assert file.content == as_markdown(redacted(kept.run)).encode()
        assert len(file.content) == file.size
        assert b"search index=_internal queues" in file.content
        assert b"hunter22" not in file.content
        assert slack.workspace.user("ana").id.encode() not in file.content


async def test_without_the_right_it_is_tried_once_and_nothing_is_said_of_it(caplog: pytest.LogCaptureFixture) -> None:
    async with at_work() as bench:
        for count in (1, 2):
            await run_of(bench)
            assert len(reports(bench.slack.workspace)) == count
        assert len(bench.slack.calls_of("files.getUploadURLExternal")) == 1
        assert not shared(bench.slack.workspace)
        assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
        [warning] = (await check_slack(access(bench.slack), no_pause)).warnings
        assert warning == "Without the scope files:write there is no full report attached to its thread as a file."


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", SHARE])
async def test_a_slack_that_takes_no_file_costs_no_report_and_leaves_no_run_open(method: str) -> None:
    async with granting() as slack, at_work(slack=slack) as bench:
        slack.faults.answer(method, 503, times=len(WAITS_S) + 1)
        await run_of(bench)
        assert not shared(slack.workspace)
        await run_of(bench)
        assert len(shared(slack.workspace)) == 1


async def test_a_channel_that_the_bot_is_not_in_has_the_report_and_no_file() -> None:
    async with granting() as slack, at_work(slack=slack) as bench:
        await bench.slack.command(COMMAND, "no events", channel="general")
        await bench.reports()
        await settled(bench)
        assert not shared(slack.workspace)
        await run_of(bench)
        assert len(shared(slack.workspace)) == 1


async def test_a_file_whose_answer_was_lost_is_found_and_not_shared_again() -> None:
    async with granting() as slack, at_work(slack=slack) as bench:
        slack.faults.drop(SHARE, applied=True)
        await run_of(bench)
        assert len(shared(slack.workspace)) == 1
        assert len(slack.calls_of(SHARE)) == 1


async def test_a_file_that_was_lost_before_slack_did_it_is_shared_again() -> None:
    async with granting() as slack, at_work(slack=slack) as bench:
        slack.faults.drop(SHARE)
        await run_of(bench)
        assert len(shared(slack.workspace)) == 1


@dataclass
class Interrupted(Unkept):
    """A journal of a run whose file was about to be shared when its process died."""

    run_id: str = "r1"

    async def sending(self, name: str) -> Sending | None:
        return Sending(channel="C00000002", thread_ts=None, intended_at=0)


async def interrupted(bench: Bench) -> tuple[str, str, Outbox]:
    channel = bench.slack.workspace.channel("incidents").id
    root = bench.slack.workspace.post("incidents", "ana", "web is down")
    return channel, root.ts, Outbox(bench.threads._pursuit.writer, Interrupted(), "r1", 0, resumed=True)


async def test_a_process_that_goes_on_looks_whether_the_file_stands() -> None:
    async with granting() as slack, at_work(slack=slack) as bench:
        channel, root, outbox = await interrupted(bench)
        for _ in range(2):
            await outbox.attach("full report", channel, root, FILE)
            assert len(shared(slack.workspace)) == 1
        await outbox.attach("full report", channel, root, replace(FILE, name="another.md"))
        assert len(shared(slack.workspace)) == 2


async def test_where_it_may_stand_and_nobody_may_look_it_is_not_shared() -> None:
    async with granting() as slack, at_work(slack=slack) as bench:
        channel, root, outbox = await interrupted(bench)
        slack.scopes.difference_update({"channels:history", "groups:history", "im:history", "mpim:history"})
        with pytest.raises(SlackFault, match="permission"):
            await outbox.attach("full report", channel, root, FILE)
        assert not shared(slack.workspace)
        assert bench.threads._pursuit.writer.files.granted
