"""The commands that compute on single rows: eval, where, rex, regex, bin, fillnull, foreach."""

import math
import re
from collections.abc import Callable
from functools import cache

from bot.sandbox.spl import times
from bot.sandbox.spl.context import Context, Rows, Step
from bot.sandbox.spl.errors import SearchFailed, command_error
from bot.sandbox.spl.expressions import malformed, parse_expression
from bot.sandbox.spl.functions import pattern
from bot.sandbox.spl.operators import truth
from bot.sandbox.spl.syntax import CommandParser, Parsing, bracketed, options_and_words, split_outside, unquoted
from bot.sandbox.spl.values import Row, field_value, first_text, number, text, values_of, wildcard

_ASSIGNMENT = re.compile(r"""\s*("[^"]+"|'[^']+'|[\w.:@{}-]+)\s*=(?!=)(.*)""", re.DOTALL)
_SED = re.compile(
    r"s(?P<mark>[/|#,])(?P<find>(?:\\.|(?!(?P=mark)).)*)(?P=mark)(?P<by>(?:\\.|(?!(?P=mark)).)*)(?P=mark)(?P<flags>g?\d*)"
)


def each_row(change: Callable[[Row], Row]) -> Step:
    """Make a step that works on one row at a time."""
    return lambda rows, _context: map(change, rows)


def _parse_eval(arguments: str, parsing: Parsing) -> Step:
    assignments = []
    for part in split_outside(arguments, ","):
        match = _ASSIGNMENT.fullmatch(part)
        if match is None:
            raise malformed("eval")
        assignments.append((unquoted(match[1]), parse_expression(match[2], parsing.now)))

    def change(row: Row) -> Row:
        row = dict(row)
        for name, expression in assignments:
            result = expression(row)
            if isinstance(result, bool):
                raise SearchFailed(
                    "Error in 'eval' command: Fields cannot be assigned a boolean result. "
                    "Instead, try if([bool expr], [expr], [expr])."
                )
            value = field_value(result)
            if value is None:
                row.pop(name, None)
            else:
                row[name] = value
        return row

    return each_row(change)


def _parse_where(arguments: str, parsing: Parsing) -> Step:
    condition = parse_expression(arguments, parsing.now, "where")
    return lambda rows, _context: (row for row in rows if truth(condition(row)))


def _parse_rex(arguments: str, _parsing: Parsing) -> Step:
    options, others = options_and_words(arguments, "field", "mode", "max_match", "offset_field")
    if len(others) != 1:
        raise command_error("rex", "Exactly one regular expression is expected.")
    name = options.get("field", "_raw")
    if options.get("mode") == "sed":
        return _sed(others[0], name)
    regex, most = pattern(others[0]), int(options.get("max_match", "1"))
    if not regex.groupindex:
        raise command_error(
            "rex", f"The regex '{others[0]}' does not extract anything. It should specify at least one named group."
        )

    def change(row: Row) -> Row:
        found: dict[str, list[str]] = {}
        for value in values_of(row, name):
            for at, match in enumerate(regex.finditer(value)):
                if most and at >= most:
                    break
                for group, got in match.groupdict().items():
                    if got is not None:
                        found.setdefault(group, []).append(got)
        return row | {group: got[0] if len(got) == 1 else got for group, got in found.items()}

    return each_row(change)


def _sed(script: str, name: str) -> Step:
    match = _SED.fullmatch(script)
    if match is None:
        raise command_error("rex", f"Failed to initialize sed. Command '{script}' is invalid.")
    regex, count = pattern(match["find"]), 0 if "g" in match["flags"] else 1

    def change(row: Row) -> Row:
        value = first_text(row, name)
        return row if value is None else row | {name: regex.sub(match["by"], value, count=count)}

    return each_row(change)


def _parse_regex(arguments: str, _parsing: Parsing) -> Step:
    match = re.fullmatch(r'(?:([\w.{}-]+)\s*(!?=)\s*)?("(?:[^"\\]|\\.)*"|\S+)', arguments)
    if match is None:
        raise command_error("regex", "Usage: regex (<field>=<regex>|<field>!=<regex>|<regex>).")
    name, wanted = match[1] or "_raw", match[2] != "!="
    regex = pattern(match[3][1:-1].replace('\\"', '"') if match[3].startswith('"') else match[3])
    return lambda rows, _context: (row for row in rows if any(map(regex.search, values_of(row, name))) is wanted)


def _parse_bin(arguments: str, _parsing: Parsing) -> Step:
    options, others = options_and_words(arguments, "span", "bins", "minspan", "aligntime")
    if len(others) not in {1, 3} or (len(others) == 3 and others[1].lower() != "as"):
        raise command_error("bin", "Exactly one field is expected.")
    name, target, span = others[0], others[-1], options.get("span", "1d" if others[0] == "_time" else "10")
    size = bucket_size(span, "bin")

    def change(row: Row) -> Row:
        value = number(row.get(name))
        if value is None:
            return row
        start = math.floor(value / size) * size
        return row | {target: text(start) if name == "_time" else f"{text(start)}-{text(start + size)}"}

    return each_row(change)


def bucket_size(span: str, command: str) -> float:
    """Read a span in seconds, or a plain number."""
    size = number(span)
    try:
        size = times.span_seconds(span) if size is None else size
    except ValueError as error:
        raise command_error(command, f"Invalid value '{span}' for the 'span' option.") from error
    if size <= 0:
        raise command_error(command, f"Invalid value '{span}' for the 'span' option.")
    return size


def _parse_fillnull(arguments: str, _parsing: Parsing) -> Step:
    options, names = options_and_words(arguments, "value")
    value = options.get("value", "0")

    def run(rows: Rows, _context: Context) -> Rows:
        if names:
            return (_with_missing(row, names, value) for row in rows)
        kept = list(rows)
        every = list(dict.fromkeys(name for row in kept for name in row))
        return (_with_missing(row, every, value) for row in kept)

    return run


def _with_missing(row: Row, names: list[str], value: str) -> Row:
    return {**row, **{name: value for name in names if name not in row}}


def _parse_foreach(arguments: str, parsing: Parsing) -> Step:
    """Run the bracketed commands on a row once for each matching field, which <<FIELD>> stands for."""
    before, template = bracketed(arguments, "foreach")
    patterns = [wildcard(unquoted(word), fold=False) for word in before.split()]

    @cache
    def filled(name: str) -> Step:
        return parsing.steps(template.replace("<<FIELD>>", name))

    def run(rows: Rows, context: Context) -> Rows:
        for row in rows:
            changed = row
            for name in [name for name in row if any(each.match(name) for each in patterns)]:
                changed = next(iter(filled(name)(iter((changed,)), context)))
            yield changed

    filled("field")
    return run


COMMANDS: dict[str, CommandParser] = {
    "eval": _parse_eval,
    "where": _parse_where,
    "rex": _parse_rex,
    "regex": _parse_regex,
    "bin": _parse_bin,
    "bucket": _parse_bin,
    "fillnull": _parse_fillnull,
    "foreach": _parse_foreach,
}
