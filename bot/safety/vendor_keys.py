"""Keys and tokens that their vendors made recognisable: a prefix, an alphabet, a length. Sources: see secret_shapes."""

import re

from bot.safety.shape import EDGE, MASK, Shape


def _key(name: str, signs: str, body: str) -> Shape:
    """Make the shape of a key that is known by its prefix, wherever it stands."""
    return Shape(name, tuple(signs.split()), re.compile(EDGE + body))


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
        re.compile(EDGE + r"(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=%]{32,}+"),
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
