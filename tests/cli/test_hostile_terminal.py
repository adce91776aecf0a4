"""What comes from Slack, Splunk or a model cannot steer the terminal that shows it, nor turn its text about."""

import logging
import re
from argparse import Namespace
from typing import Any

import pytest

from bot.cli import audit, main, run, runs, show, summarize
from bot.cli.logs import log_to_stderr
from bot.domain.kept import KeptRun, Noted, RunLine, RunState
from bot.domain.run import RunRequest
from bot.errors import UsageError
from tests.slack.hostile import WORST, Filled

NASTY = "idx1 \x1b[2J\x1b]0;owned\x07 \x9b31m \u202edne\u202c \u2066x\u2069 \U000e0041"
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def answers(monkeypatch: pytest.MonkeyPatch, place: str, value: object) -> None:
    """Let the coroutine function at *place* return *value*."""

    async def known(*_: object) -> object:
        return value

    monkeypatch.setattr(place, known)


def kept(filled: Filled) -> KeptRun:
    request = RunRequest(problem=NASTY)
    return KeptRun(id="1f2e", state=RunState.DONE, request=request, asked_at=0, run=filled.run())


@pytest.mark.parametrize("form", ["text", "json", "md"])
def test_a_run_is_shown_with_nothing_live(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(monkeypatch, "bot.cli.show.load_kept", kept(Filled([NASTY], 3)))
    assert show.command(Namespace(run="1f2e", format=form, evidence=True, trace=True)) == 0
    told = capsys.readouterr().out
    assert STEERS.findall(told) == []
    assert "u202e" in told  # written out, for evidence says what was there


def test_a_report_is_printed_with_nothing_live(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (run, summarize):
        monkeypatch.setattr(module, "as_text", lambda _: NASTY)
    done = Filled([NASTY], 3).run()
    answers(monkeypatch, "bot.cli.run._run", done)
    monkeypatch.setattr(summarize, "_read", lambda _: done.model_dump(mode="json"))
    run.command(Namespace(json=False, trace=True))
    summarize.command(Namespace(json=False, results="-", problem=None))
    told = capsys.readouterr().out
    assert STEERS.findall(told) == []
    assert told.count("owned") >= 2


def test_a_run_that_goes_on_is_shown_with_nothing_live(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    going_on = kept(WORST[0]).model_copy(update={"run": None, "state": RunState.ASKED})
    answers(monkeypatch, "bot.cli.show.load_kept", going_on)
    assert show.command(Namespace(run="1f2e", format="text", evidence=True, trace=True)) == 0
    assert STEERS.findall(capsys.readouterr().out) == []


def test_lists_hold_nothing_live(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: dict[str, Any] = {"since": None, "limit": 9, "workflow": None, "severity": None, "json": False}
    none: dict[str, Any] = {"workflow": None, "severity": None, "duration_s": None}
    line = RunLine(id="1f2e", state="done", asked_at=0, asked_by="U1", problem=NASTY, headline=NASTY, **none)
    answers(monkeypatch, "bot.cli.runs._lines", (line,))
    answers(monkeypatch, "bot.cli.audit._notes", (Noted(at=0, who="U1", what="ask", run_id=None, detail=NASTY),))
    assert (runs.command(Namespace(**asked)), audit.command(Namespace(**asked))) == (0, 0)
    assert STEERS.findall(capsys.readouterr().out) == []


def test_an_error_and_a_log_line_hold_nothing_live(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Namespace) -> int:
        raise UsageError(NASTY)

    monkeypatch.setattr(show, "command", fail)
    monkeypatch.setattr(logging, "basicConfig", lambda **given: handlers.extend(given["handlers"]))
    handlers: list[logging.Handler] = []
    log_to_stderr(logging.getLogger("bot").level)
    handlers[0].handle(logging.LogRecord("bot", logging.WARNING, "", 0, "Splunk says: %s", (NASTY,), None))
    with pytest.raises(SystemExit):
        main(["show", "1f2e"])
    told = capsys.readouterr().err
    assert STEERS.findall(told) == []
    assert told.count("owned") == 2
