"""The parts of the settings that have parts of their own: a Splunk deployment, a channel, an MCP server."""

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.settings.words import McpUrl, Secret, SplunkUrl, SplunkWebUrl, Text, Token, lacking

ENVIRONMENTS = "splunk"  # the name of the deployment that SPLUNK_URL and its fellows describe


def _holds_a_url(url: SecretStr) -> SecretStr:
    if lacking(url.get_secret_value()):
        raise ValueError("must name a variable that holds a URL")
    return url


def _is_a_name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,30}", name):
        raise ValueError("must be small letters, digits, - and _, such as prod")
    return name


Name = Annotated[Text, AfterValidator(_is_a_name)]
Seconds = Annotated[float, Field(ge=0.1, le=86_400)]


def at_home(path: Path) -> Path:
    """Return *path* with its ~ written out. Raises ValueError when there is no such home, or nothing but spaces."""
    written = str(path).strip()
    if not written:
        raise ValueError("is empty")
    try:
        return Path(written).expanduser()
    except RuntimeError as error:
        raise ValueError("begins with the home of somebody who has none here") from error


class SplunkSettings(BaseModel):
    """One Splunk deployment of several, as the settings file describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: SplunkUrl
    token: Token | None = None
    username: Text | None = None
    password: SecretStr | None = None
    ca_file: Annotated[Path, AfterValidator(at_home)] | None = None
    verify_tls: bool = True
    web_url: SplunkWebUrl | None = None
    app: Text = "search"


class ChannelSettings(BaseModel):
    """What holds in one channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    splunk: Name  # the deployment that is meant where nobody names one


class McpSettings(BaseModel):
    """One MCP server, and the tools of it that a model may use: a command to start, or the address of one that runs."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    command: str | None = Field(None, min_length=1)
    args: tuple[str, ...] = ()
    env: dict[str, str] = {}
    env_from: dict[str, SecretStr] = {}
    url: McpUrl | None = None
    url_from: Annotated[Secret, AfterValidator(_holds_a_url)] | None = None  # an address that holds a key
    headers: dict[str, str] = {}
    headers_from: dict[str, SecretStr] = {}
    tools: tuple[str, ...] = Field(min_length=1)
    deployments: tuple[Name, ...] | None = Field(None, min_length=1)  # in runs on which it is used; None: on any
    time_limit_s: float = Field(30, ge=0.1, le=600)  # of one call
    start_limit_s: float = Field(30, ge=0.1, le=600)  # until it has said what tools it has

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if [self.command, self.url, self.url_from].count(None) != 2:
            raise ValueError("takes either a command to start or the url of a server that runs")
        if self.command is None and (self.args or self.env or self.env_from):
            raise ValueError("args and env go with a command, headers with a url")
        if self.command and (self.headers or self.headers_from):
            raise ValueError("headers go with a url, args and env with a command")
        return self
