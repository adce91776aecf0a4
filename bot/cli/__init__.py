"""The command line: reads the arguments, runs one command, and turns a BotError into one sentence and an exit code."""

import importlib
import os
import sys

from bot.cli.parser import build_parser
from bot.errors import BotError, UsageError

OK, PROBLEMS, USAGE = 0, 1, 2


def main(argv: list[str] | None = None) -> None:
    """Run the command that *argv* names and exit: 0 done, 1 problems, 2 wrong usage."""
    arguments = build_parser().parse_args(argv)
    # A command's module is imported when it is chosen, so that --help and plan start without Slack, Splunk or a model.
    command = importlib.import_module(f"bot.cli.{arguments.command}")
    try:
        code = command.command(arguments)
    except UsageError as error:
        code = _say(error, USAGE)
    except BotError as error:
        code = _say(error, PROBLEMS)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        code = 130
    except BrokenPipeError:  # whoever read our output has enough: `troubleshooter plan … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OK
    sys.exit(code)


def _say(error: BotError, code: int) -> int:
    print(f"troubleshooter: {error}", file=sys.stderr)
    return code
