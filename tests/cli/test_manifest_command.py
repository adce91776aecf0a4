"""`troubleshooter manifest`: whatever is chosen, Slack's own schema takes it, and the comments stay."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.cli.manifest import over_http, shipped, with_command
from bot.errors import UsageError
from tests.cli.terminal import troubleshooter

SCHEMA = Path(__file__).parents[1] / "slack" / "manifest_schema" / "slack-manifest.schema.json"


def taken(text: str) -> dict[str, Any]:
    """Read a manifest that Slack's schema takes."""
    read: dict[str, Any] = yaml.safe_load(text)
    faults = Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).iter_errors(read)
    assert [fault.message for fault in faults] == []
    return read


def comments(text: str) -> set[str]:
    return {line.partition("#")[2] for line in text.splitlines() if "#" in line}


async def test_it_prints_the_shipped_manifest_for_socket_mode(tmp_path: Path) -> None:
    said = await troubleshooter("manifest", cwd=tmp_path)
    assert said.code == 0
    assert said.out == shipped()
    assert taken(said.out)["settings"]["socket_mode_enabled"] is True


async def test_over_http_every_way_in_has_the_address(tmp_path: Path) -> None:
    said = await troubleshooter(
        "manifest", "--http", "https://bot.example.com", "--command", "/splunk-help", cwd=tmp_path
    )
    assert said.code == 0
    read, address = taken(said.out), "https://bot.example.com/slack/events"
    assert read["settings"]["socket_mode_enabled"] is False
    assert read["settings"]["event_subscriptions"]["request_url"] == address
    assert read["settings"]["interactivity"]["request_url"] == address
    [command] = read["features"]["slash_commands"]
    assert (command["url"], command["command"]) == (address, "/splunk-help")
    assert "SLACK_COMMAND=/splunk-help" in said.out


def test_nothing_else_is_changed() -> None:
    changed = over_http(with_command(shipped(), "/other"), "bot.example.com")
    lost = comments(shipped()) - comments(changed)
    assert len(lost) == 3, "the two lines at the top about the ways in, and that on the command's name"
    before, after = taken(shipped()), taken(changed)
    assert before["oauth_config"] == after["oauth_config"]
    assert before["display_information"] == after["display_information"]


async def test_as_an_agent_it_hears_direct_messages_too_and_all_else_stays(tmp_path: Path) -> None:
    said = await troubleshooter("manifest", "--agent", "--http", "bot.example.com", cwd=tmp_path)
    assert said.code == 0
    before, after = taken(shipped()), taken(said.out)
    assert after["features"]["agent_view"]["suggested_prompts"]
    assert after["features"]["app_home"]["messages_tab_enabled"] is True
    events = after["settings"]["event_subscriptions"]["bot_events"]
    assert events == ["app_mention", "message.im", "agent_session_stopped"]
    scopes = [set(each["oauth_config"]["scopes"]["bot"]) for each in (before, after)]
    assert scopes[1] - scopes[0] == {"assistant:write", "im:history"}
    assert scopes[0] <= scopes[1]
    assert before["oauth_config"]["scopes"]["bot_optional"] == after["oauth_config"]["scopes"]["bot_optional"]
    assert len(comments(shipped()) - comments(said.out)) == 3, "two on the way in, and that it hears mentions alone"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("bot.example.com", "https://bot.example.com/slack/events"),
        ("https://bot.example.com/", "https://bot.example.com/slack/events"),
        ("https://bot.example.com:8443/hooks/slack", "https://bot.example.com:8443/hooks/slack"),
    ],
)
def test_an_address_may_be_a_host_or_whole(given: str, address: str) -> None:
    assert taken(over_http(shipped(), given))["settings"]["interactivity"]["request_url"] == address


@pytest.mark.parametrize("url", ["", "http://bot.example.com", "https://", "https://a b", "https://u:p@host", "h?x=1"])
def test_an_address_that_slack_cannot_send_to_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="say it as https"):
        over_http(shipped(), url)


@pytest.mark.parametrize("name", ["troubleshoot", "/", "/Big", "/two words", "/" + "x" * 32, "/x\\1"])
def test_a_name_that_slack_would_not_take_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be a slash command"):
        with_command(shipped(), name)
