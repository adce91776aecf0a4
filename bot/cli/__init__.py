"""The command line: reads the arguments, runs one command, and turns a BotError into one sentence and an exit code."""

import errno
import importlib
import io
import os
import sys
import traceback

from bot.cli import plain
from bot.cli.parser import build_parser, joined
from bot.errors import BotError, UsageError
from bot.safety.hidden import visible
from bot.safety.masking import mask

OK, PROBLEMS, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: list[str] | None = None) -> None:
    """Run the command that *argv* names and exit: 0 done, 1 problems, 2 wrong usage."""
    plain.register()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=plain.NAME)  # a terminal that knows no ✔ is no reason to fail
    arguments = build_parser().parse_args(joined(sys.argv[1:] if argv is None else argv))
    try:
        # A command's module is imported when chosen, so that --help and plan start without Slack, Splunk or a model.
        command = importlib.import_module(f"bot.cli.{arguments.command}")
        code = command.command(arguments)
        sys.stdout.flush()
    except UsageError as error:
        code = _say(error, USAGE)
    except BotError as error:
        code = _say(error, PROBLEMS)
    except KeyboardInterrupt:
        code = _say("stopped", INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has enough: `troubleshooter plan … | head`
        _forget_output()
        code = OK
    except Exception as error:  # noqa: BLE001 - a bug of ours; its traceback may quote what must not be shown
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            _forget_output()
            code = _say("the output could not be written: no space is left.", PROBLEMS)
        else:
            code = _say(f"internal error, please report it:\n{mask(traceback.format_exc())}", PROBLEMS)
    sys.exit(code)


def _forget_output() -> None:
    """Send what is still to be flushed nowhere, or the interpreter would stumble over it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: BotError | str, code: int) -> int:
    print(visible(f"troubleshooter: {sentence}"), file=sys.stderr)
    return code
