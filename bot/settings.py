"""The environment, an optional .env and an optional settings file, read once, into frozen Settings."""

import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.domain.permission import ChannelId, Permissions
from bot.errors import SettingsError
from bot.settings_file import read_settings_file
from bot.settings_parts import ChannelSettings, McpSettings, Name, SplunkSettings, Url

_OPENAI = "api.openai.com"
_CHECKOUT_WORKFLOWS = Path(__file__).parent.parent / "workflows"
ONLY_IN_THE_FILE = frozenset({"deployments", "channels", "access", "mcp", "model_indexes"})
ENVIRONMENTS = "splunk"  # the name of the deployment that SPLUNK_URL and its fellows describe
_PACKAGED_WORKFLOWS = Path(__file__).parent / "workflows"


def _default_workflows() -> Path:
    return _PACKAGED_WORKFLOWS if _PACKAGED_WORKFLOWS.is_dir() else _CHECKOUT_WORKFLOWS


def _default_data() -> Path:
    """Return where a user's data goes (freedesktop.org, XDG Base Directory Specification)."""
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path("~/.local/share").expanduser()) / "troubleshooter"


class Settings(BaseModel):
    """Every setting, by the name of its environment variable in lower case; `.env.sample` explains each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: Url = "https://slack.com/api/"
    slack_command: str = "/troubleshoot"
    slack_status: Literal["blocks", "plan"] = "blocks"
    http_host: str = "127.0.0.1"
    http_port: int = Field(3000, ge=0, le=65535)

    splunk_url: Url | None = None
    splunk_token: SecretStr | None = None
    splunk_username: str | None = None
    splunk_password: SecretStr | None = None
    splunk_ca_file: Path | None = None
    splunk_verify_tls: bool = True
    splunk_web_url: Url | None = None
    splunk_app: str = "search"

    deployments: dict[Name, SplunkSettings] = {}  # by the names that people ask for: @prod
    default_splunk: Name | None = None  # where nobody names one; None: SPLUNK_URL's, else the first
    channels: dict[ChannelId, ChannelSettings] = {}
    access: Permissions = Permissions()

    openai_api_key: SecretStr | None = None
    openai_base_url: Url = "https://api.openai.com/v1"
    openai_model: str | None = None
    openai_api: Literal["chat_completions", "responses"] = "chat_completions"
    openai_time_limit_s: float = Field(60, gt=0)

    model_indexes: list[str] = []  # patterns of what a model's own searches may read; none: all that our role may

    openai_traces: bool = False
    otel_exporter_otlp_endpoint: Url | None = None
    otel_exporter_otlp_traces_endpoint: Url | None = None
    otel_exporter_otlp_headers: SecretStr | None = None
    otel_service_name: str = "troubleshooter"
    trace_spl: bool = False

    max_tokens_per_run: int | None = Field(None, ge=1)
    max_model_calls_per_run: int | None = Field(None, ge=1)
    max_model_searches_per_run: int | None = Field(None, ge=0)
    max_model_seconds_per_run: float | None = Field(None, gt=0)
    max_tokens_per_day: int | None = Field(None, ge=1)
    max_model_calls_per_day: int | None = Field(None, ge=1)
    max_model_searches_per_day: int | None = Field(None, ge=0)
    max_model_seconds_per_day: float | None = Field(None, gt=0)
    openai_price_input: float | None = Field(None, ge=0)
    openai_price_output: float | None = Field(None, ge=0)
    openai_price_currency: str = Field("USD", pattern=r"^[A-Za-z]{2,12}$")

    mcp: dict[Name, McpSettings] = {}  # servers whose tools the model may use, by name

    database_url: SecretStr | None = None
    data_dir: Path = Field(default_factory=_default_data)
    mask_emails: bool = False
    mask_names: bool = False
    keep_days: float = Field(30, gt=0)
    stop_grace_s: float = Field(15, ge=0, le=3600)
    fleet_max_runs: int = Field(8, ge=1, le=1000)
    worker_heartbeat_s: float = Field(10, gt=0)
    worker_dead_after_s: float = Field(30, gt=0)

    workflows_dir: Path = Field(default_factory=_default_workflows)
    max_runs: int = Field(4, ge=1, le=100)
    max_searches: int = Field(6, ge=1, le=100)
    max_agents: int = Field(4, ge=1, le=100)
    run_time_limit_s: float = Field(600, gt=0)

    @field_validator("data_dir", "workflows_dir", "splunk_ca_file")
    @classmethod
    def _knows_the_home(cls, path: Path | None) -> Path | None:
        return path and path.expanduser()

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, url: str) -> str:
        return url if url.endswith("/") else url + "/"

    @model_validator(mode="after")
    def _password_goes_with_a_user(self) -> Self:
        if (self.splunk_username is None) != (self.splunk_password is None):
            raise ValueError("SPLUNK_USERNAME and SPLUNK_PASSWORD go together")
        return self

    @model_validator(mode="after")
    def _openais_key_traces_to_openai(self) -> Self:
        if self.openai_traces and (urlsplit(self.openai_base_url).hostname != _OPENAI or not self.openai_api_key):
            raise ValueError(f"OPENAI_TRACES needs OPENAI_API_KEY and OPENAI_BASE_URL to be of {_OPENAI}")

        return self

    @model_validator(mode="after")
    def _prices_go_together(self) -> Self:
        if (self.openai_price_input is None) != (self.openai_price_output is None):
            raise ValueError("OPENAI_PRICE_INPUT and OPENAI_PRICE_OUTPUT go together")
        return self

    @model_validator(mode="after")
    def _deployments_can_be_reached(self) -> Self:
        for name, one in self.deployments.items():
            if one.token is None and (one.username is None or one.password is None):
                raise ValueError(f"deployments.{name} needs token_from, or username and password_from")
        if self.splunk_url and ENVIRONMENTS in self.deployments:
            raise ValueError(f"SPLUNK_URL is the deployment {ENVIRONMENTS!r} already: call the other one otherwise")
        return self

    @model_validator(mode="after")
    def _deployments_are_known(self) -> Self:
        named = {each.splunk for each in self.channels.values()} | self.access.deployments
        if self.default_splunk:
            named.add(self.default_splunk)
        if unknown := sorted(named - self.splunks.keys()):
            known = ", ".join(self.splunks) or "none"
            raise ValueError(f"no Splunk deployment is called {', '.join(unknown)}; there are: {known}")
        return self

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


class _Environment(BaseSettings, Settings):
    """Settings that fill what they are not given from the environment, then .env, then the settings file."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - a folder of secrets, which we do not offer
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Name the sources, the strongest first."""
        for source in (env_settings, dotenv_settings):
            if isinstance(source, EnvSettingsSource):  # or CHANNELS=general, meant for something else, would be ours
                source.env_vars = {k: v for k, v in source.env_vars.items() if k.lower() not in ONLY_IN_THE_FILE}
        held = read_settings_file(Settings.model_fields)
        for name, value in held.items():  # YAML reads `yes` as true, which would pass for 1
            if isinstance(value, bool) and Settings.model_fields[name].annotation is not bool:
                raise SettingsError(f"{name} in the settings file must not be yes, no, true or false.")
        file = InitSettingsSource(settings_cls, held)
        return init_settings, env_settings, dotenv_settings, file


def given_settings(**values: object) -> Settings:
    """Return settings of *values* and defaults alone. Raises SettingsError that names every bad one."""
    return _checked(Settings, values)


def read_settings(**overrides: object) -> Settings:
    """Read the settings; *overrides* win over the environment. Raises SettingsError that names every bad variable."""
    return _checked(_Environment, overrides)


def _checked(kind: type[Settings], values: dict[str, object]) -> Settings:
    try:
        return kind(**values)
    except UnicodeDecodeError as error:
        raise SettingsError("The .env file here is not UTF-8 text. Write it as .env.sample shows.") from error
    except ValidationError as error:
        lines = [
            f"{_place(fault['loc'])}{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("Settings that cannot be used: " + "; ".join(lines)) from None


def _place(loc: tuple[int | str, ...]) -> str:
    """Name a setting as it was given: a variable, or a place in the settings file."""
    if not loc:
        return ""
    return f"{'.'.join(map(str, loc))}: " if len(loc) > 1 else f"{str(loc[0]).upper()}: "
