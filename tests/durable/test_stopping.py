"""SIGTERM: runs are let go of within their grace, whatever Splunk does; a second one ends at once. Nothing is lost."""

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path

from tests.durable.incident import PATIENCE_S, Incident, an_incident, until

HANGS_S = 3600.0
STUBBORN = """
import asyncio, os, signal, threading
from bot.cli.serve import until_stopped

async def main():
    async with until_stopped(0.01) as stopped:
        asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
        os.kill(os.getpid(), signal.SIGTERM)
        await stopped.wait()

asyncio.run(main())
"""


@contextlib.asynccontextmanager
async def a_run_that_splunk_lets_hang(folder: Path, **environment: str) -> AsyncIterator[tuple[Incident, Process]]:
    async with an_incident(folder) as incident:
        process = await incident.serve(**environment)
        await incident.ask()
        await until(lambda: len(incident.splunk.searches) > 1)  # the first is for names
        incident.splunk.faults.latency_s = HANGS_S
        await incident.slack.until(lambda _: incident.statuses(), PATIENCE_S)
        yield incident, process


async def test_a_splunk_that_hangs_does_not_keep_the_bot_from_stopping_within_its_grace(tmp_path: Path) -> None:
    async with a_run_that_splunk_lets_hang(tmp_path, STOP_GRACE_S="0") as (incident, process):
        process.terminate()
        assert await process.wait() == 0
        assert process.stderr
        assert "not all was closed" not in (await process.stderr.read()).decode()
        assert "Paused, " in incident.statuses()[0].text
        assert not incident.reports()


async def test_a_second_signal_ends_it_at_once_and_the_next_start_reports_once(tmp_path: Path) -> None:
    async with a_run_that_splunk_lets_hang(tmp_path, STOP_GRACE_S="3600") as (incident, process):
        process.terminate()
        await incident.until_says(process, "stopping: no new runs")
        process.terminate()
        assert await process.wait() == 128 + signal.SIGTERM
        incident.splunk.faults.latency_s = 0
        await incident.serve()
        await incident.until_ended()
        assert len(incident.reports()) == 1
        assert len(incident.statuses()) == 1


async def test_what_hangs_in_a_thread_does_not_keep_the_bot_from_stopping() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", STUBBORN)
    try:
        async with asyncio.timeout(PATIENCE_S):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
