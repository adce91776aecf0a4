"""Several Splunk deployments: asked by name, by a channel's default, and shown wherever it matters."""

import pytest

from bot.sandbox.slack import SandboxSlack
from bot.sandbox.slack.terminal import render
from tests.fakes import FakeSplunk
from tests.slack.bench import BLOCKED, COMMAND, at_work, reports, run_of, settled, told


def splunks() -> tuple[FakeSplunk, FakeSplunk]:
    return FakeSplunk({"queues": (BLOCKED,)}), FakeSplunk({"queues": ({**BLOCKED, "host": "lab7"},)})


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_deployment_is_asked_by_its_name_and_named_in_status_and_report(http: bool) -> None:  # noqa: FBT001
    prod, lab = splunks()
    async with at_work(http=http, splunk=prod, others={"lab": lab}) as bench:
        report = await run_of(bench, "@lab no events")
        assert not prod.asked
        assert "lab7: 41 blocked queues" in render(report)
        assert "Missing data · @lab" in render(report)
        assert "on @lab" in render(bench.slack.workspace.thread(report.channel, report.thread_ts or "")[1])
        assert "idx2: 41 blocked queues" in render(await run_of(bench))


async def test_a_channel_has_a_default_and_a_name_goes_before_it() -> None:
    prod, lab = splunks()
    async with (
        SandboxSlack() as slack,
        at_work(
            slack=slack, splunk=prod, others={"lab": lab}, splunk_of={slack.workspace.channel("incidents").id: "lab"}
        ) as bench,
    ):
        assert "@lab" in render(await run_of(bench))
        assert "@prod" in render(await run_of(bench, "@prod no events"))
        assert "@prod" in render(await run_of(bench, channel="general"))


async def test_an_unknown_name_is_refused_in_private_with_those_there_are() -> None:
    prod, lab = splunks()
    async with at_work(splunk=prod, others={"lab": lab}) as bench:
        await bench.slack.command(COMMAND, "@stage no events")
        assert "no Splunk deployment @stage. There are: @prod, @lab." in await told(bench)
        assert not list(bench.slack.workspace.shown("incidents"))


async def test_with_one_deployment_a_name_is_refused_and_nothing_is_checked() -> None:
    async with at_work() as bench:
        await bench.slack.command(COMMAND, "@lab no events")
        assert (await told(bench)).startswith("There is only one Splunk deployment here. Ask again without")
        assert not bench.splunk.asked


async def test_a_choice_a_rerun_and_a_check_again_stay_on_the_deployment() -> None:
    prod, lab = splunks()
    async with at_work(splunk=prod, others={"lab": lab}) as bench:
        await bench.slack.command(COMMAND, "@lab something is odd")
        await told(bench)
        await bench.slack.press("choose_workflow:missing_data", bench.slack.workspace.private_to("ana")[0])
        await bench.reports()
        await settled(bench)
        await bench.slack.press("rerun", reports(bench.slack.workspace)[0])
        await bench.reports(2)
        await settled(bench)
        await bench.slack.press("check_again", reports(bench.slack.workspace)[1])
        await bench.reports(3)
        assert all("@lab" in render(each) for each in reports(bench.slack.workspace))
        assert not prod.asked


async def test_help_tells_the_names() -> None:
    prod, lab = splunks()
    async with at_work(splunk=prod, others={"lab": lab}) as bench:
        await bench.slack.command(COMMAND, "help")
        assert "if not @prod: @prod, @lab" in await told(bench)
