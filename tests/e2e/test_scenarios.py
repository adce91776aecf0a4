"""Every shipped scenario, diagnosed by rules over a real socket: its cause, its severity, and what was not seen."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.domain.run import Run, RunRequest
from bot.domain.status import Severity, TaskStatus
from bot.engine.service import RunService
from bot.sandbox.scenario import Scenario, scenario_names
from bot.sandbox.splunk import SandboxSplunk
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient
from bot.summary.text import as_text
from tests.shipped import WORKFLOWS, shipped_scenario


@contextlib.asynccontextmanager
async def runs(scenario: Scenario) -> AsyncIterator[RunService]:
    async with SandboxSplunk(scenario) as sandbox:
        access = SplunkAccess(url=sandbox.url, token=SecretStr(scenario.account.tokens[0]))
        async with SplunkClient(access) as client, RunService(WORKFLOWS, client) as service:
            yield service


async def diagnosed(name: str) -> tuple[Scenario, Run]:
    scenario = shipped_scenario(name)
    async with runs(scenario) as service:
        request = RunRequest(problem=scenario.problem, workflow=scenario.truth.workflow)
        run_id = await service.start(await service.prepare(request))
        run = await service.result(run_id)
    assert run
    return scenario, run


@pytest.mark.parametrize("name", scenario_names())
async def test_a_scenario_is_diagnosed_as_its_truth_says(name: str) -> None:
    scenario, run = await diagnosed(name)
    truth, report = scenario.truth, run.report
    told = as_text(report)
    stated = [report.root_cause.finding.partition(".")[0]] if report.root_cause else []
    wanted = {cause.partition(".")[0] for cause in truth.root_cause}
    assert (set(stated) <= wanted) if stated else not wanted, told
    healthy = {Severity.CLEAR, Severity.INCOMPLETE}  # what no check can say for certain keeps a report from being clear
    assert report.severity in (healthy if truth.severity == "clear" else {Severity(truth.severity)}), told
    not_checked = {result.task_id for result in run.results if result.status is TaskStatus.NOT_CHECKED}
    assert set(truth.not_checked) <= not_checked, told
    claims = as_text(report.model_copy(update={"technical_details": ()})).lower()  # a probe's name claims nothing
    assert [claim for claim in truth.never_claim if claim.lower() in claims] == []
