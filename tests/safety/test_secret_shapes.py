"""Each published shape of a secret is masked, in any surroundings; what is only alike stays.

The examples are the vendors' own, or made of their alphabets. They are put together from parts: a code host refuses a
push that holds one whole.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.masking import mask
from bot.safety.secret_shapes import SHAPES
from bot.safety.shape import Shape
from bot.safety.spoken_secrets import SPOKEN

HEX = "0123456789abcdef"
ALPHABET = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8"
LONG = ALPHABET * 4
AWS_ID = "AKIA" + "IOSFODNN7EXAMPLE"  # docs.aws.amazon.com, as the next
AWS_SECRET = "wJalrXUtnFEMI/" + "K7MDENG/bPxRfiCYEXAMPLEKEY"
JWT_IO = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
AZURITE = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/" + "K1SZFPTOtr/KBHBeksoGMGw=="
BODY = "MIIEpAIBAAKCAQEA\nabc+/=\n"


def pem(kind: str) -> str:
    return f"-----BEGIN {kind}-----\n{BODY}-----END {kind}-----"


# The secret part of each example stands between ⟨ and ⟩; all else must stay.
EXAMPLES = {
    "private key (PEM, OpenSSH, PGP, SSH2)": [
        *(
            pem(kind).replace(f"\n{BODY}", f"⟨\n{BODY}⟩")
            for kind in (
                "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "OPENSSH PRIVATE KEY",
                "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK",
            )
        ),
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----⟨\nP2/56wAAAi4AAA==\n⟩---- END SSH2 ENCRYPTED PRIVATE KEY ----",
    ],
    "private key (PuTTY)": [
        "PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\nAAAAC3Nz\nPrivate-Lines: 1⟨\nAAAAIKbU\n⟩Private-MAC: 5b1f"
    ],
    "private key (age)": ["⟨AGE-SECRET-KEY-" + "1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE⟩"],
    "authorization header": ["Authorization: Basic ⟨QWxhZGRpbjpvcGVuIHNlc2FtZQ==⟩", "Proxy-Authorization: Bearer ⟨x⟩"],
    "bearer token": ["sent bearer ⟨mF_9.B5f-4.1JqM/" + "a0b1c2⟩"],  # RFC 6750
    "basic credentials": ["it was Basic ⟨QWxhZGRpbjpvcGVuIHNlc2FtZQ==⟩", "basic ⟨dGVzdDoxMjPCow==⟩"],  # RFC 7617
    "Splunk session cookie": ["Cookie: splunkd_8089=⟨XyZ^0123456789_abcdef⟩; x=1"],
    "Splunk session key or HEC token": ["Splunk ⟨12345678-90ab-cdef-1234-567890abcdef⟩"],
    "AWS secret access key": [f"⟨{AWS_ID}⟩,⟨{AWS_SECRET}⟩", f"AWS Secret Access Key [None]: ⟨{AWS_SECRET}⟩"],
    "AWS access key id": [f"⟨{AWS_ID}⟩", "⟨ASIA" + "IOSFODNN7EXAMPLE⟩"],
    "AWS session token": ["⟨FwoGZXIvYXdz" + LONG + "⟩", "⟨IQoJb3JpZ2lu" + LONG + "==⟩"],
    "AWS Bedrock key": ["⟨ABSK" + LONG + "=⟩"],
    "Google API key": ["key=⟨AIza" + "SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe⟩"],
    "Google OAuth token": ["⟨ya29." + LONG + "⟩"],
    "Google OAuth secret": ["⟨GOCSPX-" + ALPHABET + "⟩"],
    "Azure client secret": ["value ⟨abc8" + "Q~" + ALPHABET + "-._~7xYz⟩ seen"],
    "signature of a signed URL": [
        "https://x.blob.core.windows.net/c?sv=2022-11-02&sp=r&sig=⟨Z%2FRHIX5Xcg0Mq2rqI3OlWTjEg2tYkboXr1P9ZUXDtkk%3D⟩",
        f"https://b.s3.amazonaws.com/k?X-Amz-Signature=⟨{HEX * 4}⟩&X-Amz-Expires=60",
    ],
    "GitHub token": [
        *(f"⟨gh{kind}_" + "16C7e42F292c6912E7710c838347Ae178B4a⟩" for kind in "pousr"),
        f"⟨ghs_1234_{JWT_IO}⟩",
    ],
    "GitHub fine-grained token": ["⟨github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_" + LONG[:59] + "⟩"],
    "GitLab token": [
        "⟨glpat-" + ALPHABET[:20] + "⟩", "⟨gloas-" + HEX * 4 + "⟩", "⟨glpat-" + ALPHABET + ".01.0z1abc234⟩",
    ],
    "Slack token": [
        "⟨xoxb-" + "123456789012-abcdefGHIJKL⟩", "⟨xoxd-" + "abcDEF%2Fgh%2B12%3D⟩", "⟨xoxe.xoxp-" + "1-abcdefgh⟩",
    ],
    "Slack app token": ["⟨xapp-" + "1-A0123-456-abcdef⟩"],
    "OpenAI or Anthropic key": [
        *(f"⟨sk-{kind}" + ALPHABET + "_-T3BlbkFJ" + ALPHABET + "⟩" for kind in ("", "proj-", "svcacct-", "admin-")),
        "⟨sk-ant-" + "api03-" + LONG[:93] + "AA⟩",
    ],
    "Stripe key": ["⟨sk_live_" + ALPHABET + "⟩", "⟨rk_test_" + ALPHABET + "⟩"],
    "Stripe webhook secret": ["⟨whsec_" + ALPHABET + "⟩"],
    "npm token": ["⟨npm_" + LONG[:36] + "⟩"],
    "PyPI token": ["⟨pypi-AgE" + "IcHlwaS5vcmc" + LONG + "⟩"],
    "Hugging Face token": ["⟨hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH⟩"],
    "Twilio key": ["⟨SK" + HEX * 2 + "⟩"],
    "SendGrid key": ["⟨SG." + LONG[:22] + "." + LONG[:43] + "⟩"],
    "DigitalOcean token": ["⟨dop_v1_" + HEX * 4 + "⟩", "⟨doo_v1_" + HEX * 4 + "⟩"],
    "Databricks token": ["⟨dapi" + HEX * 2 + "⟩", "⟨dapi" + HEX * 2 + "-3⟩"],
    "Vault token": ["⟨hvs." + LONG[:95] + "⟩", "⟨hvb." + LONG + "⟩"],
    "Docker token": ["⟨dckr_pat_" + ALPHABET + "⟩"],
    "Grafana token": ["⟨glsa_" + LONG[:32] + "_0a1b2c3d⟩"],
    "Atlassian token": ["⟨ATATT3" + LONG + "=0A1B2C3D⟩"],
    "Shopify token": ["⟨shpat_" + HEX * 2 + "⟩"],
    "JSON web token": [f"cookie ⟨{JWT_IO}⟩"],
    "webhook": [
        "https://hooks.slack.com/services/⟨T00000000/B00000000/" + "X" * 24 + "⟩",
        "https://discord.com/api/webhooks/⟨123456789012345678/" + ALPHABET + "⟩",
    ],
    "password in a URL": [
        "postgresql://bot:⟨s3cret⟩@db:5432/x",
        "mongodb+srv://bot:⟨p@ss:w0rd⟩@cluster0.example.net/?w=majority",
        "redis://:⟨s3cret⟩@cache/0",
        "amqps://bot:⟨s3%2Fcret⟩@mq.example.com/vhost",
    ],
    "password in a database's URL": ["postgresql+psycopg://bot:⟨s3/cr@et⟩@db:5432/x", "redis://:⟨a/b⟩@cache/0"],
    "password of an Oracle JDBC URL": ["jdbc:oracle:thin:scott/⟨tiger⟩@//db.example.com:1521/orcl"],
    "braced password of an ODBC string": ["Driver={ODBC Driver 18};Server=db;Uid=bot;Pwd=⟨{a;b=c}⟩;Encrypt=yes"],
    "password of a command line": [
        "curl -s -u bot:⟨hunter2⟩ https://x", "curl --user 'bot:⟨hunter2⟩' x", "splunk search x -auth admin:⟨changeme⟩",
    ],
    "value of a key that is named like a secret": [
        f"DefaultEndpointsProtocol=https;AccountName=dev;AccountKey=⟨{AZURITE}⟩;EndpointSuffix=core.windows.net",
        f"Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=⟨{AZURITE}⟩",
        "Server=tcp:db,1433;Database=x;User ID=bot;Password=⟨s3cret!⟩;Encrypt=True",
        "jdbc:sqlserver://db:1433;databaseName=x;user=bot;password=⟨s3cret⟩;encrypt=true",
        '"private_key_id": "0a", "private_key": "⟨-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n⟩"',
        "AZURE_CLIENT_SECRET=⟨abc8" + "Q~" + ALPHABET + "-._~7xYz⟩",
        "'client_secret' => '⟨abc⟩'",
        "password=⟨p(ss)w0rd⟩ next", "Pwd=⟨abc{d'ef⟩;x", "f(password=⟨abc⟩)", "{password:⟨abc⟩}, 'password=⟨abc⟩'",
    ],
    "secret in a sentence": ["my password is ⟨hunter2⟩, help", "the token is ⟨" + HEX + "⟩."],
    "password called pw or pass": ["pw: ⟨hunter2⟩", "db_pass=⟨hunter2⟩, x"],
    "secret of a command's option": ["login --password ⟨hunter2⟩ --verbose"],
}  # fmt: skip


def unmarked(marked: str) -> str:
    return marked.replace("⟨", "").replace("⟩", "")


def secrets_of(marked: str) -> list[str]:
    return [part.partition("⟩")[0] for part in marked.split("⟨")[1:]]


def with_masks(marked: str) -> str:
    for secret in secrets_of(marked):
        marked = marked.replace(f"⟨{secret}⟩", "***")
    return marked


ALL = [(name, marked) for name, examples in EXAMPLES.items() for marked in examples]


def test_every_shape_has_an_example() -> None:
    assert EXAMPLES.keys() == {shape.name for shape in (*SHAPES, *SPOKEN)}


@pytest.mark.parametrize(("name", "marked"), ALL)
def test_a_published_example_is_masked_and_all_around_it_stays(name: str, marked: str) -> None:
    assert mask(unmarked(marked)) == with_masks(marked), name


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_shape_masks_its_example_by_itself(shape: Shape) -> None:
    """No shape hides behind another, and none is skipped for a sign that its examples do not hold."""
    text = unmarked(EXAMPLES[shape.name][0])
    assert "***" in shape.masked(text, text.casefold())


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([marked for _name, marked in ALL]),
    st.text(max_size=40),
    st.sampled_from([" ", "\n", "(", "[", ", ", "\t", "; ", "\\n", '"', "'", ">", "{"]),
    st.sampled_from([" ", "\n", ")", ", ", "\t", ";", '"', "'", "<", "}"]),
    st.text(max_size=40),
)
def test_a_planted_secret_is_gone_whatever_stands_around_it(
    marked: str, before: str, opened: str, closed: str, after: str
) -> None:
    masked = mask(f"{before}{opened}{unmarked(marked)}{closed}{after}")
    for secret in secrets_of(marked):
        if len(secret) >= 8:
            assert secret not in masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "npm_config_registry and npm_lifecycle_event",
        "hf_hub_download(repo)",
        "sk_live_ keys and pk_live_" + ALPHABET,  # a publishable key is no secret
        "gl-prod-web-server-0123456789-x",
        "AKIA is how a key id begins",
        "basic authentication, basic information and Basic realm=x",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIE\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\n-----END PUBLIC KEY-----",
        "sig=SIGTERM sig=11 signature=ok",
        "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha256~x md5=d41d8cd98f00b204e9800998ecf8427e",
        "docker run -u 1000:1000 image",
        "SharedAccessKeyName=RootManageSharedAccessKey",
        "private_key_id",
        "jdbc:postgresql://db:5432/x",
        "https://splunk.example.com:8089/services/x?owner=a@b",
        "scheduler__admin__search__RMD5a1b2c3d4e5f60718_at_1732528800_4321",
        "sid=1732528800.123 rt_1732528800.5",
        "index=_internal sourcetype=splunkd_access | stats count by user",
        "10.0.2.15:9997 and fe80::1ff:fe23:4567:890a",
        "/opt/splunk/var/lib/splunk/defaultdb/db/db_1732528800_1732442400_12",
    ],
)
def test_what_is_only_like_a_secret_stays(text: str) -> None:
    assert mask(text) == text


WORDS = [
    "password", "passwords", "token", "secret", "key", "api", "is", "was", "wrong", "expired", "basic", "bearer",
    "splunk", "the", "for", "curl", "-u", "sk", "gh", "AKIA", "eyJ", "@", "user", "404", "(", ")", "admin:", "BEGIN",
    "PRIVATE", "/opt/splunk/etc", "pass", "sig", "bytes", "hf_", "npm_", "scheduler__a", "web/app", "a.b.c",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_words_about_secrets_are_none(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("shape", [*SHAPES, *SPOKEN], ids=lambda shape: shape.name)
def test_a_megabyte_that_nearly_fits_a_shape_is_read_through(shape: Shape) -> None:
    """Each beginning of an example, over and over: a pattern that gave back what it took would not end."""
    text = unmarked(EXAMPLES[shape.name][0])
    for length in (1, len(text) // 2, len(text) - 1):
        hostile = text[:length] * (1_000_000 // length)
        assert len(shape.masked(hostile, hostile.casefold())) <= 2_000_000
