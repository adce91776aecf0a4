"""The one way by which a person's value gets into a search: checked against what names are made of, and escaped."""

import re
from collections.abc import Mapping

from bot.errors import UsageError
from bot.safety.spl_text import STRING

PARAMETERS = frozenset({"index", "sourcetype", "host", "source", "earliest", "latest"})

# Names of indexes, hosts and sourcetypes, and paths of both kinds. Neither * nor a quote, so that a value can name one
# thing only and never end its quotes.
_SAFE = re.compile(r"[A-Za-z0-9_.:/@+()\\ -]{1,256}")
_WORD = re.compile(r"[A-Za-z0-9_.:/@+-]{1,256}")  # safe outside of quotes too

# A regex in a search may hold {2,3}; only the names of parameters are placeholders.
_PLACEHOLDER = re.compile(rf"\{{({'|'.join(sorted(PARAMETERS))})\}}")
_STRING_OR_PLACEHOLDER = re.compile(rf"{STRING}|{_PLACEHOLDER.pattern}", re.DOTALL)


def quoted(value: str) -> str:
    """Give *value* as it goes between double quotes in SPL; raises UsageError for what no name is made of."""
    if not _SAFE.fullmatch(value) or value.isspace():
        raise UsageError(
            f"{value[:60]!r} cannot go into a search: a name holds letters, digits, spaces and _ . : / @ + - ( ) \\ "
            "only, at most 256 of them; give the name of one index, host, sourcetype or source.",
        )
    return value.replace("\\", "\\\\")


def fill(template: str, parameters: Mapping[str, str]) -> str:
    """Put the *parameters* into the `{index}`-style placeholders of an SPL template, each escaped.

    Raises UsageError for a value that is no name, for an absent one, and for one that is more than a word and would
    stand outside of double quotes.
    """

    def value_of(name: str, *, in_quotes: bool) -> str:
        if name not in parameters:
            raise UsageError(f"The search needs {{{name}}}, which is not given; give it or leave the search out.")
        value = parameters[name]
        if not in_quotes and not _WORD.fullmatch(value):
            raise UsageError(
                f'{value[:60]!r} would stand outside of quotes in the search; write "{{{name}}}" in the template.',
            )
        return quoted(value)

    def filled(found: re.Match[str]) -> str:
        if found[1]:
            return value_of(found[1], in_quotes=False)
        return _PLACEHOLDER.sub(lambda inner: value_of(inner[1], in_quotes=True), found[0])

    return _STRING_OR_PLACEHOLDER.sub(filled, template)


def placeholders(template: str) -> frozenset[str]:
    """Name the parameters that *template* needs."""
    return frozenset(_PLACEHOLDER.findall(template))
