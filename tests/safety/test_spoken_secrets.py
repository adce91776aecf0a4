"""A made-up word after "the password is" goes, a plain one stays."""

import pytest

from bot.safety.masking import mask

HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("my password is hunter2", "my password is ***"),
        ("My Password is: hunter2.", "My Password is: ***."),
        ("the password was `hunter2`, help", "the password was `***`, help"),
        ("password is now Tr0ub4dor&3!", "password is now ***"),
        ("the password for the admin of web-1 is corRect", "the password for the admin of web-1 is ***"),
        ("passphrase is correct_horse", "passphrase is ***"),
        ("we set the password to s3cr3t today", "we set the password to *** today"),
        ("the pwd is \u201chunter2\u201d?", "the pwd is \u201c***"),
        (f"the token is {HEX}", "the token is ***"),
        (f"our api key is {HEX}, and", "our api key is ***, and"),
        ("secret is 12345678-90ab-cdef-1234-567890abcdef", "secret is ***"),
        ("mysql --password hunter2 -h db", "mysql --password *** -h db"),
        ("password: hunter2", "password: ***"),
        ("password -> hunter2", "password -> ***"),
        ("the password (hunter2) fails", "the password (***) fails"),
        ("bob, pw hunter, pw=hunter2", "bob, pw hunter, pw=***"),
    ],
)
def test_a_secret_said_in_a_sentence_is_masked(said: str, masked: str) -> None:
    assert mask(said) == masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "said",
    [
        "the password is wrong",
        "password is wrong!",
        "Password is Expired.",
        "the password was wrong/expired since Monday",
        "password is case-sensitive",
        "the passwords are base64-encoded",
        "the password is SHA256 hashed",
        "the key is 4096-bit",
        "the password is 90 days old",
        "the password isn't accepted",
        "password is 'wrong'",
        "token is missing",
        "the token is expired, the secret is invalid",
        "the HEC token is web-2",
        "token name is prod_web_01",
        "the api key is in Vault",
        "use --password to log in",
        "the password (again) fails",
        "pass: 1024, fail: 3456, pass=none",
        "is the password to be changed every 90 days?",
        "the password for web-1 does not work",
    ],
)
def test_what_is_said_of_a_secret_stays(said: str) -> None:
    assert mask(said) == said
