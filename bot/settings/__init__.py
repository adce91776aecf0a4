"""The environment, an optional .env and an optional settings file, read once, into frozen Settings."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.domain.permission import ChannelId, Permissions
from bot.errors import SettingsError
from bot.settings.env import env_faults, env_file, unread
from bot.settings.faults import misfits, sentence
from bot.settings.file import read_settings_file
from bot.settings.parts import ENVIRONMENTS, ChannelSettings, McpSettings, Name, Seconds, SplunkSettings, at_home
from bot.settings.words import (
    CollectorUrl,
    ModelKey,
    ModelName,
    ModelUrl,
    Secret,
    SlackUrl,
    SplunkUrl,
    SplunkWebUrl,
    Text,
    Token,
    TracesUrl,
)

_CHECKOUT_WORKFLOWS = Path(__file__).parents[2] / "workflows"
ONLY_IN_THE_FILE = frozenset({"deployments", "channels", "access", "mcp", "model_indexes"})
_MOST_TOKENS = 1_000_000_000_000
_PACKAGED_WORKFLOWS = Path(__file__).parents[1] / "workflows"


def _default_workflows() -> Path:
    return _PACKAGED_WORKFLOWS if _PACKAGED_WORKFLOWS.is_dir() else _CHECKOUT_WORKFLOWS


def _default_data() -> Path:
    """Return where a user's data goes (freedesktop.org, XDG Base Directory Specification)."""
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path("~/.local/share").expanduser()) / "troubleshooter"


class Settings(BaseModel):
    """Every setting, by the name of its environment variable in lower case; `.env.sample` explains each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slack_bot_token: Token | None = None
    slack_app_token: Token | None = None
    slack_signing_secret: Token | None = None
    slack_api_url: SlackUrl = "https://slack.com/api/"
    slack_command: Text = "/troubleshoot"
    slack_status: Literal["blocks", "plan"] = "blocks"
    http_host: Text = "127.0.0.1"
    http_port: int = Field(3000, ge=0, le=65535)

    splunk_url: SplunkUrl | None = None
    splunk_token: Token | None = None
    splunk_username: Text | None = None
    splunk_password: SecretStr | None = None
    splunk_ca_file: Path | None = None
    splunk_verify_tls: bool = True
    splunk_web_url: SplunkWebUrl | None = None
    splunk_app: Text = "search"

    deployments: dict[Name, SplunkSettings] = {}  # by the names that people ask for: @prod
    default_splunk: Name | None = None  # where nobody names one; None: SPLUNK_URL's, else the first
    channels: dict[ChannelId, ChannelSettings] = {}
    access: Permissions = Permissions()

    openai_api_key: ModelKey | None = None
    openai_base_url: ModelUrl = "https://api.openai.com/v1"
    openai_model: ModelName | None = None
    openai_api: Literal["chat_completions", "responses"] = "chat_completions"
    openai_time_limit_s: Seconds = 60
    openai_max_output_tokens: int | None = Field(None, ge=1, le=10_000_000)

    model_indexes: list[str] = []  # patterns of what a model's own searches may read; none: all that our role may

    openai_traces: bool = False
    otel_exporter_otlp_endpoint: CollectorUrl | None = None
    otel_exporter_otlp_traces_endpoint: TracesUrl | None = None
    otel_exporter_otlp_headers: Secret | None = None
    otel_service_name: Text = "troubleshooter"
    trace_spl: bool = False

    max_tokens_per_run: int | None = Field(None, ge=1, le=_MOST_TOKENS)
    max_model_calls_per_run: int | None = Field(None, ge=1, le=1_000_000)
    max_model_searches_per_run: int | None = Field(None, ge=0, le=1_000_000)
    max_model_seconds_per_run: Seconds | None = None
    max_tokens_per_day: int | None = Field(None, ge=1, le=_MOST_TOKENS)
    max_model_calls_per_day: int | None = Field(None, ge=1, le=1_000_000)
    max_model_searches_per_day: int | None = Field(None, ge=0, le=1_000_000)
    max_model_seconds_per_day: float | None = Field(
        None, ge=0.1, le=10_000_000
    )  # of all runs, which answer side by side
    openai_price_input: float | None = Field(None, ge=0, le=1_000_000)
    openai_price_output: float | None = Field(None, ge=0, le=1_000_000)
    openai_price_currency: Text = Field("USD", pattern=r"^[A-Za-z]{2,12}$")

    mcp: dict[Name, McpSettings] = {}  # servers whose tools the model may use, by name

    database_url: Secret | None = None
    data_dir: Path = Field(default_factory=_default_data)
    mask_emails: bool = False
    mask_names: bool = False
    keep_days: float = Field(30, ge=0.01, le=3650)
    stop_grace_s: float = Field(15, ge=0, le=3600)
    fleet_max_runs: int = Field(8, ge=1, le=1000)
    worker_heartbeat_s: Seconds = 10
    worker_dead_after_s: Seconds = 30

    workflows_dir: Path = Field(default_factory=_default_workflows)
    max_runs: int = Field(4, ge=1, le=100)
    max_searches: int = Field(6, ge=1, le=100)
    max_agents: int = Field(4, ge=1, le=100)
    run_time_limit_s: Seconds = 600

    @field_validator("data_dir", "workflows_dir", "splunk_ca_file")
    @classmethod
    def _knows_the_home(cls, path: Path | None) -> Path | None:
        return path and at_home(path)

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, url: str) -> str:
        return url if url.endswith("/") else url + "/"

    @property
    def splunks(self) -> dict[str, SplunkSettings]:
        """All deployments by name, the default first."""
        own = {} if self.splunk_url is None else {ENVIRONMENTS: self._environments(self.splunk_url)}
        found = {**own, **self.deployments}
        first = self.default_splunk
        return {first: found[first], **found} if first in found else found

    def _environments(self, url: str) -> SplunkSettings:
        return SplunkSettings(
            url=url,
            token=self.splunk_token,
            username=self.splunk_username,
            password=self.splunk_password,
            ca_file=self.splunk_ca_file,
            verify_tls=self.splunk_verify_tls,
            web_url=self.splunk_web_url,
            app=self.splunk_app,
        )

    @property
    def traces_endpoint(self) -> str | None:
        """Where traces are posted, by OpenTelemetry's own rules for its two variables; None to send none."""
        if self.otel_exporter_otlp_traces_endpoint:
            return self.otel_exporter_otlp_traces_endpoint
        base = self.otel_exporter_otlp_endpoint
        return f"{base.rstrip('/')}/v1/traces" if base else None

    @property
    def model_endpoint(self) -> str | None:
        """Where rows would be sent to a model; None when no model is configured."""
        return self.openai_base_url if self.openai_model else None


def given_settings(**values: object) -> Settings:
    """Return settings of *values* and defaults alone. Raises SettingsError that names every bad one."""
    return _faultless(*_readable(values))


def read_settings(**overrides: object) -> Settings:
    """Read the environment, below it .env, below that the settings file; *overrides* win over all.

    Raises SettingsError that names every bad setting, as whoever mends it finds it.
    """
    return _faultless(*settings_and_faults(**overrides))


def settings_and_faults(**overrides: object) -> tuple[Settings, tuple[str, ...]]:
    """Read as read_settings does, and return what can be read, the default for the rest, and what is wrong with that.

    Raises SettingsError only for a file that cannot be read at all.
    """
    file = read_settings_file(Settings.model_fields)
    above = {**_environment(env_file()), **_environment(os.environ), **overrides}
    settings, faults = _readable({**file.values, **above}, file.values.keys() - above.keys())
    return settings, (*env_faults(), *file.faults, *faults)


def unread_names() -> tuple[str, ...]:
    """Return a sentence for each name in .env that looks like a setting and is none. Raises SettingsError."""
    named = read_settings_file(Settings.model_fields).variables
    return tuple(unread({*Settings.model_fields.keys() - ONLY_IN_THE_FILE, "settings_file", *named}))


def _environment(variables: Mapping[str, str]) -> dict[str, object]:
    """Return what *variables* hold of the settings, by their names in any case. An empty one is not set."""
    asked = Settings.model_fields.keys() - ONLY_IN_THE_FILE  # CHANNELS=general, meant for something else, is not ours
    return {name.lower(): value for name, value in variables.items() if value and name.lower() in asked}


def _readable(values: dict[str, Any], in_file: Collection[str] = ()) -> tuple[Settings, tuple[str, ...]]:
    """Return settings of what can be read of *values*, and all faults: one is no reason to hide another.

    What is wrong between settings is told of those that can be read.
    """
    faults, bad = list[str](), set[str]()
    try:
        settings = Settings(**values)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            bad.add(str(fault["loc"][0]))
            faults.append(sentence(fault, in_file))
        settings = Settings(**{name: value for name, value in values.items() if name not in bad})
    unfit = misfits(settings, _described(settings, values))
    return settings, (*faults, *(each for about, each in unfit if bad.isdisjoint(about)))


def _described(settings: Settings, values: Mapping[str, Any]) -> Collection[str]:
    """Return the names of all deployments, of those that cannot be read too: the default first, as far as it can be."""
    written = values.get("deployments")
    of_variables = (ENVIRONMENTS,) if values.get("splunk_url") else ()
    return dict.fromkeys((*settings.splunks, *of_variables, *(written if isinstance(written, dict) else ())))


def _faultless(settings: Settings, faults: tuple[str, ...]) -> Settings:
    if faults:
        raise SettingsError(*faults)
    return settings
