"""A search, parsed whole before anything runs, then run as a chain of generators over rows."""

from collections.abc import Callable

from bot.sandbox.spl.commands import COMMANDS, GENERATORS
from bot.sandbox.spl.context import Context, Rows, Step
from bot.sandbox.spl.errors import SplError
from bot.sandbox.spl.syntax import Parsing, command_and_arguments, split_pipes, without_comments
from bot.sandbox.spl.values import Row

Search = Callable[[Context], list[Row]]


def parse_search(spl: str, now: float) -> Search:
    """Parse a whole search as REST takes it: it starts with the word search or a pipe. Raises SplError."""
    step = _parse_pipeline(without_comments(spl), now)
    return lambda context: list(step(iter(()), context))


def _parse_pipeline(spl: str, now: float, *, begins: bool = True) -> Step:
    """Parse commands; unless *begins*, the first one goes on with given rows."""
    parsing = Parsing(
        now, lambda inner: _parse_pipeline(inner, now), lambda inner: _parse_pipeline(inner, now, begins=False)
    )
    segments = split_pipes(spl.strip())
    if not segments[0].strip() and len(segments) > 1:
        segments = segments[1:]
    return _chain([_parse_command(segment, parsing, first=begins and at == 0) for at, segment in enumerate(segments)])


def _parse_command(segment: str, parsing: Parsing, *, first: bool) -> Step:
    name, arguments = command_and_arguments(segment)
    if first:
        if name in GENERATORS:
            return GENERATORS[name](arguments, parsing)
        if name in COMMANDS:
            raise SplError(f"Error in '{name}' command: This command must not be the first command of a search.")
    elif name in COMMANDS:
        return COMMANDS[name](arguments, parsing)
    elif name in GENERATORS:
        raise SplError(f"Error in '{name}' command: This command must be the first command of a search.")
    raise SplError(f"Unknown search command '{name}'.")


def _chain(steps: list[Step]) -> Step:
    def run(rows: Rows, context: Context) -> Rows:
        for step in steps:
            rows = step(rows, context)
        return rows

    return run
