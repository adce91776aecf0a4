"""What the commands that list things have in common: a bound, a start, and two ways to print."""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.errors import UsageError
from bot.safety.times import resolve

T = TypeVar("T", bound=BaseModel)


def limit_of(arguments: argparse.Namespace) -> int:
    """Return how many are wanted at most. Raises UsageError."""
    limit: int = arguments.limit
    if limit < 1:
        raise UsageError("--limit must be 1 or more.")
    return limit


def since_of(arguments: argparse.Namespace) -> float | None:
    """Read --since, "24h", "7d" or a stamp, into epoch seconds. Raises BadTime."""
    text: str | None = arguments.since
    if text is None:
        return None
    return resolve(f"-{text}" if text[:1].isdigit() and text[-1:].isalpha() else text, time.time())


def show(items: Sequence[T], draw: Callable[[Sequence[T]], RenderableType], nothing: str, *, as_json: bool) -> None:
    """Print *items* as *draw* lays them out, or as JSON; of none say *nothing*."""
    if as_json:
        print(json.dumps([item.model_dump(mode="json") for item in items], indent=2))
    elif items:
        Console(highlight=False).print(draw(items))
    else:
        print(nothing)


def aligned(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> tuple[Text, list[Text]]:
    """Return *heads* and *rows* as lines with their columns below each other."""
    lines = [heads, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    head, *texts = (Text("  ".join(map(str.ljust, line, widths)).rstrip(), overflow="fold") for line in lines)
    head.stylize("dim")
    return head, texts


def below(text: Text | str) -> Padding:
    """Return *text* as it stands below a row, over the whole width."""
    return Padding(text, (0, 0, 0, 2))
