"""The commands that choose and name fields: fields, table, rename, and the plain ones beside them."""

import re

from bot.sandbox.spl.commands.evaluate import each_row
from bot.sandbox.spl.context import Context, Rows, Step
from bot.sandbox.spl.errors import command_error
from bot.sandbox.spl.syntax import CommandParser, Parsing, options_and_words, unquoted, words
from bot.sandbox.spl.values import Row, Value, number, text, values_of, wildcard

_RENAME = re.compile(r"""("[^"]+"|'[^']+'|[^\s,]+)\s+as\s+("[^"]*"|'[^']*'|[^\s,]+)\s*,?\s*""", re.IGNORECASE)
_ALWAYS_KEPT = ("_time", "_raw")


def _parse_fields(arguments: str, _parsing: Parsing) -> Step:
    match = re.fullmatch(r"\s*([-+])?\s*(.*)", arguments, re.DOTALL)
    names = [unquoted(word) for word in words(match[2])] if match else []
    if match is None or not names:
        raise command_error("fields", "A field list is expected.")
    patterns = [wildcard(name, fold=False) for name in names]
    if match[1] == "-":
        return each_row(lambda row: {name: row[name] for name in row if not any(each.match(name) for each in patterns)})

    def kept(row: Row) -> Row:
        chosen = {name: row[name] for name in _ALWAYS_KEPT if name in row}
        return _chosen(row, names) | chosen

    return each_row(kept)


def _chosen(row: Row, names: list[str]) -> Row:
    """Take the named fields, in the order named; a wildcard leaves out the hidden ones."""
    chosen: Row = {}
    for name in names:
        if "*" in name:
            pattern = wildcard(name, fold=False)
            chosen |= {each: row[each] for each in row if pattern.match(each) and (each[0] != "_" or name[0] == "_")}
        elif name in row:
            chosen[name] = row[name]
    return chosen


def _parse_table(arguments: str, _parsing: Parsing) -> Step:
    names = [unquoted(word) for word in words(arguments)]
    if not names:
        raise command_error("table", "A field list is expected.")
    return each_row(lambda row: _chosen(row, names))


def _parse_rename(arguments: str, _parsing: Parsing) -> Step:
    pairs: list[tuple[str, str]] = []
    position = 0
    while match := _RENAME.match(arguments, position):
        pairs.append((unquoted(match[1]), unquoted(match[2])))
        position = match.end()
    if not pairs or position < len(arguments):
        raise command_error("rename", "Usage: rename [old_name AS/TO/-> new_name]+.")
    if any(old.count("*") != new.count("*") for old, new in pairs):
        raise command_error("rename", "Wildcard mismatch: the same number of wildcards is expected on both sides.")

    def change(row: Row) -> Row:
        for old, new in pairs:
            row = _renamed(row, old, new)
        return row

    return each_row(change)


def _renamed(row: Row, old: str, new: str) -> Row:
    if "*" not in old:
        return {new if name == old else name: value for name, value in row.items() if name != new or old not in row}
    pattern = re.compile("(.*)".join(re.escape(part) for part in old.split("*")))
    changed: dict[str, Value] = {}
    for name, value in row.items():
        match = pattern.fullmatch(name)
        if match is None or (name[0] == "_" and old[0] == "*"):
            changed.setdefault(name, value)
            continue
        kept = iter(match.groups())
        changed[re.sub(r"\*", lambda _star, kept=kept: next(kept), new)] = value  # type: ignore[misc]
    return changed


def _parse_addtotals(arguments: str, _parsing: Parsing) -> Step:
    options, names = options_and_words(arguments, "row", "col", "fieldname", "labelfield", "label")
    label = options.get("fieldname", "Total")

    def change(row: Row) -> Row:
        chosen = _chosen(row, names or ["*"])
        return row | {label: text(sum(found for value in chosen.values() if (found := number(value)) is not None))}

    return each_row(change)


def _parse_makemv(arguments: str, _parsing: Parsing) -> Step:
    options, names = options_and_words(arguments, "delim")
    if len(names) != 1:
        raise command_error("makemv", "Exactly one field is expected.")

    def change(row: Row) -> Row:
        found = [part for value in values_of(row, names[0]) for part in value.split(options.get("delim", " ")) if part]
        return row | {names[0]: found[0] if len(found) == 1 else found} if found else row

    return each_row(change)


def _parse_return(arguments: str, _parsing: Parsing) -> Step:
    """Rows as one search expression: `return host` gives host="a", `return $host` gives a alone."""
    given = words(arguments)
    count = int(given.pop(0)) if given and given[0].isdigit() else 1

    def run(rows: Rows, _context: Context) -> Rows:
        parts = [_returned(row, given) for _, row in zip(range(count), rows, strict=False)]
        found = " OR ".join(f"({part})" for part in parts if part)
        yield {"search": found or "NOT *"}

    return run


def _returned(row: Row, given: list[str]) -> str:
    pairs = []
    for word in given:
        alias, _, name = word.rpartition("=")
        bare = name.lstrip("$")
        values = values_of(row, bare)
        pairs += [values[0] if name != bare else f'{alias or bare}="{values[0]}"'] if values else []
    return " ".join(pairs)


def _parse_format(_arguments: str, _parsing: Parsing) -> Step:
    def run(rows: Rows, _context: Context) -> Rows:
        alternatives = []
        for row in rows:
            pairs = [f'{name}="{value}"' for name in row if name[0] != "_" for value in values_of(row, name)]
            alternatives.append(f"( {' AND '.join(pairs)} )")
        yield {"search": f"( {' OR '.join(alternatives)} )" if alternatives else "NOT ( )"}

    return run


COMMANDS: dict[str, CommandParser] = {
    "fields": _parse_fields,
    "table": _parse_table,
    "rename": _parse_rename,
    "addtotals": _parse_addtotals,
    "makemv": _parse_makemv,
    "return": _parse_return,
    "format": _parse_format,
}
