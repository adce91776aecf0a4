"""The settings file: deployments and permissions by name, no secret in it, every mistake a sentence."""

import os
from pathlib import Path

import pytest

from bot.app.accesses import slack_access, splunk_accesses
from bot.app.mcp import mcp_access
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


def test_mcp_servers_take_their_secrets_from_the_environment() -> None:
    write(
        """
mcp:
  own: {command: mcp-server, args: [--quiet], env: {PORT: 8089}, env_from: {TOKEN: PROD_TOKEN}, tools: [a]}
  far: {url: "https://mcp.example.com/mcp", headers_from: {Authorization: LAB_PASSWORD}, tools: [b, c], time_limit_s: 5,
    deployments: [prod]}
deployments: {prod: {url: "https://prod:8089", token_from: PROD_TOKEN}}
"""
    )
    settings = read_settings()
    own, far = (mcp_access(settings, name) for name in settings.mcp)
    assert (own.command, own.args, own.tools) == ("mcp-server", ("--quiet",), ("a",))
    assert {name: value.get_secret_value() for name, value in own.env.items()} == {"PORT": "8089", "TOKEN": "t0ken"}
    assert {name: value.get_secret_value() for name, value in far.headers.items()} == {"Authorization": "s3cret"}
    assert [(own.serves(name), far.serves(name)) for name in ("prod", "lab")] == [(True, True), (True, False)]
    assert (far.place, far.tools, far.time_limit_s) == ("mcp.example.com", ("b", "c"), 5)
    assert "s3cret" not in repr(settings) + repr(far)


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
        ("deployments: {Prod: {url: 'https://a:1', token_from: PROD_TOKEN}}", "deployments.Prod: must be small"),
        ("deployments:\n  prod: {}\n  prod: {}", "line 3: 'prod' stands twice"),
        ("deployments: {prod: {url: 'a:1', token_from: PROD_TOKEN}}\ndefault_splunk: lab", "lab; there are: prod"),
        ("access: {allow: [{}, {users: [U0123ABCD], token: x}]}", "a secret at token of the 2nd of access.allow"),
        ("channels: {C0123: {splunk: prod}}", "no Splunk deployment is called prod; there are: none"),
        ("channels: {incidents: {splunk: prod}}", "channels.incidents: must be a Slack id such as C0123ABCD"),
        ("access: {allow: [{users: [mona]}]}", "^the 1st of users of the 1st of access.allow: must be"),
        ("access: {alow: []}", "access.alow: there is no such setting. Is allow meant.$"),
        ("access: {allow: [{users: [U0123ABCD], guests: true}]}", "guests and the like in another line"),
        ("deployments: {prod: {url: 'https://a:1', token_from: eyJhbGciOi.x.y}}", "must be the name of a variable"),
        ("otel_exporter_otlp_headers: x", "holds a secret at otel_exporter_otlp_headers"),
        ("mcp: {own: {url: 'a/mcp', tools: [a]}}", "mcp.own.url: .* such as https://mcp.example.com/mcp: it"),
        ("mcp: {own: {command: x, tools: [a], time_limit_s: .inf}}", "mcp.own.time_limit_s: must be 600 or less"),
        ("mcp: {own: {command: x}}", "mcp.own.tools: is missing"),
        ("mcp: {own: {command: x, tools: []}}", "mcp.own.tools: must name at least one"),
        ("mcp: {own: {command: x, tools: [a], deployments: []}}", "mcp.own.deployments: must name at least one"),
        ("mcp: {own: {command: x, tools: [a], deployments: [prod]}}", "mcp: no Splunk deployment is called prod"),
        ("mcp: {own: {tools: [a]}}", "mcp.own: takes either a command to start or the url"),
        ("mcp: {own: {command: x, url: 'https://a/mcp', tools: [a]}}", "mcp.own: takes either"),
        ("mcp: {own: {command: x, headers: {A: b}, tools: [a]}}", "mcp.own: headers go with a url"),
        ("mcp: {own: {url: 'https://a/mcp', args: [b], tools: [a]}}", "mcp.own: args and env go with a command"),
        ("mcp: {own: {url: 'https://u:p@a/mcp', tools: [a]}}", "secret at mcp.own.url.* variable: url_from: NAME"),
        (
            "mcp: {own: {url: 'https://a/mcp', headers: {Authorization: x}, tools: [a]}}",
            "secret at mcp.own.headers.Authorization.* variable: headers_from: {Authorization: NAME}",
        ),
        ("mcp: {own: {command: x, env: {SPLUNK_TOKEN: x}, tools: [a]}}", "variable: env_from: {SPLUNK_TOKEN: NAME}"),
        ("mcp: {own: {command: x, env_from: {A: NOWHERE}, tools: [a]}}", "mcp.own.env_from.A .*NOWHERE, which is not"),
        ("keep_day: 3", "knows no keep_day. Is keep_days meant"),
        ("keep_days: yes", "keep_days in the settings file must not be yes"),
        ("keep_days: soon", "keep_days: must be a number"),
        ("- a", "must hold names with values"),
        ("keep_days: 2026-13-45", "is no YAML that can be read"),
        ("access: {allow: [{splunk: [xoxb-123456789012-abcdef]}]}", r"deployment is called \*\*\*; there are"),
        ("a: [", "line 1: expected|line 2: expected"),
        ("[a]: b", "line 1: a name must be a word"),
        ("a: &x [*x]", "aliases .* are not taken"),
    ],
)  # fmt: skip
def test_every_mistake_is_a_sentence(text: str, told: str) -> None:
    write(text)
    with pytest.raises(SettingsError, match=told):
        read_settings()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("x" * 300, "File name too long"),
        ("~no.such.person/bot.yml", "SETTINGS_FILE begins with the home"),
    ],
)
def test_a_file_that_cannot_be_is_a_sentence(name: str, told: str) -> None:
    write("", f"SETTINGS_FILE={name}\n")
    with pytest.raises(SettingsError, match=told):
        read_settings()


def test_all_mistakes_of_a_file_are_told_at_once_and_beside_those_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(
        """
slack_bot_token: xoxb-1
deployments:
  prod: {url: "prod:8089", token_from: NOWHERE, tokn: x}
  lab: {url: "https://lab:8089", pasword_from: LAB_PASSWORD}
keep_days: soon
keep_day: 3
keep_day: 4
default_splunk: nowhere
access: {allow: [{splunk: [prod, elsewhere]}]}
mask_names: 7
max_runs: yes
mcp: {own: {command: x, args: [--token, s3cret]}}
"""
    )
    monkeypatch.setenv("MAX_AGENTS", "many")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert [each.partition(". ")[0].partition(" or http")[0] for each in refused.value.problems] == [
        "The settings file bot.yml, line 8: 'keep_day' stands twice.",
        "The settings file bot.yml holds a secret at slack_bot_token",
        "deployments.prod.token_from of bot.yml names the variable NOWHERE, which is not set.",
        "The settings file bot.yml knows no keep_day",
        "max_runs in the settings file must not be yes, no, true or false.",
        "The settings file bot.yml holds a secret at mcp.own.args",
        "deployments.prod.url: must be a URL such as https://splunk.example.com:8089: it does not begin with https://",
        "deployments.prod.tokn: there is no such setting",
        "deployments.lab.pasword_from: there is no such setting",
        "mcp.own.tools: is missing.",
        "mask_names: must be true or false.",
        "keep_days: must be a number.",
        "MAX_AGENTS: must be a whole number.",
        "default_splunk: no Splunk deployment is called nowhere; there are: prod, lab.",
        "access: no Splunk deployment is called elsewhere; there are: prod, lab.",
    ]
    assert "s3cret" not in str(refused.value)


def test_a_name_that_may_be_a_secret_itself_is_not_shown() -> None:
    write("deployments: {prod: {url: 'https://a:1', token_from: s3cret}}")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("name", ["pipe", "/dev/zero"])
def test_what_is_no_file_is_refused_and_not_waited_for(name: str) -> None:
    os.mkfifo("pipe")
    write("", f"SETTINGS_FILE={name}\n")
    with pytest.raises(SettingsError, match=f"The settings file {name} is no file"):
        read_settings()


def test_what_only_the_file_may_say_is_not_taken_from_an_environment_that_means_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(WHOLE)
    monkeypatch.setenv("CHANNELS", "general")
    monkeypatch.setenv("ACCESS", '{"ask": "me"}')
    assert read_settings().access.ask == "Mona"


def test_no_secret_is_told_with_a_mistake() -> None:
    write("deployments: {prod: {url: 'https://a:1', token: hunter2}}")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)
