"""manifest.yml is one that Slack takes, and asks for no more than is used."""

import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

from bot.settings import Settings
from bot.slack.selfcheck import NEEDED, USEFUL

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
SCHEMA = Path(__file__).parent / "manifest_schema" / "slack-manifest.schema.json"


def manifest() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return read


def test_the_manifest_follows_slacks_own_schema() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest())] == []


def test_the_schema_would_object() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    broken = manifest()
    broken["display_information"]["name"] = "x" * 36
    assert not Draft7Validator(schema).is_valid(broken)


def test_the_manifest_asks_for_what_the_self_check_explains() -> None:
    scopes = manifest()["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == {*NEEDED, *USEFUL}
    assert set(scopes["bot_optional"]) == set(USEFUL)


def test_every_scope_says_what_it_is_for() -> None:
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line.strip().removeprefix("- ").split(" ")[0] in {*NEEDED, *USEFUL}]
    assert all("#" in line for line in listed[: len(NEEDED) + len(USEFUL)])


def test_the_command_is_the_settings_default() -> None:
    assert manifest()["features"]["slash_commands"][0]["command"] == Settings.model_fields["slack_command"].default
