"""What a person is told, and the log keeps, when something broke."""

import logging
import secrets
import traceback

from bot.errors import BotError, SlackError
from bot.safety.masking import mask
from bot.slack.blocks import sentence
from bot.slack.place import Tell

_log = logging.getLogger(__name__)


async def tell_failure(error: Exception, tell: Tell) -> None:
    """Tell a BotError's sentence, of anything else that the log has it. Raises nothing of Slack's."""
    if isinstance(error, BotError):
        said = str(error)
    else:
        reference = secrets.token_hex(4)
        log_masked(f"internal error {reference}", error)
        said = f"Internal error; the log has it under {reference}."
    try:
        await tell(sentence(said))
    except SlackError as fault:
        _log.error("somebody could not be told: %s", fault)


def log_masked(what: str, error: BaseException) -> None:
    """Log *error* with its traceback, which may quote what people wrote."""
    _log.error("%s: %s", what, mask("".join(traceback.format_exception(error))))
