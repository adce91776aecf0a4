"""Each command as a person types it: what it prints, where, and how it exits."""

import json
from pathlib import Path

import pytest

from bot.cli.check_online import asked
from bot.settings import given_settings
from tests.cli.terminal import troubleshooter
from tests.mcp_server import served
from tests.openai_server import FakeOpenAI

COMMANDS = (
    *("serve", "work", "demo", "run", "runs", "audit", "show", "export", "forget", "db", "manifest"),
    *("plan", "select", "check", "summarize", "eval"),
)


async def test_help_teaches_how_to_begin(tmp_path: Path) -> None:
    said = await troubleshooter("--help", cwd=tmp_path)
    assert said.code == 0
    for command in COMMANDS:
        assert command in said.out


async def test_the_plan_of_missing_data_has_ten_tasks_in_two_phases(tmp_path: Path) -> None:
    said = await troubleshooter("plan", "missing_data", "--json", cwd=tmp_path)
    plan = json.loads(said.out)
    assert said.code == 0
    assert [len(phase) for phase in plan["phases"]] == [8, 2]
    assert (plan["workflow"], plan["tasks"], plan["parallel_efficiency"]) == ("missing_data", 10, 0.889)
    assert plan["needs"]["permissions_verification"] == ["license_verification"]
    assert plan["critical_path"][0] == "license_verification"
    assert plan["probes"]["license_verification"]["licenses"]["max_rows"] == 1000


async def test_a_drawn_plan_says_who_waits_for_whom_and_every_search(tmp_path: Path) -> None:
    said = await troubleshooter("plan", "missing_data", cwd=tmp_path)
    assert "88.9% parallel efficiency" in said.out
    assert "waits for license_verification" in said.out
    assert "/services/licenser/licenses" in said.out
    assert "internal_seen [-15m to now, up to 1000 rows]  | tstats count where index=_internal" in said.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["plan", "nope"], "there is no workflow 'nope'"),
        (["run", "no events in index=web"], "SPLUNK_URL is not set"),
        (["run", "the coffee is cold", "--sandbox", "healthy"], "--workflow"),
        (["run", "no events", "--workflow", "nope", "--sandbox", "healthy"], "There is no workflow"),
        (["run", "no events", "--sandbox", "nope"], "There is no scenario nope"),
        (["run", " ", "--sandbox", "healthy"], "Say what is wrong"),
        (["demo", "nope"], "There is no scenario nope"),
        (["summarize", "nope.json"], "cannot read nope.json"),
        (["serve"], "is not set"),
        (["frobnicate"], "invalid choice"),
        ([], "COMMAND"),
    ],
)
async def test_a_wrong_call_gets_one_sentence_and_exit_code_2(
    arguments: list[str], sentence: str, tmp_path: Path
) -> None:
    said = await troubleshooter(*arguments, cwd=tmp_path)
    assert said.code == 2
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


async def test_a_run_prints_its_report_and_with_json_the_whole_run_which_can_be_summarized_again(
    tmp_path: Path,
) -> None:
    asked = ("run", "no events in index=web", "--sandbox", "queue_blocked")
    said = await troubleshooter(*asked, "--json", cwd=tmp_path)
    assert said.code == 0
    run = json.loads(said.out)
    assert run["diagnosis"]["finding"].startswith("ingestion_pipeline.")
    assert len(run["results"]) == 10
    assert {entry["id"] for entry in run["evidence"]} >= set(run["diagnosis"]["evidence"])
    assert "Ingestion pipeline" in said.err  # progress
    again = await troubleshooter("summarize", "-", cwd=tmp_path, stdin=said.out)
    assert again.code == 0
    assert run["report"]["executive_summary"].split()[0] in again.out
    as_json = await troubleshooter("summarize", "-", "--json", cwd=tmp_path, stdin=json.dumps(run["results"]))
    assert json.loads(as_json.out)["severity"] == "critical"


async def test_a_trace_is_a_tree_of_run_phase_task_and_probe(tmp_path: Path) -> None:
    said = await troubleshooter("run", "is splunk ok", "--sandbox", "healthy", "--trace", cwd=tmp_path)
    kinds = [line.split()[0] for line in said.out.splitlines() if " s  " in line and line.strip()]
    assert kinds[:4] == ["run", "phase", "task", "probe"]


async def test_a_run_against_a_splunk_that_is_down_says_so_and_exits_with_1(tmp_path: Path) -> None:
    said = await troubleshooter(
        "run", "is splunk ok", cwd=tmp_path, SPLUNK_URL="http://127.0.0.1:9", SPLUNK_TOKEN="s3cret-token"
    )
    assert said.code == 1
    assert "0 of 7 checks ran" in " ".join(said.out.split())
    assert "s3cret-token" not in said.out + said.err


@pytest.mark.parametrize("content", ["[1]", '{"id": 1}', "not json", '{"results": ' * 2000, "[]" * 3, "9" * 5000])
async def test_what_is_no_run_is_refused_in_a_sentence(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content)
    said = await troubleshooter("summarize", "run.json", cwd=tmp_path)
    assert said.code == 2
    assert said.err.count("\n") == 1


async def test_an_empty_input_is_said_to_be_none(tmp_path: Path) -> None:
    said = await troubleshooter("summarize", "-", cwd=tmp_path)
    assert (said.code, "nothing came" in said.err, "JSON" in said.err) == (2, True, False)


async def test_check_is_content_with_the_shipped_workflows_and_names_what_leaves_the_house(tmp_path: Path) -> None:
    said = await troubleshooter(
        "check", "--json", cwd=tmp_path, OPENAI_MODEL="tiny", OPENAI_BASE_URL="https://models.example.com/v1"
    )
    found = json.loads(said.out)
    assert (said.code, found["ok"]) == (0, True)
    assert "https://models.example.com/v1" in found["leaves_the_house"][0]


async def test_check_reports_every_fault_of_a_workflow_and_every_bad_setting(tmp_path: Path) -> None:
    folder = tmp_path / "workflows"
    folder.mkdir()
    (folder / "mine.yml").write_text("id: mine\ntitle: T\nabout: A\ntasks:\n  - id: one\n    titel: x\n    why: w\n")
    said = await troubleshooter("check", "--workflows", "workflows", cwd=tmp_path, MAX_RUNS="none")
    assert said.code == 1
    assert "mine.yml:6:" in said.out
    assert "MAX_RUNS" in said.out
    assert "problems to mend" in said.out


async def test_check_online_calls_nothing_well_that_was_not_tried(tmp_path: Path) -> None:
    said = await troubleshooter("check", "--online", cwd=tmp_path)
    assert said.code == 0
    assert "Nothing wrong in files and settings; nothing is configured that could be tried." in said.out
    async with FakeOpenAI(lambda _: '{"ready": true}') as model:
        said = await troubleshooter("check", "--online", cwd=tmp_path, OPENAI_MODEL="m", OPENAI_BASE_URL=model.base_url)
    assert "Nothing wrong in files and settings. Tried, and all right: model." in said.out


async def test_check_online_tries_what_is_configured_and_says_how_to_mend_it(tmp_path: Path) -> None:
    said = await troubleshooter(
        "check",
        "--online",
        cwd=tmp_path,
        SPLUNK_URL="http://127.0.0.1:9",
        SPLUNK_TOKEN="t",
        OPENAI_MODEL="tiny",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
        SLACK_API_URL="http://127.0.0.1:9/api/",
    )
    assert said.code == 1
    for part in ("Splunk:", "Slack:", "model:"):
        assert part in said.out
    assert "Traceback" not in said.err


def test_check_online_names_what_it_asks_and_how_long_that_may_take() -> None:
    settings = given_settings(openai_model="m", openai_time_limit_s=7)
    assert list(asked(settings, ["Splunk", "Splunk @prod", "Slack", "model"])) == [
        "asking Splunk @prod",
        "asking model, up to 7 s",
    ]


async def test_check_online_lists_what_each_mcp_server_has_and_which_allowed_tools_do_not_exist(tmp_path: Path) -> None:
    async with served() as server, FakeOpenAI([{"ready": True}]) as model:
        (tmp_path / "bot.yml").write_text(
            f"mcp: {{lab: {{url: '{server.url}', tools: [owner_of, wipe, run_serch]}}, "
            "gone: {url: 'http://127.0.0.1:9/mcp', tools: [a]}, lost: {command: own-mcp, tools: [b]}}"
        )
        said = await troubleshooter("check", "--online", cwd=tmp_path, OPENAI_MODEL="m", OPENAI_BASE_URL=model.base_url)
    assert said.code == 1
    place = server.url.removeprefix("http://").removesuffix("/mcp")
    for told in (
        f"MCP server lab: {place} answered in",
        "it has 7 tools; allowed: owner_of, wipe",
        "MCP server lab: it has no tool run_serch. Is run_search meant?",
        "MCP server lab: the allowed tool wipe says of itself that it changes things",
        "MCP server gone: The MCP server gone could not be reached: 127.0.0.1:9: connection refused.",
        "MCP server lab: the model may use owner_of",
        "MCP server gone: allowed: a (not reached)",
        "MCP server lost: allowed: b (not reached)",
        f"The MCP server lab ({place}) receives what the model asks of owner_of, wipe, run_serch.",
    ):
        assert told in said.out
    assert said.out.count("own-mcp is not found on PATH") == 1
    assert "\n3 problems to mend." in said.out
    assert "Traceback" not in said.err


async def test_select_prints_the_workflow_and_what_was_understood(tmp_path: Path) -> None:
    said = await troubleshooter("select", "no events in index=web", "--json", cwd=tmp_path)
    found = json.loads(said.out)
    assert (found["workflow"], found["inputs"]) == ("missing_data", {"index": "web"})
    assert found["not_understood"] == []
    plain = await troubleshooter("select", "no events in index=web since 25:99", cwd=tmp_path)
    assert plain.out.splitlines()[1:] == ["understood: index=web", "I did not understand: since 25:99"]
    unknown = json.loads((await troubleshooter("select", "the coffee is cold", "--json", cwd=tmp_path)).out)
    assert unknown["workflow"] is None


async def test_the_demo_ends_with_a_report_that_names_the_cause_and_the_coverage(tmp_path: Path) -> None:
    said = await troubleshooter("demo", cwd=tmp_path, SPLUNK_URL="https://production:8089", OPENAI_MODEL="real")
    assert said.code == 0, said.err
    assert "indexqueue" in said.out
    assert "10 of 10 checks ran" in said.out
    assert "(edited)" in said.out
    assert "production" not in said.out


@pytest.mark.parametrize("command", [["--help"], ["plan", "missing_data"]])
async def test_help_and_plan_import_no_door(command: list[str], tmp_path: Path) -> None:
    said = await troubleshooter(*command, cwd=tmp_path, PYTHONVERBOSE="1")
    for heavy in ("agents", "openai", "slack_bolt", "sqlalchemy", "aiohttp"):
        assert f"import '{heavy}'" not in said.err


async def test_a_terminal_that_knows_ascii_alone_gets_plain_signs_and_the_rest_escaped(tmp_path: Path) -> None:
    problem = "skipped searches \u2026 \u0142"
    said = await troubleshooter("run", problem, "--sandbox", "skipped", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert said.code == 0
    assert "[BAD] " in said.err
    assert "[ok] " in said.err
    assert "\\u" not in said.out
    shown = await troubleshooter("runs", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert "skipped searches ... \\u0142" in shown.out


async def test_check_knows_a_workflow_that_nobody_could_run(tmp_path: Path) -> None:
    (tmp_path / "bot.yml").write_text("access: {allow: [{workflows: [helth_check]}]}")
    said = await troubleshooter("check", cwd=tmp_path)
    assert said.code == 1
    assert "access: there is no workflow helth_check" in said.out
