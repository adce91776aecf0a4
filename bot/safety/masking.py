"""Secrets are masked once, where text comes in: nothing behind a door can leak what it never had.

What is masked: secret_shapes (keys, headers, private keys, connection strings, password=…), card_numbers,
spoken_secrets ("my password is …") and, by choice, privacy (e-mail addresses, people's names).
A HEC token's *name* is no secret and stays.
"""

import re
from collections.abc import Mapping

from bot.safety.card_numbers import is_a_measure, without_cards
from bot.safety.privacy import SECRETS_ONLY, Privacy, without_person
from bot.safety.secret_shapes import GUID, KEY_NAME, SHAPES
from bot.safety.shape import MASK
from bot.safety.spoken_secrets import SPOKEN

__all__ = ["MASK", "Privacy", "mask", "mask_row"]

_MOST_PASSES = 6  # a mask may complete another shape around it; two passes are enough for any real text
_KEY_FIELD = re.compile(rf"(?:{KEY_NAME}|authorization|cookie|(?<![a-z])cv[cv]2?)\Z", re.IGNORECASE)
_LOOKS_SECRET = re.compile(rf"{GUID}|(?=[^\d]{{0,64}}\d)[A-Za-z0-9+/=_.^-]{{24,}}+", re.IGNORECASE)


def mask(text: str, privacy: Privacy = SECRETS_ONLY) -> str:
    """Give *text* with each secret replaced by ***, its key kept; masking twice changes nothing."""
    for _ in range(_MOST_PASSES):
        masked = _masked_once(text, privacy)
        if masked == text:
            break
        text = masked
    return text


def _masked_once(text: str, privacy: Privacy) -> str:
    folded = text.casefold()
    for shape in (*SHAPES, *SPOKEN):
        text = shape.masked(text, folded)
    return privacy.applied(without_cards(text))


def mask_row(row: Mapping[str, str | list[str]], privacy: Privacy = SECRETS_ONLY) -> dict[str, str | list[str]]:
    """Mask each value of a result row, and the whole of a value whose field is named like a secret.

    A field named `token` keeps a value that looks like a name: searches over HEC's log call the token's name so.
    """
    return {
        name: [_cell_masked(name, each, privacy) for each in value]
        if isinstance(value, list)
        else _cell_masked(name, value, privacy)
        for name, value in row.items()
    }


def _cell_masked(name: str, value: str, privacy: Privacy) -> str:
    secret_field = _KEY_FIELD.search(name[-64:])
    is_token_name = secret_field and secret_field[0].lower() == "token" and not _LOOKS_SECRET.fullmatch(value)
    if secret_field and value and not is_token_name:
        return MASK
    if is_a_measure(name, value):
        return value
    masked = mask(value, privacy)
    return without_person(masked) if privacy.hides(name) else masked
