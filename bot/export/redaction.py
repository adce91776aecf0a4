"""What leaves the house with a document: secrets masked once more, and nothing of Slack's. Pure."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from bot.domain.run import Run
from bot.safety.masking import MASK, mask, mask_row

_SLACK_HOOK = re.compile(r"https?://hooks\.slack(?:-gov)?\.com/[^\s\"'<>]*+", re.IGNORECASE)  # who has it may post
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")  # no UTF-8 file can hold one


def masked(run: Run) -> Run:
    """Return *run* with each of its texts masked again: the doors did it, and a document goes further than they."""
    return Run.model_validate(_masked(run.model_dump()))


def redacted(run: Run) -> Run:
    """Return *run* for a reader outside: masked, and without the person who asked."""
    return masked(run.model_copy(update={"requested_by": ""}))


def _masked(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return _link_masked(value) if name == "link" else _text_masked(value)
    if isinstance(value, Mapping):
        return {key: _rows_masked(each) if key == "sample" else _masked(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_masked(each, name) for each in value)
    return value


def _text_masked(text: str) -> str:
    return mask(_SLACK_HOOK.sub(MASK, _LONE_SURROGATE.sub("\ufffd", text)))


def _link_masked(link: str) -> str | None:
    """Return *link*; None where the search that it carries, percent-encoded, holds a secret."""
    carried = unquote(link)
    return link if _text_masked(carried) == carried else None


def _rows_masked(rows: Any) -> tuple[dict[str, Any], ...]:
    return tuple(
        _masked({mask(name): cell for name, cell in mask_row({n: _listed(c) for n, c in row.items()}).items()})
        for row in rows
    )


def _listed(cell: Any) -> str | list[str]:
    return cell if isinstance(cell, str) else list(cell)
