"""Several processes on one PostgreSQL: dead and frozen ones lose their runs to live ones, and nobody reports twice."""

import signal
from pathlib import Path

import pytest

from bot.sandbox.slack.terminal import render
from tests.durable.incident import Incident, an_incident, until
from tests.postgresql import a_database

QUICK = {"WORKER_HEARTBEAT_S": "0.3", "WORKER_DEAD_AFTER_S": "1.5"}


async def stopped_well(incident: Incident) -> None:
    """Stop every process that still lives, as an orchestrator would, and see each end with 0."""
    for process in incident.processes:
        if process.returncode is None:
            process.terminate()
            assert await process.wait() == 0


async def test_a_dead_workers_run_is_taken_over_and_reported_once(tmp_path: Path) -> None:
    async with an_incident(tmp_path, database_url=await a_database()) as incident:
        await incident.serve("--intake-only", **QUICK)
        dying = await incident.start("work", kill_at="after keep_result:license_verification", **QUICK)
        await incident.ask()
        assert await dying.wait() == -signal.SIGKILL
        await incident.start("work", **QUICK)
        await incident.until_ended()
        await stopped_well(incident)
        assert len(incident.reports()) == 1
        assert len(incident.statuses()) == 1


@pytest.mark.parametrize("point", ["after keep_result:license_verification", "before chat_postMessage:report"])
async def test_a_worker_frozen_past_its_heartbeat_stops_quietly_when_it_wakes(point: str, tmp_path: Path) -> None:
    async with an_incident(tmp_path, database_url=await a_database()) as incident:
        await incident.serve("--intake-only", **QUICK)
        frozen = await incident.start("work", kill_at=f"freeze {point}", **QUICK, FLEET_MAX_RUNS="1")
        await incident.ask()
        await incident.until_frozen(frozen)
        await incident.start("work", **QUICK, FLEET_MAX_RUNS="1")
        await incident.until_ended()
        frozen.send_signal(signal.SIGCONT)
        await stopped_well(incident)
        assert len(incident.reports()) == 1
        assert len(incident.statuses()) == 1


async def test_stop_pressed_at_one_process_stops_the_run_that_another_conducts(tmp_path: Path) -> None:
    async with an_incident(tmp_path, database_url=await a_database()) as incident:
        await incident.serve("--intake-only", **QUICK)
        await incident.start("work", **QUICK)
        await incident.ask()
        await until(lambda: len(incident.splunk.searches) >= 14)  # some checks are done by then
        incident.splunk.faults.latency_s = 3600
        [status] = incident.statuses()
        [stop] = [block["elements"][0] for block in status.blocks if block["type"] == "actions"]
        await incident.slack.press(stop["action_id"], status)
        await incident.until_reported()
        await incident.until_ended()
        [report] = incident.reports()
        assert "Stopped early: stopped by Ana Ito" in render(report)
        assert "0 of 10 checks ran" not in render(report)
        assert "Evidence" in render(report)
        assert "Stopped early: stopped by Ana Ito" in status.text
        await stopped_well(incident)
