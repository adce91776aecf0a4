"""A role that lists its capabilities is held to them; the README's role may read all that the checks ask for."""

import re

from bot.sandbox.capabilities import may_read
from bot.sandbox.deployment import ScenarioDeployment, plain_path
from bot.sandbox.scenario import Role
from tests.shipped import ROOT, TASKS, shipped_scenario

PATHS = sorted(
    {
        plain_path(found)
        for task in TASKS
        for probe in task.probes.values()
        for found in re.findall(r"\| rest [^|]*?(/services\S+)", probe.spl)
    }
)


def deployment(role: Role) -> ScenarioDeployment:
    healthy = shipped_scenario("healthy")
    return ScenarioDeployment(healthy.model_copy(update={"roles": {"troubleshooter": role}}), 0.0, healthy.faults)


def test_a_role_that_lists_its_capabilities_reads_no_more_than_they_allow() -> None:
    poor = deployment(Role(capabilities=["search", "rest_access_server_endpoints"]))
    assert not poor.is_forbidden("server/info")
    assert poor.is_forbidden("licenser/pools")
    assert poor.rest("/services/licenser/pools", "local")[1][0].text.endswith("status=403 - Forbidden")


def test_a_role_that_lists_none_reads_all() -> None:
    assert not deployment(Role(indexes=["*"])).is_forbidden("licenser/pools")


def test_the_readme_lists_every_capability_that_the_shipped_checks_need() -> None:
    step = (ROOT / "README.md").read_text("utf-8").partition("**Splunk account.**")[2].partition("**Check it.**")[0]
    granted = set(re.findall(r"`([a-z_]+)`", step))
    assert PATHS
    assert [path for path in PATHS if not may_read(path, granted)] == []
