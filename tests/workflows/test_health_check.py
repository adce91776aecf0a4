"""The health check, asked of every shipped scenario: it names what is broken, and is clear only of what is well."""

import pytest

from bot.domain.status import TaskStatus
from tests.shipped import WORKFLOWS
from tests.workflows.seen import judged, shown

NOW = 1_764_044_379.25  # in mid-hour
TASKS = WORKFLOWS["health_check"].tasks
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
    results = [judged(task, {probe: shown(name, of, NOW) for probe, of in task.probes.items()}, NOW) for task in TASKS]
    found = {finding.id for result in results for finding in result.findings}
    return found, {result.task_id: result.status for result in results}


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
