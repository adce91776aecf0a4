"""The health check, asked of every shipped scenario: it names what is broken, and is clear only of what is well."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.run import Parameters, Problem
from bot.domain.status import TaskStatus
from bot.domain.workflow import DEFAULT_WINDOW
from bot.engine.attempt import attempt
from bot.engine.ledger import Ledger
from bot.engine.loader import load_workflows
from bot.engine.rules import compile_task
from bot.engine.run_context import RunContext
from bot.safety.spl import sendable
from bot.safety.times import window
from bot.safety.values import fill
from bot.sandbox.deployment import ScenarioDeployment
from bot.sandbox.scenario import load_scenario
from bot.sandbox.spl.context import Context
from bot.sandbox.spl.pipeline import parse_search
from tests.fakes import FakeSplunk, Reply, outcome

NOW = 1_764_044_379.25  # in mid-hour
TASKS = load_workflows(Path(__file__).parents[2] / "workflows")["health_check"].tasks
NAMED_AS = {  # which of the check's findings is the scenario's fault
    "app_stopped": "data_availability.stale_index",
    "cpu_and_disk": "server_resources.cpu_high",
    "disabled_index": "data_availability.disabled",
    "fleet_silent": "intake_health.tls_failures",
    "hec_token": "intake_health.token_refused",
    "host_down": "intake_health.some_hosts_silent",
    "injected": "server_resources.disk_nearly_out",
    "license": "license_health.in_violation",
    "license_ended": "license_health.all_expired",
    "queue_blocked": "pipeline_health.queue_blocked",
    "skipped": "search_health.many_skipped",
    "tls_herring": "intake_health.many_hosts_silent",
    "typing_blocked": "pipeline_health.queue_blocked",
    "tz_shift": "data_availability.zone_shifted",
    "wrong_index": "pipeline_health.dropped",
    "zone_beside_busy": "data_availability.zone_shifted",
    "zone_and_index": "pipeline_health.dropped",
}
CLEAR = ("healthy", "not_slow", "quiet_night", "batch_idle", "laptops_off", "ports_reopened")


def checked(name: str) -> tuple[set[str], dict[str, TaskStatus]]:
    """Return the findings of the health check of a scenario, and the status of each task."""
    scenario = load_scenario(name)
    deployment = ScenarioDeployment(scenario, NOW, scenario.faults)

    def reply(spl: str, earliest: str | None, latest: str | None) -> Reply:
        covered = window(earliest or DEFAULT_WINDOW["earliest"], latest or DEFAULT_WINDOW["latest"], NOW)
        context = Context(deployment, NOW, covered.earliest, covered.latest)
        rows = parse_search(sendable(spl), NOW)(context)
        cells = [{key: cell if isinstance(cell, str) else tuple(cell) for key, cell in row.items()} for row in rows]
        return outcome(*cells, messages=tuple(message.text for message in context.messages))

    async def run() -> tuple[set[str], dict[str, TaskStatus]]:
        findings: set[str] = set()
        statuses = {}
        for task in TASKS:
            replies = {}
            for probe in task.probes.values():
                bounds = [fill(bound, DEFAULT_WINDOW) if bound else None for bound in (probe.earliest, probe.latest)]
                spl = fill(probe.spl, DEFAULT_WINDOW).strip()
                replies[spl] = reply(spl, *bounds)
            longest_first = {spl: replies[spl] for spl in sorted(replies, key=len, reverse=True)}
            async with Ledger(FakeSplunk(longest_first), asyncio.Semaphore(6)) as ledger:
                context = RunContext(
                    run_id="r",
                    problem=Problem(text="health check", parameters=Parameters()),
                    now=NOW,
                    compiled={task.id: compile_task(task)},
                    ledger=ledger,
                    agent=None,
                    agent_slots=asyncio.Semaphore(1),
                    tell=lambda _: None,
                )
                result = await attempt(context)(task, {})
            statuses[task.id] = result.status
            findings |= {finding.id for finding in result.findings}
        return findings, statuses

    return asyncio.run(run())


@pytest.mark.parametrize("name", NAMED_AS)
def test_a_broken_deployment_is_told_by_its_fault(name: str) -> None:
    findings, _statuses = checked(name)
    assert NAMED_AS[name] in findings


@pytest.mark.parametrize("name", CLEAR)
def test_a_deployment_that_is_well_is_clear_in_every_task(name: str) -> None:
    findings, statuses = checked(name)
    assert not findings
    assert set(statuses.values()) == {TaskStatus.CLEAR}


def test_what_is_hidden_is_not_called_healthy() -> None:
    _findings, statuses = checked("hidden_internal")
    hidden = {"license_health", "pipeline_health", "server_resources", "search_health", "intake_health"}
    assert {statuses[task] for task in hidden} == {TaskStatus.NOT_CHECKED}
