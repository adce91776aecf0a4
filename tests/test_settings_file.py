"""The settings file: deployments and permissions by name, no secret in it, every mistake a sentence."""

from pathlib import Path

import pytest

from bot.app import slack_access, splunk_accesses
from bot.errors import SettingsError
from bot.settings import read_settings

WHOLE = """
deployments:
  prod: {url: "https://prod:8089", token_from: PROD_TOKEN, web_url: "https://prod:8000"}
  lab: {url: "https://lab:8089", username: bot, password_from: LAB_PASSWORD, verify_tls: false}
default_splunk: lab
channels:
  C0123ABCD: {splunk: prod}
access:
  ask: Mona
  allow:
    - {users: [U0123ABCD], groups: [S0123ABCD], splunk: [prod], workflows: [missing_data]}
    - {channels: [C0123ABCD], guests: true}
keep_days: 14
"""


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read neither this machine's environment nor a file of the checkout."""
    monkeypatch.chdir(tmp_path)
    for name in ("SPLUNK_URL", "SPLUNK_TOKEN", "KEEP_DAYS", "SETTINGS_FILE", "PROD_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LAB_PASSWORD", "s3cret")


def write(text: str, env: str = "PROD_TOKEN=t0ken\n") -> None:
    Path("bot.yml").write_text(text)
    Path(".env").write_text(env)


def test_deployments_channels_and_permissions_are_read_with_secrets_from_elsewhere() -> None:
    write(WHOLE)
    settings = read_settings(slack_bot_token="xoxb-1", slack_app_token="xapp-1")
    accesses = splunk_accesses(settings)
    assert list(accesses) == ["lab", "prod"]
    assert (accesses["prod"].token or accesses["lab"].password or "") != ""
    assert accesses["prod"].token is not None
    assert accesses["prod"].token.get_secret_value() == "t0ken"
    assert accesses["lab"].by_password
    assert not accesses["lab"].verify_tls
    slack = slack_access(settings)
    assert slack.splunk_of == {"C0123ABCD": "prod"}
    assert slack.permissions.ask == "Mona"
    assert slack.permissions.groups == {"S0123ABCD"}
    assert settings.keep_days == 14


def test_the_environment_wins_and_its_splunk_is_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        WHOLE.replace("default_splunk: lab\n", ""),
        "PROD_TOKEN=t\nKEEP_DAYS=3\nSPLUNK_URL=https://own:8089\nSPLUNK_TOKEN=x\n",
    )
    assert list(read_settings().splunks) == ["splunk", "prod", "lab"]
    assert read_settings().keep_days == 3
    monkeypatch.setenv("SETTINGS_FILE", "elsewhere.yml")
    with pytest.raises(SettingsError, match=r"elsewhere.yml cannot be read: No such file"):
        read_settings()


def test_without_a_file_there_is_none() -> None:
    assert read_settings().splunks == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deployments: {prod: {url: 'https://a:1', token: x}}", "secret at deployments.prod.token.*token_from: NAME"),
        ("slack_bot_token: x", "holds a secret at slack_bot_token"),
        ("deployments: {prod: {url: 'https://a:1', token_from: NOWHERE}}", "names the variable NOWHERE, which"),
        ("deployments: {prod: {url: 'https://a:1'}}", "deployments.prod needs token_from"),
        ("deployments: {prod: {url: 'a:1', token_from: PROD_TOKEN}}", "deployments.prod.url: must be a URL"),
        ("deployments: {Prod: {url: 'https://a:1', token_from: PROD_TOKEN}}", "'Prod' must be small letters"),
        ("deployments:\n  prod: {}\n  prod: {}", "line 3: 'prod' stands twice"),
        ("channels: {C0123: {splunk: prod}}", "no Splunk deployment is called prod; there are: none"),
        ("channels: {incidents: {splunk: prod}}", "'incidents' is no Slack id such as C0123ABCD"),
        ("access: {allow: [{users: [mona]}]}", "access.allow.0.users.0: 'mona' is no Slack id"),
        ("access: {alow: []}", "access.alow: Extra inputs"),
        ("keep_day: 3", "knows no keep_day. Is keep_days meant"),
        ("keep_days: soon", "KEEP_DAYS: Input should be a valid number"),
        ("- a", "must hold names with values"),
        ("a: [", "line 1: expected|line 2: expected"),
        ("[a]: b", "line 1: a name must be a word"),
        ("a: &x [*x]", "aliases .* are not taken"),
    ],
)  # fmt: skip
def test_every_mistake_is_a_sentence(text: str, told: str) -> None:
    write(text)
    with pytest.raises(SettingsError, match=told):
        read_settings()


def test_no_secret_is_told_with_a_mistake() -> None:
    write("deployments: {prod: {url: 'https://a:1', token: hunter2}}")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)
