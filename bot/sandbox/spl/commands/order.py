"""The commands that choose and order rows: head, tail, reverse, sort, dedup, mvexpand."""

import re
from collections import Counter
from itertools import islice

from bot.sandbox.spl.context import Context, Rows, Step
from bot.sandbox.spl.errors import command_error
from bot.sandbox.spl.syntax import CommandParser, Parsing, is_true, options_and_words, unquoted, whole_number, words
from bot.sandbox.spl.values import Row, first_text, sort_key, values_of

_DEFAULT_SORT_LIMIT = 10000
_SORT_FUNCTION = re.compile(r"(?:num|str|auto|ip)\(([^)]*)\)")


def _count(arguments: str, command: str) -> int:
    options, others = options_and_words(arguments, "limit", "count")
    written = next(iter([*options.values(), *others]), "10")
    count = whole_number(written, command, "limit")
    if count < 0:
        raise command_error(command, f"Invalid value '{written}' for the 'limit' option.")
    return count


def _parse_head(arguments: str, _parsing: Parsing) -> Step:
    count = _count(arguments, "head")
    return lambda rows, _context: islice(rows, count)


def _parse_tail(arguments: str, _parsing: Parsing) -> Step:
    """Keep the last rows, last one first, as Splunk gives them."""
    count = _count(arguments, "tail")

    def run(rows: Rows, _context: Context) -> Rows:
        return islice(reversed(list(rows)), count)

    return run


def _parse_reverse(_arguments: str, _parsing: Parsing) -> Step:
    def run(rows: Rows, _context: Context) -> Rows:
        return reversed(list(rows))

    return run


def _parse_sort(arguments: str, _parsing: Parsing) -> Step:
    given = words(re.sub(r"([-+])\s+", r"\1", arguments))
    downwards = given[-1:] in (["d"], ["desc"])
    if downwards:
        given.pop()
    limit = _DEFAULT_SORT_LIMIT
    if given and re.fullmatch(r"(limit=)?\d+", given[0]):
        limit = int(given.pop(0).removeprefix("limit="))
    if not given:
        raise command_error("sort", "A field to sort by is expected.")
    orders = [(_sort_field(word), word.startswith("-") is not downwards) for word in given]

    def run(rows: Rows, _context: Context) -> Rows:
        ordered = list(rows)
        for name, descending in reversed(orders):
            present = [row for row in ordered if name in row]
            absent = [row for row in ordered if name not in row]
            present.sort(key=lambda row, name=name: sort_key(first_text(row, name)), reverse=descending)  # type: ignore[misc]
            ordered = present + absent
        return iter(ordered[:limit] if limit else ordered)

    return run


def _sort_field(word: str) -> str:
    name = word.lstrip("+-")
    function = _SORT_FUNCTION.fullmatch(name)
    return unquoted(function[1] if function else name)


def _parse_dedup(arguments: str, _parsing: Parsing) -> Step:
    names_part, _, _sortby = arguments.partition(" sortby ")
    options, names = options_and_words(names_part, "keepevents", "keepempty", "consecutive")
    keep = int(names.pop(0)) if names and names[0].isdigit() else 1
    keep_empty = is_true(options.get("keepempty", "f"))
    if not names:
        raise command_error("dedup", "Missing field list.")

    def run(rows: Rows, _context: Context) -> Rows:
        seen: Counter[tuple[str, ...]] = Counter()
        for row in rows:
            if any(name not in row for name in names):
                if keep_empty:
                    yield row
                continue
            key = tuple("\n".join(values_of(row, name)) for name in names)
            seen[key] += 1
            if seen[key] <= keep:
                yield row

    return run


def _parse_mvexpand(arguments: str, _parsing: Parsing) -> Step:
    options, names = options_and_words(arguments, "limit")
    limit = int(options.get("limit", "0")) or None
    if len(names) != 1:
        raise command_error("mvexpand", "Exactly one field is expected.")

    def expanded(row: Row) -> list[Row]:
        return [row | {names[0]: value} for value in values_of(row, names[0])[:limit]] or [row]

    return lambda rows, _context: (each for row in rows for each in expanded(row))


COMMANDS: dict[str, CommandParser] = {
    "head": _parse_head,
    "tail": _parse_tail,
    "reverse": _parse_reverse,
    "sort": _parse_sort,
    "dedup": _parse_dedup,
    "mvexpand": _parse_mvexpand,
}
