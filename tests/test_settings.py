"""Settings: read once, every bad one named, no secret shown."""

import os
import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, given_settings, read_settings, settings_and_faults, unread_names


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read neither this machine's environment nor a .env of the checkout."""
    monkeypatch.chdir(tmp_path)
    for name in ("SPLUNK_URL", "SPLUNK_TOKEN", "SETTINGS_FILE", "MAX_RUNS", "OPENAI_MODEL", "WORKFLOWS_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_the_environment_is_read_and_a_dotenv_file_below_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SPLUNK_URL=https://file:8089\nMAX_RUNS=7\nUNKNOWN=1\n")
    monkeypatch.setenv("SPLUNK_URL", "https://environment:8089")
    settings = read_settings()
    assert (settings.splunk_url, settings.max_runs) == ("https://environment:8089", 7)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_RUNS", "")
    assert read_settings().max_runs == 4


def test_every_bad_setting_is_named_at_once_in_our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPLUNK_URL", "splunk.example.com")
    monkeypatch.setenv("MAX_RUNS", "many")
    monkeypatch.setenv("MAX_AGENTS", "1000")
    monkeypatch.setenv("SLACK_STATUS", "cards")
    monkeypatch.setenv("MASK_NAMES", "s3cret")
    monkeypatch.setenv("DEFAULT_SPLUNK", "S3cret")
    monkeypatch.setenv("OPENAI_PRICE_INPUT", "1")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert refused.value.problems == (
        "SLACK_STATUS: must be blocks or plan.",
        "SPLUNK_URL: must be a URL such as https://splunk.example.com:8089: it does not begin with https:// or http://.",
        "DEFAULT_SPLUNK: must be small letters, digits, - and _, such as prod.",
        "MASK_NAMES: must be true or false.",
        "MAX_RUNS: must be a whole number.",
        "MAX_AGENTS: must be 100 or less.",
        "OPENAI_PRICE_INPUT and OPENAI_PRICE_OUTPUT go together.",
    )


def test_what_cannot_be_read_is_not_said_to_be_missing_too() -> None:
    with pytest.raises(SettingsError) as refused:
        given_settings(openai_price_input="dear", openai_price_output=2)
    assert refused.value.problems == ("OPENAI_PRICE_INPUT: must be a number.",)


@pytest.mark.parametrize("url", ["https://s3cret:s3cret@splunk\u2100:8089", "https://[s3cret"])
def test_a_url_that_cannot_be_taken_apart_is_not_quoted(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        given_settings(splunk_url=url)
    unread = "its host or port cannot be read"
    assert refused.value.problems == (f"SPLUNK_URL: must be a URL such as https://splunk.example.com:8089: {unread}.",)


def test_a_slip_in_the_dotenv_file_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPLUNK_TOKN", "not of our file")
    (tmp_path / "bot.yml").write_text("deployments: {lab: {url: 'https://lab:1', token_from: SPLUNK_LAB_TOKEN}}")
    (tmp_path / ".env").write_text(
        "splunk_url=https://a:1\nSPLUNK_TOKEM=s3cret\nSPULNK_USERNAME=a\nSPLUNK_LAB_TOKEN=t\nSETTINGS_FILE=bot.yml\n"
        "POSTGRES_PASSWORD=x\nMAX_SEARCH=3\nMCP=1\nHTTP_PROXY=x\n"
    )
    assert unread_names() == (
        "HTTP_PROXY in .env is not read. Set it in the environment.",
        "MAX_SEARCH in .env is no setting of ours, and is not read. Is MAX_SEARCHES meant?",
        "SPLUNK_TOKEM in .env is no setting of ours, and is not read. Is SPLUNK_TOKEN meant?",
        "SPULNK_USERNAME in .env is no setting of ours, and is not read. Is SPLUNK_USERNAME meant?",
    )


def test_a_url_with_credentials_is_refused_without_showing_them() -> None:
    with pytest.raises(SettingsError) as refused:
        given_settings(splunk_url="https://admin:hunter2@splunk:8089")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("setting", "url", "told"),
    [
        ("openai_base_url", "localhost:9105/v1", "such as https://api.openai.com/v1: it does not begin with https://"),
        ("openai_base_url", "http://", "such as https://api.openai.com/v1: its host is missing."),
        ("openai_base_url", "https://mo dels/v1", "it has a space in it"),
        ("slack_api_url", "ftp://x", "such as https://slack.com/api/: it does not begin"),
        ("splunk_web_url", "https://splunk:0", "such as https://splunk.example.com:8000: its port cannot be 0"),
        ("otel_exporter_otlp_endpoint", "x", "such as https://collector.example.com:4318: it does not"),
    ],
)
def test_a_url_is_told_what_it_lacks_with_an_example_of_its_own_kind(setting: str, url: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        given_settings(**{setting: url})


@pytest.mark.parametrize(
    "url",
    [
        "https://models.example.com/v1?api-key=s3cret",
        "https://models.example.com/xoxb-123456789012-s3cret/v1",
        "https://s3cret@models.example.com",
    ],
)
def test_a_key_in_any_url_is_refused_and_not_shown(url: str) -> None:
    names = [name for name in Settings.model_fields if name.endswith(("_url", "_endpoint")) and name != "database_url"]
    with pytest.raises(SettingsError) as refused:
        given_settings(**dict.fromkeys(names, url))
    assert [each.partition(": must not hold a user name, password or key")[0] for each in refused.value.problems] == [
        name.upper() for name in names
    ]
    assert len(names) == 6
    assert "s3cret" not in str(refused.value)


def test_a_key_where_the_models_name_belongs_and_a_url_where_the_key_does_are_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        given_settings(openai_model="sk-s3cret", openai_api_key="https://s3cret")
    assert [each.partition(";")[0] for each in refused.value.problems] == [
        "OPENAI_API_KEY: holds a URL where a key belongs",
        "OPENAI_MODEL: holds a key where the model's name belongs",
    ]
    assert "s3cret" not in str(refused.value)


def test_a_key_with_a_character_that_no_key_has_is_refused() -> None:
    tokens = ("slack_bot_token", "slack_app_token", "slack_signing_secret", "splunk_token", "openai_api_key")
    for odd in ("sk-ÄÖÜ", "sk-a\nb", "sk a"):
        with pytest.raises(SettingsError) as refused:
            given_settings(**dict.fromkeys(tokens, odd))
        assert [each.partition(" that no key has")[0] for each in refused.value.problems] == [
            f"{name.upper()}: holds a character" for name in tokens
        ]


def test_spaces_around_a_setting_are_dropped_and_spaces_alone_are_none() -> None:
    held = given_settings(
        splunk_url=" https://a:1 ",
        openai_model="m ",
        openai_api_key=" sk-a\n",
        data_dir=" /var/a",
        splunk_password=" p ",
        splunk_username="bot ",
    )
    assert (held.splunk_url, held.openai_model, held.splunk_username) == ("https://a:1", "m", "bot")
    assert held.openai_api_key is not None
    assert held.openai_api_key.get_secret_value() == "sk-a"
    assert held.data_dir == Path("/var/a")
    assert held.splunk_password is not None
    assert held.splunk_password.get_secret_value() == " p "  # which may begin and end as it likes
    with pytest.raises(SettingsError) as refused:
        given_settings(openai_model=" ", splunk_token=" ", data_dir=" ", slack_command=" ")
    assert {each.partition(": ")[2] for each in refused.value.problems} == {"is empty."}
    assert len(refused.value.problems) == 4


@pytest.mark.parametrize("far", ["inf", "nan", "1e999", "1e15", "-1"])
def test_every_number_is_finite_and_has_a_bound(far: str) -> None:
    numbers = [
        name for name, field in Settings.model_fields.items() if re.search(r"\b(float|int)\b", str(field.annotation))
    ]
    assert len(numbers) > 20
    for name in numbers:
        with pytest.raises(SettingsError, match=f"^{name.upper()}: must be "):
            given_settings(**{name: far})


def test_a_time_too_short_for_anything_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"OPENAI_TIME_LIMIT_S: must be 0\.1 or more"):
        given_settings(openai_time_limit_s="1e-9")


def test_given_settings_know_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODEL", "gpt-something")
    assert given_settings().openai_model is None


def test_no_secret_is_in_what_settings_print() -> None:
    assert "s3cret" not in repr(given_settings(splunk_token="s3cret", slack_bot_token="s3cret"))


def test_a_port_that_cannot_be_is_refused() -> None:
    with pytest.raises(SettingsError, match="SPLUNK_URL"):
        given_settings(splunk_url="https://splunk:99999999")


def test_a_binary_dotenv_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(bytes([0xFF, 0xFE, 0x80, 0x00]))
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_settings()


def test_a_line_of_the_dotenv_file_that_is_none_is_one_problem_and_no_line_of_a_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text("MAX_RUNS=7\n\nFOO s3cret\nMAX_AGENTS=many\n\n\nMAX_SEARCHES='s3cret\n")
    settings, faults = settings_and_faults()
    assert [each.partition(" must be ")[0] for each in faults] == [".env, line 3:", ".env, line 7:", "MAX_AGENTS:"]
    assert "s3cret" not in "".join(faults)
    assert settings.max_runs == 7
    assert not unread_names()
    assert not caplog.records


def test_a_pipe_in_the_place_of_the_dotenv_file_is_not_waited_for() -> None:
    os.mkfifo(".env")
    with pytest.raises(SettingsError, match=r"The \.env here is a pipe"):
        read_settings()


def test_traces_go_to_openai_only_with_openais_own_key() -> None:
    theirs = {"openai_api_key": "sk-x", "openai_traces": True}
    assert given_settings(**theirs).openai_traces
    with pytest.raises(SettingsError, match="OPENAI_TRACES needs"):
        given_settings(**theirs, openai_base_url="https://models.example.com/v1")
    with pytest.raises(SettingsError, match="OPENAI_TRACES needs"):
        given_settings(openai_traces=True)


def test_a_collectors_address_is_made_as_opentelemetry_says() -> None:
    base, whole = "https://collector.example.com:4318/", "https://other.example.com/in"
    assert given_settings().traces_endpoint is None
    assert given_settings(otel_exporter_otlp_endpoint=base).traces_endpoint == f"{base}v1/traces"
    both = given_settings(otel_exporter_otlp_endpoint=base, otel_exporter_otlp_traces_endpoint=whole)
    assert both.traces_endpoint == whole


def test_a_price_needs_both_halves() -> None:
    assert given_settings(openai_price_input=1, openai_price_output=2).openai_price_output == 2
    with pytest.raises(SettingsError, match="go together"):
        given_settings(openai_price_input=1)


def test_a_folder_may_begin_with_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert given_settings(data_dir="~/runs").data_dir == Path("/home/ann/runs")
    with pytest.raises(SettingsError, match="DATA_DIR: begins with the home of somebody"):
        given_settings(data_dir="~no.such.person/runs")
