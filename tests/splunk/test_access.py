"""How Splunk is reached: credentials that never show, and proxies only where there is one to go through."""

import pytest
from pydantic import SecretStr

from bot.errors import SettingsError
from bot.splunk.access import PLAIN_HTTP, SplunkAccess
from bot.splunk.faults import refused_credentials

REMOTE = "https://splunk.example.com:8089"


def access(url: str = REMOTE) -> SplunkAccess:
    return SplunkAccess(url=url, token=SecretStr("made-up-token"))


def test_credentials_never_show() -> None:
    given = SplunkAccess(url=REMOTE, username="bot", password=SecretStr("made-up-password"), token=SecretStr("made-up"))
    assert "made-up" not in f"{given} {given!r} {given.model_dump_json()}"


def test_a_splunk_without_credentials_is_refused() -> None:
    with pytest.raises(SettingsError, match="SPLUNK_TOKEN"):
        SplunkAccess(url=REMOTE, username="bot")


@pytest.mark.parametrize(
    ("url", "where"),
    [
        (REMOTE, "splunk.example.com:8089"),
        ("https://splunk.example.com/api", "splunk.example.com:443"),
        ("http://[::1]:8089", "[::1]:8089"),
    ],
)
def test_sentences_name_host_and_port(url: str, where: str) -> None:
    assert access(url).where == where


def test_plain_http_is_warned_of_unless_it_stays_on_this_machine() -> None:
    http = access("http://splunk.example.com:8089")
    assert http.warnings == (http.told(PLAIN_HTTP),)
    assert access("http://localhost:8089").warnings == ()


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    assert access().proxy() == "http://proxy.example.com:3128"


def test_no_proxy_exempts_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", ".example.com")
    assert access().proxy() is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_very_machine_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example.com:3128")
    assert access(f"http://{host}:8089").proxy() is None


def test_sentences_name_a_setting_as_it_is_found() -> None:
    lab = SplunkAccess(url=REMOTE, deployment="lab", token=SecretStr("made-up-token"))
    assert lab.told("{url} or {token}") == "deployments.lab.url or deployments.lab.token_from"
    assert "deployments.lab.token_from" in str(refused_credentials(lab))
    assert "SPLUNK_TOKEN" in str(refused_credentials(access()))
