"""The commands that give rows another shape: spath, transpose, untable, xyseries and their small neighbours."""

import json
import re

from bot.sandbox.spl.commands.evaluate import each_row
from bot.sandbox.spl.context import Context, Rows, Step
from bot.sandbox.spl.errors import SearchFailed, command_error
from bot.sandbox.spl.extraction import json_fields
from bot.sandbox.spl.syntax import CommandParser, Parsing, options_and_words, unquoted, words
from bot.sandbox.spl.values import Row, first_text, number, text, values_of


def _parse_spath(arguments: str, _parsing: Parsing) -> Step:
    options, others = options_and_words(arguments, "input", "output", "path")
    source = options.get("input", "_raw")
    path = options.get("path", others[0] if others else None)

    def change(row: Row) -> Row:
        try:
            found = json_fields(json.loads(first_text(row, source) or ""))
        except ValueError:
            return row
        if path is None:
            return {**row, **found}
        return {**row, options.get("output", path): found[path]} if path in found else row

    return each_row(change)


def _parse_nomv(arguments: str, _parsing: Parsing) -> Step:
    name = _only_field(arguments, "nomv")
    return each_row(lambda row: {**row, name: "\n".join(values_of(row, name))} if name in row else row)


def _only_field(arguments: str, command: str) -> str:
    names = [unquoted(word) for word in words(arguments)]
    if len(names) != 1:
        raise command_error(command, "Exactly one field is expected.")
    return names[0]


def _parse_filldown(arguments: str, _parsing: Parsing) -> Step:
    names = [unquoted(word) for word in words(arguments)]

    def run(rows: Rows, _context: Context) -> Rows:
        last: Row = {}
        for row in rows:
            last = {**last, **{name: row[name] for name in (names or row) if name in row}}
            yield {**row, **{name: value for name, value in last.items() if name not in row}}

    return run


def _parse_delta(arguments: str, _parsing: Parsing) -> Step:
    match = re.fullmatch(r"(\S+?)(?:\s+as\s+(\S+))?(?:\s+p=(\d+))?", arguments, re.IGNORECASE)
    if match is None:
        raise command_error("delta", "Usage: delta <field> [as <newfield>] [p=<int>].")
    name, label, back = match[1], match[2] or f"delta({match[1]})", int(match[3] or 1)

    def run(rows: Rows, _context: Context) -> Rows:
        seen: list[float | None] = []
        for row in rows:
            here = number(row.get(name))
            before = seen[-back] if len(seen) >= back else None
            seen.append(here)
            yield row if here is None or before is None else {**row, label: text(here - before)}

    return run


def _parse_transpose(arguments: str, _parsing: Parsing) -> Step:
    options, others = options_and_words(arguments, "column_name", "header_field", "include_empty")
    most = int(others[0]) if others and others[0].isdigit() else 5
    column, header = options.get("column_name", "column"), options.get("header_field")

    def run(rows: Rows, _context: Context) -> Rows:
        kept = list(rows)[: most or None]
        labels = [(first_text(row, header) if header else None) or f"row {at}" for at, row in enumerate(kept, 1)]
        for name in dict.fromkeys(name for row in kept for name in row if name != header and name[0] != "_"):
            yield {column: name, **{label: row[name] for label, row in zip(labels, kept, strict=True) if name in row}}

    return run


def _three(arguments: str, command: str) -> tuple[str, str, str]:
    names = [unquoted(word) for word in words(arguments)]
    if len(names) != 3:
        raise command_error(command, "Three fields are expected.")
    return names[0], names[1], names[2]


def _parse_untable(arguments: str, _parsing: Parsing) -> Step:
    key, name_field, value_field = _three(arguments, "untable")

    def untabled(row: Row) -> list[Row]:
        others = [name for name in row if name != key and name[0] != "_"]
        return [{key: row[key], name_field: name, value_field: row[name]} for name in others if key in row]

    return lambda rows, _context: (each for row in rows for each in untabled(row))


def _parse_xyseries(arguments: str, _parsing: Parsing) -> Step:
    key, name_field, value_field = _three(arguments, "xyseries")

    def run(rows: Rows, _context: Context) -> Rows:
        tables: dict[str, Row] = {}
        for row in rows:
            value, name = first_text(row, key), first_text(row, name_field)
            if value is not None and name is not None and value_field in row:
                tables.setdefault(value, {key: value})[name] = row[value_field]
        yield from tables.values()

    return run


def _parse_addinfo(_arguments: str, _parsing: Parsing) -> Step:
    def run(rows: Rows, context: Context) -> Rows:
        end = "+Infinity" if context.latest == float("inf") else text(context.latest)
        bounds = {"info_min_time": text(context.earliest), "info_max_time": end, "info_search_time": text(context.now)}
        return ({**row, **bounds} for row in rows)

    return run


def _parse_lookup(arguments: str, _parsing: Parsing) -> Step:
    table = next((unquoted(word) for word in words(arguments) if "=" not in word), "")

    def run(_rows: Rows, _context: Context) -> Rows:
        raise SearchFailed(
            f"Error in 'lookup' command: Could not construct lookup '{arguments}'. See search.log for more details. "
            f"The lookup table '{table}' does not exist or is not available."
        )

    return run


COMMANDS: dict[str, CommandParser] = {
    "spath": _parse_spath,
    "nomv": _parse_nomv,
    "filldown": _parse_filldown,
    "delta": _parse_delta,
    "transpose": _parse_transpose,
    "untable": _parse_untable,
    "xyseries": _parse_xyseries,
    "addinfo": _parse_addinfo,
    "lookup": _parse_lookup,
}
