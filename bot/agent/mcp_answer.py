"""What an MCP server's tool answered: its failure told from its data, secrets masked, cut to a budget. Pure."""

import json
import re
from collections.abc import Callable
from functools import partial
from itertools import takewhile
from typing import Any

from mcp.types import CallToolResult, TextContent

from bot.agent.fence import cut
from bot.safety.masking import mask, mask_row
from bot.safety.privacy import Privacy

_MOST_ITEMS = (1, 4, 16, 64)  # of each list; as many of them as fit
_MOST_KEYS = 40  # of each object
_MOST_TEXT = 200  # characters of each text in what does not fit
_MOST_MASKED = 10_000  # characters of one text that are looked through; far more than are shown
_FAILURE = re.compile(
    r"\W{0,9}(?:(?:[\w.]{0,60}error|[\w.]{0,60}exception|failure)\b\s{0,3}[:(!\-]|traceback \(most recent call"
    r"|(?:failed|unable|could not|cannot|not able)\b|(?:unauthori[sz]ed|forbidden|permission denied)\b)",
    re.IGNORECASE,
)
_BAD_STATUS = frozenset({"error", "failed", "failure"})


def told(result: CallToolResult, privacy: Privacy, budget: int) -> dict[str, Any]:
    """Return what a model is told: `answer`, or `failed`, in about *budget* bytes."""
    value = _value(result)
    failed = bool(result.is_error) or says_failure(value)
    return {"failed" if failed else "answer": _within(value, privacy, budget)}


def says_failure(value: Any) -> bool:
    """Say whether an answer that is marked as none is a failure: many tools fail in plain words, or in a field."""
    if isinstance(value, str):
        return bool(_FAILURE.match(value))
    if not isinstance(value, dict):
        return False
    status = str(value.get("status", "")).lower()
    return status in _BAD_STATUS or value.get("success") is False or bool(value.get("error"))


def _value(result: CallToolResult) -> Any:
    structured = result.structured_content
    if structured is not None:
        return structured["result"] if set(structured) == {"result"} else structured  # how what is no object is wrapped
    parts = [_part(block) for block in result.content]
    return parts[0] if len(parts) == 1 else parts


def _part(block: Any) -> Any:
    if not isinstance(block, TextContent):
        return f"({block.type}, which cannot be shown)"
    try:
        found = json.loads(block.text)
    except (ValueError, RecursionError):
        return block.text
    return found if isinstance(found, (dict, list)) else block.text


def _within(value: Any, privacy: Privacy, budget: int) -> Any:
    """Return *value* masked, all of it or less in the same shape; should that not do, its beginning as text."""
    if _size(value) <= budget:
        return _shaped(value, budget, partial(_masked, privacy, budget))
    # Masking takes milliseconds a kilobyte, so the shape is chosen before it. It rarely makes anything longer.
    sizes = ((most, _size(_shaped(value, most, partial(_cut, _MOST_TEXT)))) for most in _MOST_ITEMS)
    fitting = [most for most, _ in takewhile(lambda one: one[1] <= budget, sizes)]
    if fitting:
        return _shaped(value, fitting[-1], partial(_masked, privacy, _MOST_TEXT))
    whole = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cut(mask(whole[:budget], privacy), budget // 4)  # four bytes a character at most


def _shaped(value: Any, most: int, leaf: Callable[[str, Any], Any], name: str = "") -> Any:
    if isinstance(value, dict):
        kept = list(value.items())[:_MOST_KEYS]
        left_out = {} if len(value) <= _MOST_KEYS else {"…": f"{len(value) - _MOST_KEYS} more"}
        return {str(leaf("", key)): _shaped(each, most, leaf, str(key)) for key, each in kept} | left_out
    if isinstance(value, list):
        shown = [_shaped(each, most, leaf, name) for each in value[:most]]
        return shown if len(value) <= most else [*shown, f"… {len(value) - most} more"]
    return value if value is None or isinstance(value, bool) else leaf(name, value)


def _cut(chars: int, _: str, value: Any) -> Any:
    return cut(value, chars) if isinstance(value, str) else value


def _masked(privacy: Privacy, chars: int, name: str, value: Any) -> Any:
    """Mask a value as a row's: by its shape, or whole where it stands under a secret's name. Cut after that."""
    text = str(value)
    masked = mask_row({name: text[:_MOST_MASKED]}, privacy)[name]
    return value if masked == text and not isinstance(value, str) else cut(str(masked), chars)


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
