"""The commands that begin a search over events or over nothing: search, makeresults, inputlookup."""

import heapq
from collections.abc import Iterator

from bot.sandbox.spl import times
from bot.sandbox.spl.context import Context, Lot, Rows, Span, Step
from bot.sandbox.spl.errors import SearchFailed, command_error
from bot.sandbox.spl.extraction import event_row
from bot.sandbox.spl.query import Query, parse_query
from bot.sandbox.spl.syntax import CommandParser, Parsing, options_and_words, whole_number
from bot.sandbox.spl.values import Row, values_of


def parse_search_command(arguments: str, parsing: Parsing) -> Step:
    """Begin a pipeline: read events, newest first."""
    query = _query_when_run(arguments, parsing)

    def run(_rows: Rows, context: Context) -> Rows:
        return read_events(query(context), context)

    return run


def _parse_filter(arguments: str, parsing: Parsing) -> Step:
    query = _query_when_run(arguments, parsing)

    def run(rows: Rows, context: Context) -> Rows:
        condition = query(context).condition
        return (row for row in rows if condition.test(row))

    return run


class _query_when_run:  # noqa: N801 - used as the function that it is
    """Parse now, so that a malformed search is refused at once; again with its subsearches' answers when it runs."""

    def __init__(self, arguments: str, parsing: Parsing) -> None:
        pieces = _bracket_pieces(arguments)
        self._pieces: list[str | Step] = [piece if outside else parsing.pipeline(piece) for outside, piece in pieces]
        self._parsed = parse_query(" ".join(piece if outside else "" for outside, piece in pieces))

    def __call__(self, context: Context) -> Query:
        if len(self._pieces) == 1:
            return self._parsed
        return parse_query(
            " ".join(piece if isinstance(piece, str) else _answer(piece, context) for piece in self._pieces)
        )


def _bracket_pieces(arguments: str) -> list[tuple[bool, str]]:
    """Alternate between text outside brackets (True) and the searches inside (False)."""
    pieces: list[tuple[bool, str]] = []
    depth, current, quoted = 0, "", False
    for letter in arguments:
        quoted ^= letter == '"'
        if not quoted and letter in "[]":
            edge = depth == (0 if letter == "[" else 1)
            depth += 1 if letter == "[" else -1
            if edge:
                pieces.append((letter == "[", current))
                current = ""
                continue
        current += letter
    pieces.append((True, current))
    return pieces


def _answer(step: Step, context: Context) -> str:
    """Write a subsearch's rows as a search expression, as the format command would."""
    rows = list(step(iter(()), context))
    if len(rows) == 1 and set(rows[0]) == {"search"}:
        return values_of(rows[0], "search")[0]
    alternatives = [_row_as_expression(row) for row in rows]
    return f"( {' OR '.join(alternatives)} )" if alternatives else "NOT *"


def _row_as_expression(row: Row) -> str:
    pairs = [f'{name}="{value}"' for name in row if not name.startswith("_") for value in values_of(row, name)]
    return f"( {' AND '.join(pairs)} )" if pairs else "NOT *"


def span_of(query: Query, context: Context) -> Span:
    """Find the time range of a search: what stands in the SPL wins over what came beside it."""
    found: dict[str, float] = {}
    for name, written in query.times.items():
        try:
            found[name] = times.resolve(written, context.now)
        except ValueError as error:
            raise SearchFailed(f"Invalid value \"{written}\" for time term '{name}'") from error
    if found.keys() & {"earliest", "latest"}:
        context.say("INFO", "Your timerange was substituted based on your search string")
    return Span(
        earliest=found.get("earliest", context.earliest),
        latest=found.get("latest", context.latest),
        now=context.now,
        indexed_from=found.get("indexed_from"),
        indexed_before=found.get("indexed_before"),
    )


def lots_of(query: Query, context: Context) -> Iterator[tuple[Lot, bool]]:
    """Pick the lots that may hold what is asked for, each with whether its events must be read to know."""
    defaults = context.deployment.default_indexes()
    lots, messages = context.deployment.lots()
    for message in messages:
        context.say(message.type, message.text)
    for lot in lots:
        if not query.names_index and lot.fields["index"] not in defaults:
            continue
        verdict = query.condition.decide(lot)
        if verdict is not False:
            yield lot, verdict is None


def read_events(query: Query, context: Context) -> Iterator[Row]:
    span = span_of(query, context)
    streams = [_newest_first(lot, span, unsure=unsure) for lot, unsure in lots_of(query, context)]
    for _time, lot, event, unsure in heapq.merge(*streams, key=lambda found: found[0], reverse=True):
        row = event_row(lot, lot.event(event))
        if not unsure or query.condition.test(row):
            yield row


def _newest_first(lot: Lot, span: Span, *, unsure: bool) -> Iterator[tuple[float, Lot, int, bool]]:
    return ((time, lot, event, unsure) for time, event in lot.moments(span))


def _parse_makeresults(arguments: str, _parsing: Parsing) -> Step:
    options, others = options_and_words(arguments, "count", "annotate", "splunk_server")
    if others:
        raise command_error("makeresults", f"The argument '{others[0]}' is invalid.")
    count = whole_number(options.get("count", "1"), "makeresults", "count")

    def run(_rows: Rows, context: Context) -> Rows:
        return ({"_time": str(int(context.now))} for _ in range(count))

    return run


def _parse_inputlookup(arguments: str, _parsing: Parsing) -> Step:
    _, others = options_and_words(arguments, "append", "start", "max", "strict")

    def run(_rows: Rows, _context: Context) -> Rows:
        raise SearchFailed(f"Error in 'inputlookup' command: The lookup table '{''.join(others[:1])}' is invalid.")

    return run


GENERATORS: dict[str, CommandParser] = {
    "search": parse_search_command,
    "makeresults": _parse_makeresults,
    "inputlookup": _parse_inputlookup,
}
COMMANDS: dict[str, CommandParser] = {"search": _parse_filter}
