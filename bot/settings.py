"""The environment (and an optional .env), read once, into frozen Settings."""

import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

_CHECKOUT_WORKFLOWS = Path(__file__).parent.parent / "workflows"
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
    slack_api_url: str = "https://slack.com/api/"
    slack_command: str = "/troubleshoot"
    slack_status: Literal["blocks", "plan"] = "blocks"
    http_host: str = "127.0.0.1"
    http_port: int = Field(3000, ge=0, le=65535)

    splunk_url: str | None = None
    splunk_token: SecretStr | None = None
    splunk_username: str | None = None
    splunk_password: SecretStr | None = None
    splunk_ca_file: Path | None = None
    splunk_verify_tls: bool = True
    splunk_web_url: str | None = None
    splunk_app: str = "search"

    openai_api_key: SecretStr | None = None
    openai_base_url: str = "https://api.openai.com/v1"
    openai_model: str | None = None
    openai_api: Literal["chat_completions", "responses"] = "chat_completions"
    openai_time_limit_s: float = Field(60, gt=0)

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

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, url: str) -> str:
        return url if url.endswith("/") else url + "/"

    @field_validator("slack_api_url", "splunk_url", "splunk_web_url", "openai_base_url")
    @classmethod
    def _is_a_url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_readable_port(parts):
            raise ValueError("must be a URL such as https://splunk.example.com:8089")
        if parts.username or parts.password:
            raise ValueError("must not hold a user name or password; set them in their own variables")
        return url

    @model_validator(mode="after")
    def _password_goes_with_a_user(self) -> Self:
        if (self.splunk_username is None) != (self.splunk_password is None):
            raise ValueError("SPLUNK_USERNAME and SPLUNK_PASSWORD go together")
        return self

    @property
    def model_endpoint(self) -> str | None:
        """Where rows would be sent to a model; None when no model is configured."""
        return self.openai_base_url if self.openai_model else None


class _Environment(BaseSettings, Settings):
    """Settings that fill what they are not given from the environment and .env."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)


def _has_readable_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:  # beyond 65535, or no number
        return False


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
            f"{'_'.join(map(str, fault['loc'])).upper() or 'settings'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("Settings that cannot be used: " + "; ".join(lines)) from None
