"""Certificates that we trust, and what is said about the others."""

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from bot.domain.evidence import SearchQuery
from bot.errors import SettingsError, SplunkUnreachable
from bot.splunk.access import TLS_OFF, SplunkAccess
from bot.splunk.client import SplunkClient
from tests.splunk.conftest import TOKEN, Pauses
from tests.splunk.scripted import ScriptedSplunk


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate on disk, and a server's side of it."""

    file: Path
    server: ssl.SSLContext


def certificate(folder: Path, name: str = "127.0.0.1", valid_days: int = 2) -> Certificate:
    """Make a certificate for *name*; one with negative *valid_days* expired so long ago."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SplunkServerDefaultCert")])
    now = dt.datetime.now(dt.UTC)
    alternative = x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=10))
        .not_valid_after(now + dt.timedelta(days=valid_days))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "splunk.pem", folder / "splunk.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key_file)
    return Certificate(file, server)


def access(url: str, ca_file: Path | None = None, *, verify_tls: bool = True) -> SplunkAccess:
    return SplunkAccess(url=url, token=SecretStr(TOKEN), ca_file=ca_file, verify_tls=verify_tls)


async def test_splunks_own_self_signed_certificate_is_refused_before_the_token_is_sent(
    tmp_path: Path, query: SearchQuery, pauses: Pauses
) -> None:
    async with (
        ScriptedSplunk(certificate(tmp_path).server) as splunk,
        SplunkClient(access(splunk.url), pause=pauses) as client,
    ):
        with pytest.raises(SplunkUnreachable, match="SPLUNK_CA_FILE"):
            await client.search(query)
    assert splunk.calls == []
    assert pauses == []


async def test_a_ca_file_makes_it_trusted(tmp_path: Path, query: SearchQuery) -> None:
    made = certificate(tmp_path)
    async with ScriptedSplunk(made.server) as splunk, SplunkClient(access(splunk.url, made.file)) as client:
        await client.search(query)
        assert client.warnings == ()


@pytest.mark.parametrize(
    ("name", "valid_days", "says"),
    [
        ("splunk.example.com", 2, "made out to another name"),
        ("10.9.8.7", 2, "made out to another name"),
        ("127.0.0.1", -1, "has expired"),
    ],
)
async def test_a_trusted_certificate_that_does_not_fit_is_refused(
    tmp_path: Path, query: SearchQuery, name: str, valid_days: int, says: str
) -> None:
    made = certificate(tmp_path, name, valid_days)
    async with ScriptedSplunk(made.server) as splunk, SplunkClient(access(splunk.url, made.file)) as client:
        with pytest.raises(SplunkUnreachable, match=says):
            await client.search(query)
    assert splunk.calls == []


async def test_verification_is_off_only_when_asked_for_and_that_is_warned_of(
    tmp_path: Path, query: SearchQuery
) -> None:
    async with (
        ScriptedSplunk(certificate(tmp_path).server) as splunk,
        SplunkClient(access(splunk.url, verify_tls=False)) as client,
    ):
        await client.search(query)
        assert client.warnings == (TLS_OFF,)


async def test_https_to_a_plain_port_says_so(splunk: ScriptedSplunk, query: SearchQuery) -> None:
    async with SplunkClient(access(splunk.url.replace("http:", "https:"))) as client:
        with pytest.raises(SplunkUnreachable, match="does not speak TLS"):
            await client.search(query)


async def test_plain_http_to_a_tls_port_says_so(tmp_path: Path, query: SearchQuery, pauses: Pauses) -> None:
    async with (
        ScriptedSplunk(certificate(tmp_path).server) as splunk,
        SplunkClient(access(splunk.url.replace("https:", "http:")), pause=pauses) as client,
    ):
        with pytest.raises(SplunkUnreachable, match="should begin with https://"):
            await client.search(query)


@pytest.mark.parametrize("content", [None, b"no certificate"])
async def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"SPLUNK_CA_FILE .*ca\.pem cannot be used"):
        await SplunkClient(access("https://127.0.0.1:1", file)).__aenter__()
