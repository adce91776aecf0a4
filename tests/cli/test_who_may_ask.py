"""Who may ask, as `check` says it."""

import json
from pathlib import Path

import pytest

from bot.cli.check import command
from bot.cli.parser import build_parser
from bot.cli.who_may_ask import who_may_ask
from bot.domain.permission import Permissions


@pytest.mark.parametrize(
    ("access", "told"),
    [
        ({}, "everyone in the workspace may ask; guests and people of other workspaces may not"),
        ({"ask": "Mona"}, "everyone in the workspace may ask; guests and people of other workspaces may not"),
        ({"allow": []}, "nobody may ask: access.allow names no one"),
        ({"allow": [{"groups": ["S01", "S02"]}]}, "who may ask: members of 2 groups"),
        ({"allow": [{"users": []}]}, "who may ask: nobody"),
        ({"allow": [{"guests": True, "other_workspaces": True}]},
         "who may ask: everyone in the workspace and guests and people of other workspaces"),
        ({"allow": [{"users": ["U01", "U02"], "groups": ["S01"], "workflows": ["a", "b"]},
                    {"channels": ["C01"], "splunk": ["l"]}]},
         "who may ask: 2 named people and members of 1 group for a or b; everyone in the workspace in 1 channel on @l"),
    ],
)  # fmt: skip
def test_one_line_says_who_may_ask(access: dict[str, object], told: str) -> None:
    assert who_may_ask(Permissions.model_validate(access)) == told


def test_check_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bot.yml").write_text("access: {allow: [{users: [U0123ABCD]}]}")
    command(build_parser().parse_args(["check", "--json"]))
    assert "who may ask: 1 named person" in json.loads(capsys.readouterr().out)["facts"]
