"""The shipped workflows: sound, complete, matching their schema, and each search held to the guard."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.domain.workflow import Probe
from bot.engine import schema
from bot.engine.loader import COMMON_FILE
from bot.engine.planner import plan
from bot.engine.rules import compile_task
from tests.shipped import DIRECTORY, WORKFLOWS

FILES = sorted(path.name for path in DIRECTORY.glob("*.yml") if path.name != COMMON_FILE)
PARAMETERS = {"index", "sourcetype", "host", "source"}


def test_the_missing_data_workflow_has_ten_tasks_in_two_phases() -> None:
    missing_data = plan(WORKFLOWS["missing_data"])
    assert [len(phase.tasks) for phase in missing_data.phases] == [8, 2]
    assert round(missing_data.parallel_efficiency, 3) == 0.889
    late = {task.id: task.needs for task in missing_data.phases[1].tasks}
    assert late == dict.fromkeys(["permissions_verification", "license_violations_check"], ("license_verification",))


@pytest.mark.parametrize(("name", "tasks"), [("performance", 3), ("health_check", 7)])
def test_the_other_workflows_have_their_tasks(name: str, tasks: int) -> None:
    assert len(WORKFLOWS[name].tasks) == tasks


def test_every_task_asks_splunk_judges_and_guides() -> None:
    for workflow in WORKFLOWS.values():
        assert len(workflow.words) >= 20
        for task in workflow.tasks:
            assert task.probes, task.id
            assert task.rules, task.id
            assert task.agent, task.id
            assert task.usual_causes, task.id
            assert task.ask, task.id


def test_every_condition_of_a_task_compiles_by_itself() -> None:
    for workflow in WORKFLOWS.values():
        for task in workflow.tasks:
            compile_task(task)


def test_the_same_search_is_written_the_same_way_everywhere() -> None:
    """Only then is it shared, and asked once a run."""
    by_name: dict[str, Probe] = {}
    for workflow in WORKFLOWS.values():
        for task in workflow.tasks:
            for name, probe in task.probes.items():
                assert by_name.setdefault(name, probe) == probe, f"{task.id}.{name}"


def test_no_search_uses_a_macro_or_a_saved_search() -> None:
    for workflow in WORKFLOWS.values():
        for task in workflow.tasks:
            for probe in task.probes.values():
                assert "`" not in probe.spl
                assert "savedsearch " not in probe.spl


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_file_matches_the_shipped_schema(name: str) -> None:
    text = (DIRECTORY / name).read_text()
    assert text.startswith("# yaml-language-server: $schema=workflow.schema.json\n")
    shipped: dict[str, Any] = json.loads((DIRECTORY / schema.SCHEMA_FILE).read_text())
    Draft202012Validator(shipped).validate(yaml.safe_load(text))


def test_the_shipped_schema_is_the_models() -> None:
    mend = "write it anew: python -m bot.engine.schema > workflows/workflow.schema.json"
    assert (DIRECTORY / schema.SCHEMA_FILE).read_text() == schema.dump(), mend


@pytest.mark.parametrize(
    ("spoil", "path"),
    [
        (lambda task: task.update(whyy="?"), "tasks"),
        (lambda task: task["rules"].append({"common": "a", "id": "b"}), "tasks"),
        (lambda task: task["probes"].update(queues="comon"), "tasks"),
        (lambda task: task["probes"].update({"Not An Id": "common"}), "tasks"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(spoil: Any, path: str) -> None:
    document = yaml.safe_load((DIRECTORY / "missing_data.yml").read_text())
    spoil(document["tasks"][0])
    errors = list(Draft202012Validator(schema.schema()).iter_errors(document))
    assert [error.absolute_path[0] for error in errors] == [path]
