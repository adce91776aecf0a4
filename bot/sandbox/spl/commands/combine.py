"""The commands that bring in a second search: append, appendcols, appendpipe, join."""

import itertools
from collections.abc import Callable

from bot.sandbox.spl.context import Context, Rows, Step
from bot.sandbox.spl.errors import command_error
from bot.sandbox.spl.syntax import CommandParser, Parsing, bracketed, is_true, options_and_words
from bot.sandbox.spl.values import Row, values_of

_SUBSEARCH_OPTIONS = ("maxout", "maxtime", "timeout", "extendtimerange", "override", "type", "left", "right", "max",
                      "usetime", "earlier", "overwrite", "run_in_preview")  # fmt: skip


def _parse_append(arguments: str, parsing: Parsing) -> Step:
    inner = parsing.pipeline(bracketed(arguments, "append")[1])

    def run(rows: Rows, context: Context) -> Rows:
        yield from rows
        yield from inner(iter(()), context)

    return run


def _parse_appendcols(arguments: str, parsing: Parsing) -> Step:
    before, written = bracketed(arguments, "appendcols")
    options, _ = options_and_words(before, *_SUBSEARCH_OPTIONS)
    inner, override = parsing.pipeline(written), is_true(options.get("override", "f"))

    def run(rows: Rows, context: Context) -> Rows:
        for left, right in itertools.zip_longest(rows, inner(iter(()), context), fillvalue=None):
            ours, theirs = left or {}, right or {}
            yield ours | theirs if override else theirs | ours

    return run


def _parse_appendpipe(arguments: str, parsing: Parsing) -> Step:
    inner = parsing.steps(bracketed(arguments, "appendpipe")[1])

    def run(rows: Rows, context: Context) -> Rows:
        kept = list(rows)
        yield from kept
        yield from inner(iter([dict(row) for row in kept]), context)

    return run


def _parse_join(arguments: str, parsing: Parsing) -> Step:
    before, written = bracketed(arguments, "join")
    options, names = options_and_words(before, *_SUBSEARCH_OPTIONS)
    inner, kind, most = parsing.pipeline(written), options.get("type", "inner"), int(options.get("max", "1"))
    if kind not in {"inner", "left", "outer"}:
        raise command_error("join", f"Invalid value '{kind}' for the 'type' option.")

    def run(rows: Rows, context: Context) -> Rows:
        right = list(inner(iter(()), context))
        key = _key_of(names or sorted({name for row in right for name in row if name[0] != "_"}))
        for row in rows:
            matches = [each for each in right if key(each) is not None and key(each) == key(row)]
            yield from [row | each for each in (matches[:most] if most else matches)] or (
                [row] if kind != "inner" else []
            )

    return run


def _key_of(names: list[str]) -> Callable[[Row], list[list[str]] | None]:
    def key(row: Row) -> list[list[str]] | None:
        found = [values_of(row, name) for name in names]
        return found if all(found) else None

    return key


COMMANDS: dict[str, CommandParser] = {
    "append": _parse_append,
    "appendcols": _parse_appendcols,
    "appendpipe": _parse_appendpipe,
    "join": _parse_join,
}
