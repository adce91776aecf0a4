"""What a person types to the smaller commands, and how it is laid out: no process, no store."""

import io
from pathlib import Path

import pytest
from rich.console import Console, Group

from bot.cli import audit, runs, summarize
from bot.cli.parser import build_parser, joined
from bot.domain.kept import Noted, RunLine
from bot.errors import UsageError

LINE = RunLine(
    id="220bb13882aed377",
    state="done",
    asked_at=1795898238.6,
    asked_by="ana",
    workflow="storage_and_cluster",
    problem="no events in index=web since 10:15",
    severity="critical",
    headline="CRITICAL · indexqueue on idx2 was blocked in 45 of 60 samples in 30 min (75 %) · 10 of 10 checks ran",
    duration_s=2.0,
)


@pytest.mark.parametrize("command", ["runs", "audit"])
def test_a_time_in_the_past_may_stand_apart_from_its_option(command: str) -> None:
    for typed in (["--since", "-24h"], ["--since=-24h"], ["--since", "-24h", "--limit", "3"]):
        assert build_parser().parse_args(joined([command, *typed])).since == "-24h"


def test_an_option_after_since_is_still_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(joined(["runs", "--since", "--json"]))
    assert "--since: expected one argument" in capsys.readouterr().err


def printed(drawing: Group, width: int) -> list[str]:
    said = io.StringIO()
    Console(file=said, width=width, highlight=False).print(drawing)
    return [line.rstrip() for line in said.getvalue().splitlines()]


def test_a_run_is_readable_at_80_columns() -> None:
    assert printed(runs.drawn([LINE]), width=80) == [
        "Run               Asked (UTC)       Came out  Workflow",
        "",
        "220bb13882aed377  2026-11-28 20:37  critical  storage_and_cluster",
        "  no events in index=web since 10:15",
        "  indexqueue on idx2 was blocked in 45 of 60 samples in 30 min (75 %) · 10 of 10",
        "  checks ran",
    ]


def test_a_run_without_an_end_shows_how_far_it_is() -> None:
    begun = LINE.model_copy(update={"state": "planned", "severity": None, "headline": None, "workflow": None})
    assert printed(runs.drawn([begun]), width=120)[2:] == [
        "220bb13882aed377  2026-11-28 20:37  planned",
        "  no events in index=web since 10:15",
    ]


def test_the_audit_log_is_readable_at_80_columns() -> None:
    why = "guest, missing_data: Guests may not do that. Ask Mona at the Splunk desk to let them in."
    refused = Noted(at=1795898238.6, who="U0123ABCDEF", what="refused", run_id=None, detail=why)
    asked = Noted(at=1795898238.6, who="U0123ABCDEF", what="asked", run_id="220bb13882aed377", detail=None)
    assert printed(audit.drawn([refused, asked]), width=80) == [
        "When (UTC)           Who          What     Run",
        "2026-11-28 20:37:18  U0123ABCDEF  refused",
        "  guest, missing_data: Guests may not do that. Ask Mona at the Splunk desk to",
        "  let them in.",
        "2026-11-28 20:37:18  U0123ABCDEF  asked    220bb13882aed377",
    ]


@pytest.mark.parametrize(("held", "told"), [("", "your shell has emptied it already"), ("{}", "Let it go to another")])
def test_a_file_that_is_also_the_output_is_not_read(
    held: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.json"
    file.write_text(held)
    with file.open("a") as output:
        monkeypatch.setattr("sys.stdout", output)
        with pytest.raises(UsageError, match=told):
            summarize.command(build_parser().parse_args(["summarize", str(file)]))
    assert file.read_text() == held


def test_nobody_is_told_to_write_over_what_they_named(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes")
    with pytest.raises(UsageError) as refused:
        summarize.command(build_parser().parse_args(["summarize", str(tmp_path / "notes.md")]))
    assert "notes.md" not in str(refused.value).partition(">")[2]
