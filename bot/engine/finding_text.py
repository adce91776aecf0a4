"""A finding's sentence: its {columns} and {parameters}, found at load and filled in at a hit."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")


def named_in(template: str) -> tuple[tuple[str, int], ...]:
    """Return each {name} of *template* with the place of its brace."""
    return tuple((found[1], found.start()) for found in _PLACEHOLDER.finditer(template))


def filled(template: str, values: Mapping[str, str]) -> str:
    """Fill *template*; a name without a value reads "unknown". What a value holds is never filled again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], "unknown"), template)
