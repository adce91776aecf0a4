"""What in a settings file is a secret, by its name or its shape; pure."""

import re
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from bot.safety.masking import MASK, mask

SECRET_NAME = re.compile(
    r"(^|[_-])(token|password|secret|key|authorization|cookie|database_url|otlp_headers)$", re.IGNORECASE
)
_OPTION = re.compile(r"--?([A-Za-z][\w-]{0,60})(?:=(.*))?", re.DOTALL)
_REFERENCE = re.compile(r"\$\{\w{1,60}\}|\$\w{1,60}")  # of a shell, or of what fills in variables by itself
_PATHS = ("/", "./", "../", "~")


def holds_a_secret(text: str) -> bool:
    """Say whether something in *text* has the shape of a secret; the name of a variable, $TOKEN, is none."""
    known = _REFERENCE.sub(MASK, text)
    return mask(known) != known


def in_url(url: str) -> bool:
    """Say whether *url* holds a user or password, a key in its query, or anything else in the shape of a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return holds_a_secret(url)
    named = any(SECRET_NAME.search(name) and value for name, value in parse_qsl(parts.query))
    return named or parts.username is not None or holds_a_secret(url)


def in_arguments(arguments: Sequence[str]) -> bool:
    """Say whether one of a command's *arguments* is a secret: by its shape, or as the value of --token and the like."""
    return any(map(holds_a_secret, arguments)) or any(
        _is_secret_option(each, following) for each, following in pairwise((*arguments, ""))
    )


def _is_secret_option(argument: str, following: str) -> bool:
    option = _OPTION.fullmatch(argument)
    if option is None or not SECRET_NAME.search(option[1]):
        return False
    value = option[2] if option[2] is not None else "" if following.startswith("-") else following
    said = _REFERENCE.sub("", value).strip("\"'")
    return bool(said) and not said.startswith(_PATHS)
