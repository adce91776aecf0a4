"""Secrets are masked, their keys and everything else stay."""

import re
from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined]  # the only way to look into a pattern
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.safety import card_numbers, masking, privacy, secret_shapes, spoken_secrets
from bot.safety.masking import Privacy, mask, mask_row

LONG = 200_000  # characters: enough for a quadratic pattern to take minutes
GUID = "12345678-90ab-cdef-1234-567890abcdef"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib3QifQ.c2lnbmF0dXJl-_x"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc+/=\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"Authorization: Splunk {GUID}", "Authorization: Splunk ***"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("authorization=Basic dXNlcjpwYXNz", "authorization=Basic ***"),
        ('{"Authorization": "Bearer abc", "x": 1}', '{"Authorization": "Bearer ***", "x": 1}'),
        (f"curl -H 'Authorization: Bearer {JWT}' https://x", "curl -H 'Authorization: Bearer ***' https://x"),
        (f"the header was Bearer {JWT}", "the header was Bearer ***"),
        (f"sent Splunk {GUID} to hec", "sent Splunk *** to hec"),
        (f"cookie {JWT} seen", "cookie *** seen"),
        ("password=hunter2 user=bob", "password=hunter2 user=bob".replace("hunter2", "***")),
        ("db_password = 's3 cr,et' next", "db_password = '***' next"),
        ('PASSWD: "a\\"b" x', 'PASSWD: "***" x'),
        ('{"secret":"abc","n":1}', '{"secret":"***","n":1}'),
        (r"{\"client_secret\":\"abc\",\"n\":1}", r"{\"client_secret\":\"***\",\"n\":1}"),
        ("api_key=abc&x=1", "api_key=***&x=1"),
        ("X-Api-Key: abc", "X-Api-Key: ***"),
        ("apikey='abc'", "apikey='***'"),
        ("pass4SymmKey = $7$abc==", "pass4SymmKey = ***"),
        ("sslPassword = $7$abc", "sslPassword = ***"),
        (f"token={GUID}", "token=***"),
        (f'"token": "{GUID}"', '"token": "***"'),
        ("SPLUNK_TOKEN=abc", "SPLUNK_TOKEN=***"),
        ("sessionKey=abc", "sessionKey=***"),
        ("xoxb-123456789012-abcdefGHIJKL", "***"),
        ("xapp-1-A0123-456-abcdef", "***"),
        ("xoxp-1234567890 and xoxe.xoxp-1-abcdefgh", "*** and ***"),
        ("key sk-proj-abcdefghij0123456789_-x.", "key ***."),
        ("AKIAIOSFODNN7EXAMPLE", "***"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = ***"),
        ("https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/services/***"),
        ("postgresql://bot:s3cret@db:5432/x", "postgresql://bot:***@db:5432/x"),
        ("redis://:s3cret@cache/0", "redis://:***@cache/0"),
        (f"before\n{PEM}\nafter", "before\n-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\nafter"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE cut off", "-----BEGIN PRIVATE KEY-----***"),
    ],
)
def test_a_secret_is_masked_and_its_key_stays(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "token name=k8s, reply=1",
        "HttpInputDataHandler - Failed processing http input, token name=k8s, channel=n/a, reply=9",
        "token_name=k8s",
        "3x code 4, token k8s: refused",
        'rex "token name=(?<token>[^,]+)"',
        f"guid={GUID}",
        f"/services/data/inputs/http/{GUID}",
        "| rest splunk_server=local /services/authorization/roles count=0",
        "total_tokens=15 max_tokens: 4096",
        "https://splunk.example.com:8089/services/x@y",
        "http://host/path?user=a@b.example",
        "disk-usage task-runner risk-score=5",
        "user=bob index=web status=200",
        "the password was wrong",
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text


def test_a_row_is_masked_by_value_and_by_field() -> None:
    row: dict[str, str | list[str]] = {
        "_raw": "password=hunter2",
        "clear_password": "two words",
        "http.token": GUID,
        "token": "k8s",
        "keys": ["AKIAIOSFODNN7EXAMPLE", "plain"],
        "secret": ["a", ""],
        "authorization": "Basic eA==",
        "host": "web-1",
    }
    assert mask_row(row) == {
        "_raw": "password=***",
        "clear_password": "***",
        "http.token": "***",
        "token": "k8s",
        "keys": ["***", "plain"],
        "secret": ["***", ""],
        "authorization": "***",
        "host": "web-1",
    }


PIECES = [
    "password", "token", "secret", "api_key", "Authorization", "Bearer ", "Splunk ", ":", "=", " ", '"', "'", "\\",
    '\\"', "***", "abc", "0123456789ab", "xoxb-", "sk-", "AKIA", "eyJ", ".", "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----", "://", "@", "/", "?", "&", ",", "{", "}", "\n", GUID, JWT,
    "4242424242424242", "4242 ", "-", "user", "bob", "bob@x.example", " is ", "hunter2", "curl -u ", "basic ", "pwd={",
]  # fmt: skip


@example("://password://&@")  # the mask completes a URL's user and password
@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)
    hidden = mask(text, Privacy(emails=True, names=True))
    assert mask(hidden, Privacy(emails=True, names=True)) == hidden


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.from_regex(r"[A-Za-z0-9]{12,40}", fullmatch=True), st.sampled_from(["password=", "token: ", '"secret":"']))
@settings(max_examples=100, deadline=None)
def test_the_secret_itself_is_gone(secret: str, key: str) -> None:
    assert secret not in mask(f"x {key}{secret} y").replace(key, "")


def unbounded_runs(parsed: Any) -> Iterator[Any]:
    """Find every repetition without an upper bound that could give back what it took."""
    for operation, argument in parsed:
        if operation in {_constants.MAX_REPEAT, _constants.MIN_REPEAT} and argument[1] is _constants.MAXREPEAT:
            yield argument
        for part in argument if isinstance(argument, tuple | list) else [argument]:
            for each in part if isinstance(part, list) else [part]:
                if isinstance(each, _parser.SubPattern):
                    yield from unbounded_runs(each)


def test_no_run_that_may_be_given_back_is_unbounded() -> None:
    """Such a run makes a pattern quadratic on long text; possessive and bounded ones do not."""
    modules = (card_numbers, masking, privacy, secret_shapes, spoken_secrets)
    patterns = {
        f"{one.__name__}.{name}": each
        for one in modules
        for name, each in vars(one).items()
        if isinstance(each, re.Pattern)
    }
    assert {name.split(".")[-2] for name in patterns} == {"card_numbers", "masking", "privacy", "spoken_secrets"}
    patterns |= {shape.name: shape.pattern for shape in (*secret_shapes.SHAPES, *spoken_secrets.SPOKEN)}
    assert [*unbounded_runs(_parser.parse("(a|b*c)"))]
    for name, each in patterns.items():
        assert not [*unbounded_runs(_parser.parse(each.pattern, each.flags))], name


@pytest.mark.parametrize(
    "unit",
    [
        "eyJ-",
        "sk-",
        "xoxb-",
        "password=",
        "token:",
        "://",
        "authorization:",
        "a",
        "bearer ",
        "-----BEGIN ",
        '"',
        "Splunk  ",
        "token\\\\",
        "eyJ.a",
        "4242 ",
        "4242 4242 4242 4242 ",
        "1",
        "a@",
        "a.",
        "user=",
        "password is ",
        "password is " + "a" * 250 + " ",
        "password for a ",
        "curl -u a",
    ],
)
def test_a_long_text_of_anything_is_masked(unit: str) -> None:
    masked = mask(unit * (LONG // len(unit)), Privacy(emails=True, names=True))
    assert len(masked) <= 2 * LONG
