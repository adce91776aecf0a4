"""How to reach Splunk's management port: the address, the credentials, and whom to trust."""

import ipaddress
import ssl
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pydantic import SecretStr, model_validator

from bot.domain.frozen import Frozen
from bot.errors import SettingsError
from bot.safety.privacy import SECRETS_ONLY, Privacy

TLS_OFF = (
    "{verify_tls} is off: whoever sits between the bot and Splunk can read and change everything, the credentials "
    "included. Set {ca_file} to the CA that signed Splunk's certificate instead."
)
PLAIN_HTTP = (
    "{url} begins with http://. Splunk's management port speaks TLS and breaks such a connection off, unless its "
    "server.conf says enableSplunkdSSL = false; then credentials and rows cross the network in the clear. Use https://."
)
_SETTINGS = ("url", "token", "username", "password", "ca_file", "verify_tls", "app")


class SplunkAccess(Frozen):
    """Where Splunk is and as whom to come. A token wins over a user name and password."""

    url: str
    deployment: str | None = None  # its name in the settings file; None where the environment describes it
    token: SecretStr | None = None
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    verify_tls: bool = True
    web_url: str | None = None
    app: str = "search"
    privacy: Privacy = SECRETS_ONLY  # who is hidden in what comes back

    @model_validator(mode="after")
    def _has_credentials(self) -> Self:
        if self.token is None and (self.username is None or self.password is None):
            raise SettingsError(
                self.told("Splunk at {where} needs credentials: set {token}, or {username} and {password}.")
            )
        return self

    def setting(self, name: str) -> str:
        """Name a setting of this Splunk as whoever mends it finds it: SPLUNK_URL, or deployments.lab.url."""
        if self.deployment is None:
            return f"SPLUNK_{name.upper()}"
        return f"deployments.{self.deployment}.{name}{'_from' if name in {'token', 'password'} else ''}"

    def told(self, sentence: str) -> str:
        """Fill in *sentence* where this Splunk is, and what its settings are called."""
        return sentence.format(where=self.where, **{name: self.setting(name) for name in _SETTINGS})

    @property
    def where(self) -> str:
        """The host and port, as error sentences name them."""
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"

    @property
    def by_password(self) -> bool:
        return self.token is None

    @property
    def _is_loopback(self) -> bool:
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed, but should be known."""
        if urlsplit(self.url).scheme == "http":
            return () if self._is_loopback else (self.told(PLAIN_HTTP),)
        return () if self.verify_tls else (self.told(TLS_OFF),)

    def proxy(self) -> str | None:
        """Return the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY ask for; never one for this very machine.

        Read here and not with aiohttp's `trust_env`, which would take credentials from a ~/.netrc too.
        """
        parts = urlsplit(self.url)
        if self._is_loopback or proxy_bypass(parts.netloc):
            return None
        return getproxies().get(parts.scheme)

    def tls(self) -> ssl.SSLContext:
        """Return whom to trust: the system's CAs, or the given file's. Raises SettingsError for an unusable file."""
        try:
            if self.ca_file and self.ca_file.exists() and not self.ca_file.is_file():
                raise OSError("it is no file")  # noqa: TRY301 - a pipe would be waited for
            context = ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:  # ssl.SSLError is one too
            why = "it holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else error.strerror or error
            raise SettingsError(
                f"{self.setting('ca_file')} {self.ca_file} cannot be used ({why}): it must be a readable file of CA "
                "certificates in PEM form."
            ) from error
        if not self.verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context
