"""What leaves the house with a document: secrets masked once more, and nothing of Slack's. Pure."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from bot.domain.evidence import Row
from bot.domain.run import Run
from bot.safety.masking import MASK, mask, mask_row

_SLACK_HOOK = re.compile(r"https?://hooks\.slack(?:-gov)?\.com/[^\s\"'<>]*+", re.IGNORECASE)  # who has it may post
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")  # no UTF-8 file can hold one


def masked(run: Run) -> Run:
    """Return *run* with each of its texts masked again: the doors did it, and a document goes further than they."""
    evidence = tuple(
        {**_masked(entry.model_dump(exclude={"sample"})), "sample": tuple(map(_row_masked, entry.sample))}
        for entry in run.evidence
    )
    return Run.model_validate({**_masked(run.model_dump(exclude={"evidence"})), "evidence": evidence})


def redacted(run: Run) -> Run:
    """Return *run* for a reader outside: masked, and without the person who asked."""
    return masked(run.model_copy(update={"requested_by": ""}))


def _masked(value: Any, field: str = "") -> Any:
    if isinstance(value, str):
        return _link_masked(value) if field == "link" else _text_masked(value)
    if isinstance(value, Mapping):
        return {name: _masked(each, name) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_masked(each) for each in value)
    return value


def _text_masked(text: str) -> str:
    return mask(_SLACK_HOOK.sub(MASK, _LONE_SURROGATE.sub("\ufffd", text)))


def _link_masked(link: str) -> str | None:
    """Return *link*; None where the search that it carries, percent-encoded, holds a secret."""
    carried = unquote(link)
    return link if _text_masked(carried) == carried else None


def _row_masked(row: Row) -> Row:
    """Return *row*, whose field names are data too, and may be those of a model."""
    by_field = mask_row({name: cell if isinstance(cell, str) else list(cell) for name, cell in row.items()})
    return {
        _text_masked(name): _text_masked(cell) if isinstance(cell, str) else tuple(map(_text_masked, cell))
        for name, cell in by_field.items()
    }
