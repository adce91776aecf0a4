"""The slash command over real sockets: a root, a status message, a report; or a private word."""

import pytest

from tests.slack.bench import at_work


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_command_becomes_a_root_a_status_and_a_report(http: bool) -> None:  # noqa: FBT001 - a parameter
    async with at_work(http=http) as bench:
        delivery = await bench.slack.command("/troubleshoot", "no events in index=web since 10:15")
        assert delivery.acked
        await bench.reports()
        root = bench.slack.workspace.posts("incidents")[-1]
        await bench.slack.until(lambda w: "Done in" in w.thread("incidents", root.ts)[1].text)
        asked, status, report = bench.thread(root)
        assert asked == "@ana asks: no events in index=web since 10:15"
        assert "Phase 1 of 2 · 2 of 2 done" in status
        assert "Queues · critical" in status
        assert "3 of 3 checks ran" in report
        assert "idx2: 41 blocked queues" in report
