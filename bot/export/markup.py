"""HTML and SVG by construction: a plain str is no Markup until it was escaped, and mypy holds us to it. Pure."""

from html import escape
from typing import NewType

from bot.safety.hidden import visible

Markup = NewType("Markup", str)

_VOID = {"meta"}  # elements without an end


def text(value: str) -> Markup:
    """Return *value* so that it reads as it is, hidden characters written out."""
    return Markup(escape(visible(value)))


def element(name: str, *children: Markup, **attributes: str) -> Markup:
    """Return one element. Attributes are named as Python can: class_ for class, aria_label for aria-label."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(visible(value))}"' for key, value in attributes.items()
    )
    if name in _VOID:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{''.join(children)}</{name}>")


def joined(*parts: Markup) -> Markup:
    """Return *parts* one after the other, a line each."""
    return Markup("\n".join(parts))
