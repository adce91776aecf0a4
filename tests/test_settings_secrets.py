"""No secret stands in the settings file: also none in what an MCP server is started or called with."""

from pathlib import Path

import pytest

from bot.app.mcp import mcp_access
from bot.errors import SettingsError
from bot.settings import read_settings


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read no file of the checkout."""
    monkeypatch.chdir(tmp_path)
    for name in ("SPLUNK_URL", "SETTINGS_FILE", "OWN_URL"):
        monkeypatch.delenv(name, raising=False)


def write(text: str, env: str = "") -> None:
    Path("bot.yml").write_text(text)
    Path(".env").write_text(env)


@pytest.mark.parametrize(
    "server",
    [
        "command: x, args: [--token=s3cret]",
        "command: x, args: [--api-key, s3cret]",
        "command: x, args: [-v, --password, s3cret, --quiet]",
        "command: x, args: [--header, 'Authorization: Bearer s3cretAAAAAAAAAAAAAAAA']",
        "command: x, args: [xoxb-123456789012-s3cret]",
        "command: x, args: ['postgresql://bot:s3cret@db/x']",
        "command: x, env: {AUTH: 'Bearer s3cretAAAAAAAAAAAAAAAA'}",
        "url: 'https://mona:s3cret@mcp.example.com/mcp'",
        "url: 'https://mcp.example.com/mcp?ownApiKey=s3cret'",
        "url: 'https://mcp.example.com/mcp?v=1&key=s3cret'",
        "url: 'https://mcp.example.com/mcp', headers: {X-Own: 'Bearer s3cretAAAAAAAAAAAAAAAA'}",
    ],
)
def test_a_secret_in_the_way_to_an_mcp_server_is_refused_with_where_it_goes(server: str) -> None:
    write(f"mcp: {{own: {{{server}, tools: [a]}}}}")
    with pytest.raises(
        SettingsError, match=r"holds a secret at mcp\.own\..*(env_from|headers_from|url_from): "
    ) as refused:
        read_settings()
    assert len(refused.value.problems) == 1
    assert "s3cret" not in str(refused.value)


def test_what_is_no_secret_goes_to_an_mcp_server_as_it_is() -> None:
    write(
        """
mcp:
  own:
    command: sh
    args: [-c, 'exec own --token "$TOKEN" --header "Authorization: Bearer ${OWN_LONG_API_TOKEN}"', -p, "8089"]
    tools: [a]
  tls:
    command: own
    args: [--tls-key, /etc/own.pem, --token-file=/run/own, --password, --quiet, --key=~/own]
    tools: [a]
"""
    )
    assert [len(each.args) for each in read_settings().mcp.values()] == [4, 6]


def test_an_address_with_a_key_comes_from_a_variable_and_is_not_shown() -> None:
    write("mcp: {far: {url_from: OWN_URL, tools: [a]}}", "OWN_URL=' https://mcp.example.com/mcp?key=s3cret '\n")
    access = mcp_access(read_settings(), "far")
    assert (access.url, access.place) == ("https://mcp.example.com/mcp?key=s3cret", "mcp.example.com")
    assert "s3cret" not in repr(access) + repr(read_settings())
    write("mcp: {far: {url_from: OWN_URL, tools: [a]}}", "OWN_URL=s3cret\n")
    with pytest.raises(SettingsError, match=r"mcp\.far\.url_from: must name a variable that holds a URL"):
        read_settings()
