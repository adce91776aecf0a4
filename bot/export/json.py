"""A run as JSON, as `summarize` reads it. Pure."""

from bot.domain.run import Run
from bot.export.redaction import masked


def as_json(run: Run) -> str:
    """Return the whole run as JSON, its texts masked once more and nothing hidden in them."""
    return masked(run).model_dump_json(indent=2, ensure_ascii=True) + "\n"
