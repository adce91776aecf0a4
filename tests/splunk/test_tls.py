"""Certificates that we trust, and what is said about the others."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.domain.evidence import SearchQuery
from bot.errors import SettingsError, SplunkUnreachable
from bot.splunk.access import TLS_OFF, SplunkAccess
from bot.splunk.client import SplunkClient
from tests.certificates import certificate
from tests.splunk.conftest import TOKEN, Pauses
from tests.splunk.scripted import ScriptedSplunk


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
        assert client.warnings == (access(splunk.url).told(TLS_OFF),)


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
