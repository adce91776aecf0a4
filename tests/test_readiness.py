"""What is wrong with settings, as far as it can be known without a network: all of it at once, and how to mend it."""

import json
import os
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from bot.app.mcp import cannot_start, open_mcp
from bot.app.readiness import (
    extra_faults,
    misplaced_tokens,
    missing_tokens,
    ready,
    splunk_faults,
    splunk_warnings,
    store_faults,
)
from bot.cli.check import command
from bot.cli.parser import build_parser
from bot.errors import SettingsError
from bot.safety.privacy import SECRETS_ONLY
from bot.settings import Settings, given_settings
from tests.certificates import certificate

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
SPLUNK = {"splunk_url": "https://splunk.example.com:8089", "splunk_token": "t0ken"}


def settings(**others: object) -> Settings:
    return given_settings(**{**SLACK, **SPLUNK, **others})


def test_settings_that_are_well_are_ready() -> None:
    assert ready(settings()) == settings()


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({"slack_bot_token": "xapp-s3cret"}, "SLACK_BOT_TOKEN holds an app-level token (xapp-…). Copy the Bot User"),
        ({"slack_bot_token": "xoxp-s3cret"}, "SLACK_BOT_TOKEN holds a user's token"),
        ({"slack_bot_token": "s3cret"}, "SLACK_BOT_TOKEN holds no token of Slack's"),
        ({"slack_app_token": "xoxb-s3cret"}, "SLACK_APP_TOKEN holds the bot's token (xoxb-…). Copy an App-Level"),
        ({"slack_signing_secret": "xapp-s3cret"}, "SLACK_SIGNING_SECRET holds an app-level token"),
        ({"slack_app_token": None}, "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"),
    ],
)
def test_a_slack_token_in_another_ones_place_is_told_and_not_shown(held: dict[str, object], told: str) -> None:
    [fault] = (*missing_tokens(settings(**held)), *misplaced_tokens(settings(**held)))
    assert fault.startswith(told)
    assert "s3cret" not in fault


def test_both_tokens_swapped_are_two_faults() -> None:
    assert len(list(misplaced_tokens(settings(slack_bot_token="xapp-1", slack_app_token="xoxb-1")))) == 2


def test_a_ca_file_must_be_a_readable_file_of_certificates(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("no certificate")
    os.mkfifo(tmp_path / "pipe.pem")
    (tmp_path / "good.pem").write_bytes(certificate(tmp_path).file.read_bytes())
    whys = {
        "text.pem": "it holds no certificate in PEM form",
        "pipe.pem": "it is no file",
        "none.pem": "No such file or directory",
    }
    for name, why in whys.items():
        [fault] = splunk_faults(settings(splunk_ca_file=tmp_path / name))
        assert fault.startswith(f"SPLUNK_CA_FILE {tmp_path / name} cannot be used ({why})")
    assert not list(splunk_faults(settings(splunk_ca_file=tmp_path / "good.pem")))


def test_a_deployment_of_the_settings_file_is_told_of_in_its_words(tmp_path: Path) -> None:
    lab = {"url": "http://lab.example.com:8089", "token": "t", "ca_file": tmp_path / "none.pem"}
    found = settings(deployments={"lab": lab})
    [fault] = splunk_faults(found)
    assert fault.startswith("deployments.lab.ca_file ")
    [warning] = splunk_warnings(found)
    assert warning.startswith("deployments.lab.url begins with http://. Splunk's management port speaks TLS")


def test_plain_http_is_warned_of_but_for_this_machine() -> None:
    assert [each[:10] for each in splunk_warnings(settings(splunk_url="http://splunk:8089"))] == ["SPLUNK_URL"]
    assert not list(splunk_warnings(settings(splunk_url="http://127.0.0.1:8089")))


def test_a_database_of_no_known_kind_is_told() -> None:
    [fault] = store_faults(settings(database_url="mysql://root:hunter2@db/x"))
    assert fault.startswith("DATABASE_URL must be postgresql://")
    assert "hunter2" not in fault


def test_an_mcp_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("#!/bin/sh\n")
    (tmp_path / "own").chmod(0o755)
    servers = {
        "well": {"command": "own", "env": {"PATH": str(tmp_path)}, "tools": ["a"]},
        "lost": {"command": "own-mcp", "tools": ["a"]},
        "gone": {"command": str(tmp_path / "gone"), "tools": ["a"]},
        "far": {"url": "https://mcp.example.com", "tools": ["a"]},
    }
    assert list(cannot_start(settings(mcp=servers)).values()) == [
        "mcp.lost.command: own-mcp is not found on PATH. Install it, or write its whole path.",
        f"mcp.gone.command: {tmp_path}/gone is no program that can be started. Install it, or write its whole path.",
    ]


async def test_an_mcp_command_that_is_not_there_is_warned_of_when_runs_begin(caplog: pytest.LogCaptureFixture) -> None:
    async with open_mcp(settings(mcp={"lost": {"command": "own-mcp", "tools": ["a"]}}), SECRETS_ONLY):
        assert "own-mcp is not found on PATH" in caplog.text


def test_what_serve_would_stumble_over_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        ready(given_settings(slack_app_token="xoxb-1", database_url="mysql://db/x"))
    assert [each.split()[0] for each in refused.value.problems] == [
        "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SPLUNK_URL", "DATABASE_URL",
    ]  # fmt: skip


def test_check_tells_all_of_it_offline_and_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "SLACK_BOT_TOKEN=xapp-1\nSLACK_APP_TOKEN=xoxb-1\nSPLUNK_URL=http://splunk:8089\nSPLUNK_TOKEN=t\n"
        "SPLUNK_CA_FILE=none.pem\nDATABASE_URL=mysql://db/x\nOPENAI_MODEL=m\nOPENAI_KEY=s3cret\n"
    )
    (tmp_path / "bot.yml").write_text("mcp: {lost: {command: own-mcp, tools: [a]}}")
    assert command(build_parser().parse_args(["check", "--json"])) == 1
    found = json.loads(capsys.readouterr().out)
    assert [each.split()[0] for each in found["problems"]] == [
        "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DATABASE_URL", "mcp.lost.command:", "SPLUNK_CA_FILE",
    ]  # fmt: skip
    assert "MCP server lost: allowed: a (not reached)" in found["facts"]
    assert [each.split()[0] for each in found["warnings"]] == ["OPENAI_KEY", "SPLUNK_URL", "OPENAI_API_KEY"]


def test_a_setting_that_cannot_be_read_hides_no_swapped_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xapp-1\nMAX_RUNS=many\nDATABASE_URL=mysql://db/x\n")
    assert command(build_parser().parse_args(["check", "--json"])) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [each.split()[0] for each in problems] == ["MAX_RUNS:", "SLACK_BOT_TOKEN", "DATABASE_URL"]


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ("", "`run --sandbox` can be started; `serve` cannot without SPLUNK_URL and SLACK_BOT_TOKEN."),
        ("SPLUNK_URL=https://a:1\nSPLUNK_TOKEN=t\n", "`run` can be started; `serve` cannot without SLACK_BOT_TOKEN."),
        ("SPLUNK_URL=https://a:1\nSPLUNK_TOKEN=t\nSLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1\n", None),
    ],
)
def test_a_check_that_finds_nothing_wrong_ends_with_what_cannot_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], env: str, told: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(env)
    assert command(build_parser().parse_args(["check"])) == 0
    ends = capsys.readouterr().out.partition("Nothing wrong in files and settings.\n")[2].splitlines()
    assert ends == [*([told] if told else []), "To try Slack, Splunk and the model: troubleshooter check --online"]


def test_a_mistake_of_the_settings_hides_no_unknown_workflow_and_no_command_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MAX_RUNS=many\nOPENAI_MODEL=m\n")
    (tmp_path / "bot.yml").write_text(
        "access: {allow: [{workflows: [no_such]}]}\n"
        "mcp: {lost: {command: own-mcp, args: [--token, s3cret], tools: [a]}}"
    )
    assert command(build_parser().parse_args(["check", "--json"])) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [each.split()[0] for each in problems] == ["The", "MAX_RUNS:", "mcp.lost.command:", "access:"]


def test_an_extra_that_is_asked_for_and_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_is(package: str) -> None:
        raise PackageNotFoundError(package)

    asked = settings(database_url="postgresql://db/x", otel_exporter_otlp_endpoint="https://collector.example.com")
    assert not list(extra_faults(asked))
    monkeypatch.setattr("bot.app.readiness.distribution", none_is)
    assert [each.split("'")[1] for each in extra_faults(asked)] == [
        "troubleshooter[postgresql]",
        "troubleshooter[otlp]",
    ]
    assert not list(extra_faults(settings()))
