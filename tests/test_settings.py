"""Settings: read once, every bad one named, no secret shown."""

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import given_settings, read_settings, unread_names


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
        "SPLUNK_URL: must be a URL such as https://splunk.example.com:8089.",
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
    assert refused.value.problems == ("SPLUNK_URL: must be a URL such as https://splunk.example.com:8089.",)


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
