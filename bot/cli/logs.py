"""Logs of a command: one line each on standard error, with secrets masked and nothing hidden."""

import logging
import sys

from bot.safety.hidden import visible
from bot.safety.masking import mask


class _Masked(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(mask(super().format(record)))


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send the process's logs to standard error. Libraries speak from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Masked("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
