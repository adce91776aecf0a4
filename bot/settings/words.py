"""Settings that are words: URLs, keys, a model's name. Spaces around them are dropped, and no fault quotes them."""

import re
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr, StringConstraints

from bot.settings.secrets import holds_a_secret, in_url

_KEY = re.compile(r"[!-~]+")  # it travels in a header


def _url_such_as(example: str) -> Callable[[str], str]:
    def is_a_url(url: str) -> str:
        if lack := lacking(url):
            raise ValueError(f"must be a URL such as {example}: {lack}")
        if in_url(url):
            raise ValueError("must not hold a user name, password or key: those have settings of their own")
        return url

    return is_a_url


def lacking(url: str) -> str | None:
    """Say what *url* lacks to be called; None when it can be. An error's text would quote it."""
    if re.search(r"\s", url):
        return "it has a space in it"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # a port beyond 65535, brackets that do not close
        return "its host or port cannot be read"
    if parts.scheme not in {"http", "https"} or "//" not in url:
        return "it does not begin with https:// or http://"
    if not parts.hostname:
        return "its host is missing"
    return "its port cannot be 0" if port == 0 else None


def _bare(secret: SecretStr) -> SecretStr:
    bare = secret.get_secret_value().strip()
    if not bare:
        raise ValueError("is empty")
    return SecretStr(bare)


def _is_a_key(key: SecretStr) -> SecretStr:
    if not _KEY.fullmatch(key.get_secret_value()):
        raise ValueError(
            "holds a character that no key has: a space, a line's end or a letter with a mark. Copy it anew"
        )
    return key


def _is_no_url(key: SecretStr) -> SecretStr:
    if "://" in key.get_secret_value():
        raise ValueError("holds a URL where a key belongs; the endpoint's is OPENAI_BASE_URL")
    return key


def _is_a_models_name(name: str) -> str:
    if name.startswith("sk-") or holds_a_secret(name):
        raise ValueError("holds a key where the model's name belongs; the key is OPENAI_API_KEY")
    return name


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ModelName = Annotated[Text, AfterValidator(_is_a_models_name)]
Secret = Annotated[SecretStr, AfterValidator(_bare)]
Token = Annotated[Secret, AfterValidator(_is_a_key)]
ModelKey = Annotated[Token, AfterValidator(_is_no_url)]

SlackUrl = Annotated[Text, AfterValidator(_url_such_as("https://slack.com/api/"))]
SplunkUrl = Annotated[Text, AfterValidator(_url_such_as("https://splunk.example.com:8089"))]
SplunkWebUrl = Annotated[Text, AfterValidator(_url_such_as("https://splunk.example.com:8000"))]
ModelUrl = Annotated[Text, AfterValidator(_url_such_as("https://api.openai.com/v1"))]
CollectorUrl = Annotated[Text, AfterValidator(_url_such_as("https://collector.example.com:4318"))]
TracesUrl = Annotated[Text, AfterValidator(_url_such_as("https://collector.example.com:4318/v1/traces"))]
McpUrl = Annotated[Text, AfterValidator(_url_such_as("https://mcp.example.com/mcp"))]
