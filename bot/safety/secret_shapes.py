"""The shapes of secrets: what a published key, header, private key or connection string looks like in any text.

Where the shapes come from, re-written here as linear patterns:
keys' prefixes: gitleaks' rules (github.com/gitleaks/gitleaks, config/gitleaks.toml), which follow each vendor's page;
GitHub: docs.github.com "About authentication to GitHub", and github.blog/changelog 2026-05-15 (`ghs_` may hold a JWT);
AWS: docs.aws.amazon.com "IAM identifiers" (AKIA, ASIA) · Azure: learn.microsoft.com "Configure Azure Storage connection
strings" (AccountKey), "Create a service SAS" (sig) · basic credentials: RFC 7617 · JWT: RFC 7519 · PEM: RFC 7468,
OpenPGP armour: RFC 9580 · PuTTY: its manual's appendix C · age: c2sp.org/age · userinfo of a URL: RFC 3986, 3.2.1.

Why no library: detect-secrets (1.5) finds lines to refuse, and masks nothing in place: of a private key it knows the
first line only; its and gitleaks' patterns hold `.*` and `{0,50}?` runs that a hostile row makes quadratic; cards are
in neither. A table is also what a reader can check against the vendors' pages.

Every pattern is anchored on a literal, takes each run possessively, and once past its literal can fail only within a
bounded number of characters: the work grows with the text's length and no faster, whatever the text.
"""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass

MASK = "***"

_EDGE = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))"  # a word begins, also behind \n or %3D
WORD_BEGINS = r"(?:(?<![a-z])|(?<=\\[nrt]))"  # the same where a digit or _ may stand before the word
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


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of secret: a text that holds none of *signs* (in lower case) is not searched for *pattern* at all."""

    name: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str] = MASK

    def masked(self, text: str, folded: str) -> str:
        """Give *text* without such secrets; *folded* is the same text case-folded."""
        for sign in self.signs:
            if sign in folded:
                return self.pattern.sub(self.replacement, text)
        return text


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


def _key(name: str, signs: str, body: str) -> Shape:
    """Make the shape of a key that is known by its prefix, wherever it stands."""
    return Shape(name, tuple(signs.split()), re.compile(_EDGE + body))


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
        re.compile(_EDGE + r"(bearer\s{1,8}+)[A-Za-z0-9._~+/=^-]{16,}+", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    Shape(
        "basic credentials",
        ("basic",),
        re.compile(_EDGE + r"(basic\s{1,8}+)([A-Za-z0-9+/]{4,512}+)={0,2}+", re.IGNORECASE),
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
        re.compile(_EDGE + rf"(splunk\s{{1,8}}+)(?:{GUID}|[A-Za-z0-9^_]{{40,}}+)", re.IGNORECASE),
        rf"\1{MASK}",
    ),
)

KEYS = (
    # The secret beside its id, as in a downloaded credentials.csv: nothing in the 40 characters alone tells it apart.
    Shape(
        "AWS secret access key",
        ("akia", "asia"),
        re.compile(r"(?<![A-Z0-9])((?:AKIA|ASIA)[A-Z0-9]{16}[\s,;:|\"']{1,8}+)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])"),
        rf"\1{MASK}",
    ),
    Shape(
        "AWS access key id",
        ("akia", "asia", "abia", "acca", "a3t"),
        re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Z0-9])"),
    ),
    Shape(
        "AWS session token",
        ("fwogzxivyxdz", "iqojb3jpz2lu"),
        re.compile(_EDGE + r"(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=%]{32,}+"),
    ),
    _key("AWS Bedrock key", "absk", r"ABSK[A-Za-z0-9+/=]{80,}+"),
    _key("Google API key", "aiza", r"AIza[A-Za-z0-9_-]{30,}+"),
    _key("Google OAuth token", "ya29.", r"ya29\.[A-Za-z0-9_-]{20,}+"),
    _key("Google OAuth secret", "gocspx-", r"GOCSPX-[A-Za-z0-9_-]{20,}+"),
    Shape("Azure client secret", ("q~",), re.compile(r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,40}+")),
    Shape(
        "signature of a signed URL",
        ("sig=", "sig%3d", "signature="),
        re.compile(
            r"""((?<![a-z0-9])(?:sig|x-(?:amz|goog)-signature)(?:=|%3d))[a-z0-9%+/=_-]{20,}+""",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    _key("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9_-]{20,}+(?:\.[A-Za-z0-9_-]++){0,4}+"),
    _key("GitHub fine-grained token", "github_pat_", r"github_pat_[A-Za-z0-9_]{20,}+"),
    _key(
        "GitLab token",
        "glpat- glptt- gldt- glrt- glrtr- glcbt- glft- glimt- glagent- glsoat- gloas- glffct-",
        r"gl(?:pat|ptt|dt|rtr?|cbt|ft|imt|agent|soat|oas|ffct)-[A-Za-z0-9_-]{20,}+(?:\.[A-Za-z0-9_-]{2,32}+){0,3}+",
    ),
    _key("Slack token", "xox", r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9%+/=-]{8,}+"),
    _key("Slack app token", "xapp-", r"xapp-[A-Za-z0-9-]{8,}+"),
    _key("OpenAI or Anthropic key", "sk-", r"sk-[A-Za-z0-9_-]{16,}+"),
    _key("Stripe key", "k_live_ k_test_ k_prod_", r"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,}+"),
    _key("Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{16,}+"),
    _key("npm token", "npm_", r"npm_[A-Za-z0-9]{36,}+"),
    _key("PyPI token", "pypi-age", r"pypi-AgE[A-Za-z0-9_-]{16,}+"),
    _key("Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{30,}+"),
    _key("Twilio key", "sk", r"SK[0-9a-fA-F]{32}(?![0-9A-Za-z])"),
    _key("SendGrid key", "sg.", r"SG\.[A-Za-z0-9_-]{16,32}+\.[A-Za-z0-9_-]{16,}+"),
    _key("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"do[opr]_v1_[a-f0-9]{32,}+"),
    _key("Databricks token", "dapi", r"dapi[a-f0-9]{32}(?:-[0-9])?(?![0-9A-Za-z])"),
    _key("Vault token", "hvs. hvb. hvr.", r"hv[bsr]\.[A-Za-z0-9_-]{24,}+"),
    _key("Docker token", "dckr_", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}+"),
    _key("Grafana token", "glsa_ glc_", r"gl(?:sa|c)_[A-Za-z0-9_+/=]{32,}+"),
    _key("Atlassian token", "atatt3 atctt3", r"AT[AC]TT3[A-Za-z0-9_=-]{20,}+"),
    _key("Shopify token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    _key("JSON web token", "eyj", r"eyJ[A-Za-z0-9_-]{13,}+(?:\.[A-Za-z0-9_-]*+){0,4}+"),
    Shape(
        "webhook",
        ("hooks.slack.com", "webhook"),
        re.compile(
            r"(hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/|"
            r"webhook\.office\.com/webhookb2/)[A-Za-z0-9@/_-]++"
        ),
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
            _EDGE + r"((?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+[a-z0-9]{1,16}+)?"
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
            _EDGE
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
