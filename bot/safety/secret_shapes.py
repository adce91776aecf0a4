"""The shapes of secrets: what a published key, header, private key or connection string looks like in any text.

Where the shapes come from, re-written here as linear patterns:
keys' prefixes: gitleaks' rules (github.com/gitleaks/gitleaks, config/gitleaks.toml), which follow each vendor's page;
GitHub: docs.github.com "About authentication to GitHub", and github.blog/changelog 2026-05-15 (`ghs_` may hold a JWT);
AWS: docs.aws.amazon.com "IAM identifiers" (AKIA, ASIA) · Azure: learn.microsoft.com "Configure Azure Storage connection
strings" (AccountKey), "Create a service SAS" (sig) · basic credentials: RFC 7617 · JWT: RFC 7519 · PEM: RFC 7468,
OpenPGP armour: RFC 9580 · PuTTY: its manual's appendix C · age: c2sp.org/age · userinfo of a URL: RFC 3986, 3.2.1.

Why no library: detect-secrets (1.5) reports lines and masks nothing in place: of a private key it knows the first line
only. gitleaks is a Go program; its patterns lean on Go's linear engine, and a `.*` of theirs is quadratic in Python's.
Cards are in neither. A table is also what a reader can check against the vendors' pages.

Every pattern is anchored on a literal, takes each run possessively, and once past its literal can fail only within a
bounded number of characters: the work grows with the text's length and no faster, whatever the text.
"""

import re
from base64 import b64decode

from bot.safety.shape import EDGE, MASK, WORD_BEGINS, Shape
from bot.safety.vendor_keys import KEYS

_QUOTE = r"""\\{0,4}+["']"""
GUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
KEY_NAME = (
    rf"(?:passwords?|passwd|passphrase|passcode|pass4symmkey|{WORD_BEGINS}pwd|secret|api[ _-]?key|"
    r"access[ _-]?key(?:[ _-]?id)?|account[ _-]?key|auth[ _-]?key|shared[ _-]?key|master[ _-]?key|private[ _-]?key|"
    r"secret[ _-]?key|signing[ _-]?key|encryption[ _-]?key|session[ _-]?key|credentials?|token)"
)
_BARE_VALUE = (  # up to what ends a value in a log, query string, JSON or SPL; a bracket or quote inside a word is its
    r"""[^\s,;&"'<>(){}\[\]|\\](?:[^\s,;&"'<>(){}\[\]|]|[(\[{](?=[^\s"'])|["')\]}](?=[A-Za-z0-9]))*+"""
)
_VALUE = rf"""\\{{1,4}}+["'][^"'\\]++|"(?:[^"\\]|\\.)++|'(?:[^'\\]|\\.)++|{_BARE_VALUE}"""


def _value_masked(found: re.Match[str]) -> str:
    opening = re.match(_QUOTE, found[2])
    return f"{found[1]}{opening[0] if opening else ''}{MASK}"


def _credentials_masked(found: re.Match[str]) -> str:
    """Mask what base64 reads as user:password, so that "basic authentication" stays."""
    try:
        is_pair = b":" in b64decode(found[2] + "=" * (-len(found[2]) % 4), validate=True)
    except ValueError:
        return found[0]
    return f"{found[1]}{MASK}" if is_pair else found[0]


PRIVATE_KEYS = (
    Shape(
        "private key (PEM, OpenSSH, PGP, SSH2)",
        ("private key",),
        re.compile(
            r"(-----BEGIN [A-Z0-9 ]{0,32}?PRIVATE KEY(?: BLOCK)?-----|---- BEGIN [A-Z0-9 ]{0,32}?PRIVATE KEY ----)"
            r"(?:(?!-----|---- END).)++",
            re.DOTALL,
        ),
        rf"\1{MASK}",
    ),
    Shape(
        "private key (PuTTY)",
        ("private-lines:",),
        re.compile(r"(Private-Lines:\s{0,8}+[0-9]{1,4}+)(?:(?!Private-MAC)[A-Za-z0-9+/=\s\\])++"),
        rf"\1{MASK}",
    ),
    Shape("private key (age)", ("age-secret-key-",), re.compile(r"AGE-SECRET-KEY-[A-Z0-9-]{20,}+", re.IGNORECASE)),
)

HEADERS = (
    Shape(
        "authorization header",
        ("authorization",),
        re.compile(
            rf"""(authorization(?:{_QUOTE})?\s{{0,8}}+[:=]\s{{0,8}}+(?:{_QUOTE})?"""
            r"""(?:(?:bearer|basic|splunk|token|digest|negotiate)\s{1,8}+)?)[^\s"',;\\]++""",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    Shape(
        "bearer token",
        ("bearer",),
        re.compile(EDGE + r"(bearer\s{1,8}+)[A-Za-z0-9._~+/=^-]{16,}+", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    Shape(
        "basic credentials",
        ("basic",),
        re.compile(EDGE + r"(basic\s{1,8}+)([A-Za-z0-9+/]{4,512}+)={0,2}+", re.IGNORECASE),
        _credentials_masked,
    ),
    Shape(
        "Splunk session cookie",
        ("splunkd_",),
        re.compile(r"(splunkd_[0-9]{2,5}+=)[A-Za-z0-9^_%.~+/-]{16,}+", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    Shape(
        "Splunk session key or HEC token",
        ("splunk",),
        re.compile(EDGE + rf"(splunk\s{{1,8}}+)(?:{GUID}|[A-Za-z0-9^_]{{40,}}+)", re.IGNORECASE),
        rf"\1{MASK}",
    ),
)

CONNECTIONS = (
    Shape(
        "password in a URL",
        ("://",),
        re.compile(r"""(?<=://)([^\s/@:"'<>]{0,256}+:)[^\s/"'<>]{0,255}[^\s/@"'<>]@"""),  # up to the last @ of the host
        rf"\1{MASK}@",
    ),
    Shape(  # whose password often holds a / that nobody encoded
        "password in a database's URL",
        ("postgres", "mysql", "mariadb", "mongodb", "redis", "amqp"),
        re.compile(
            EDGE + r"((?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+[a-z0-9]{1,16}+)?"
            r"""://[^\s/@:"'<>]{0,256}+:)[^\s"'<>]{0,255}[^\s@"'<>]@""",
            re.IGNORECASE,
        ),
        rf"\1{MASK}@",
    ),
    Shape(
        "password of an Oracle JDBC URL",
        ("jdbc:oracle:",),
        re.compile(r"(jdbc:oracle:[a-z0-9]{1,8}+:[^\s/@:\"']{1,128}+/)[^\s@\"']{1,128}+(?=@)", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    Shape(
        "braced password of an ODBC string",
        ("pwd", "password"),
        re.compile(r"((?:pwd|password)\s{0,4}+=\s{0,4}+)\{[^{}]{1,256}+\}", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    Shape(
        "password of a command line",
        ("curl", "splunk"),
        re.compile(
            EDGE
            + r"""((?:curl|splunk)\s[^\n|;]{0,128}?-{1,2}(?:u|user|auth)[\s=]["']?[^\s:"']{1,128}+:)[^\s"']{1,128}+""",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
)

NAMED = (
    Shape(
        "value of a key that is named like a secret",
        ("pass", "pwd", "secret", "key", "credential", "token"),
        re.compile(
            rf"""({KEY_NAME}(?:{_QUOTE})?(?:\s?\[[^\[\]\n]{{0,32}}+\])?\s{{0,8}}+(?::=|=>|:|={{1,2}}+)\s{{0,8}}+)({_VALUE})""",
            re.IGNORECASE | re.DOTALL,
        ),
        _value_masked,
    ),
)

SHAPES = (*PRIVATE_KEYS, *HEADERS, *KEYS, *CONNECTIONS, *NAMED)
