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
    "SPLUNK_VERIFY_TLS is off: whoever sits between the bot and Splunk can read and change everything, the credentials "
    "included. Set SPLUNK_CA_FILE to the CA that signed Splunk's certificate instead."
)
PLAIN_HTTP = "SPLUNK_URL starts with http://: credentials and rows cross the network in the clear. Use https://."


class SplunkAccess(Frozen):
    """Where Splunk is and as whom to come. A token wins over a user name and password."""

    url: str
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
            raise SettingsError("Splunk needs credentials: set SPLUNK_TOKEN, or SPLUNK_USERNAME and SPLUNK_PASSWORD.")
        return self

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
            return () if self._is_loopback else (PLAIN_HTTP,)
        return () if self.verify_tls else (TLS_OFF,)

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
            context = ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:  # ssl.SSLError is one too
            raise SettingsError(
                f"SPLUNK_CA_FILE {self.ca_file} cannot be used ({error.strerror or error}): it must be a readable file "
                "of CA certificates in PEM form."
            ) from error
        if not self.verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context
