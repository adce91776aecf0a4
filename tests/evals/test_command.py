"""`troubleshooter eval` as a person uses it: scores, exit codes, and files that cannot be used."""

import json
from pathlib import Path

import pytest

from tests.cli.terminal import troubleshooter

OURS = """\
about: One web host is silent.
surroundings: healthy
phrasings: [no events in index=os for 3 hours]
truth:
  workflow: missing_data
  root_cause: {cause}
  severity: critical
events:
  os_cpu: {{until: -4h}}
"""


def written(folder: Path, name: str = "ours.yml", cause: str = "data_volume", text: str = OURS) -> str:
    (folder / name).write_text(text.format(cause=cause), "utf-8")
    return str(folder)


async def test_a_real_scenario_runs_to_its_scores(tmp_path: Path) -> None:
    said = await troubleshooter("eval", "--scenario", "queue_blocked", "--json", cwd=tmp_path)
    scores = json.loads(said.out)
    assert said.code == 0, said.err
    assert "✔ queue_blocked" in said.err
    assert {name: scores[name] for name in ("workflow_accuracy", "root_cause_top1", "severity_accuracy")} == {
        "workflow_accuracy": 1.0, "root_cause_top1": 1.0, "severity_accuracy": 1.0,
    }  # fmt: skip
    assert (scores["false_healthy"], scores["unsupported_claims"], scores["tokens"]) == (0, 0, 0)
    assert [one["scenario"] for one in scores["scenarios"]] == ["queue_blocked"]
    assert scores["scenarios"][0]["phrasings"] == 4
    assert scores["searches"] > 10


async def test_a_folder_of_ones_own_is_run_and_a_table_drawn(tmp_path: Path) -> None:
    written(tmp_path, "_ground.yml", text="not: a scenario of its own")
    said = await troubleshooter("eval", "--scenarios", written(tmp_path), cwd=tmp_path)
    assert said.code == 0, said.err
    assert "ours" in said.out
    assert "data_volume.stopped" in said.out
    assert "root cause right 100.0%" in said.out


async def test_a_wrong_cause_exits_with_1_and_says_which_threshold(tmp_path: Path) -> None:
    said = await troubleshooter("eval", "--scenarios", written(tmp_path, cause="license_verification"), cwd=tmp_path)
    assert said.code == 1
    assert "stated cause: data_volume.stopped" in said.err
    assert "root_cause_top1 is 0.000, at least 1 is asked" in said.err


async def test_an_unknown_workflow_is_a_failure_of_that_scenario_and_not_of_the_rest(tmp_path: Path) -> None:
    text = OURS.replace("missing_data", "nowhere").replace("no events in index=os for 3 hours", "the coffee is cold")
    written(tmp_path, "second.yml", text=text)
    said = await troubleshooter("eval", "--scenarios", written(tmp_path), "--json", cwd=tmp_path)
    scores = json.loads(said.out)
    assert said.code == 1
    assert (scores["errors"], scores["root_cause_top1"]) == (1, 0.5)
    assert "second.yml:5: truth.workflow: there is no workflow nowhere. Known here: " in said.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--scenario", "nope"], "there is no scenario 'nope'. There are: app_stopped"),
        (["--scenarios", "nope"], "nope is not a folder of scenario files"),
        (["--scenarios", "."], "holds no scenario"),
    ],
)
async def test_a_wrong_call_exits_with_2(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    said = await troubleshooter("eval", *arguments, cwd=tmp_path)
    assert said.code == 2
    assert sentence in " ".join(said.err.split())
    assert said.out == ""


async def test_every_fault_of_every_file_is_told_with_its_line(tmp_path: Path) -> None:
    written(
        tmp_path, "a.yml", text=OURS.replace("critical", "terrible").replace("-4h", "soon").replace("{{", "{{odd: 1, ")
    )
    written(tmp_path, "b.yml", text="problem: x\nproblem: y\n")
    written(tmp_path, "c.yml", text="surroundings: nowhere\n")
    said = await troubleshooter("eval", "--scenarios", written(tmp_path), cwd=tmp_path)
    assert said.code == 2
    lines = said.err.splitlines()
    assert any(line.startswith("a.yml:7: truth.severity:") for line in lines)
    assert any(line.startswith("a.yml:9: events.os_cpu.until: ") and "'soon' is no duration" in line for line in lines)
    assert any(line.startswith("a.yml:9: events.os_cpu.odd: ") for line in lines)
    assert any(line.startswith("b.yml:2: ") and "'problem' stands twice" in line for line in lines)
    assert any(line.startswith("c.yml:1: There is no scenario nowhere") for line in lines)
