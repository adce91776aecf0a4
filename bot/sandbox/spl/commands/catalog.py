"""The commands that list what indexes hold without reading events: metadata and eventcount."""

import math
from collections.abc import Iterator, Sequence

from bot.sandbox.spl.conditions import AnyOf, IndexIs
from bot.sandbox.spl.context import Context, Lot, Rows, Span, Step, Tally
from bot.sandbox.spl.errors import command_error
from bot.sandbox.spl.syntax import CommandParser, Parsing, is_true, options_and_words, unquoted, words
from bot.sandbox.spl.values import Row

_KINDS = {"hosts": "host", "sources": "source", "sourcetypes": "sourcetype"}


def _indexes(arguments: str) -> list[str]:
    return [unquoted(word.partition("=")[2]) for word in words(arguments) if word.startswith("index=")]


def _tallies(context: Context, indexes: Sequence[str], span: Span) -> Iterator[tuple[Lot, Tally]]:
    wanted = AnyOf(tuple(IndexIs(index) for index in indexes or context.deployment.default_indexes()))
    lots, messages = context.deployment.lots()
    for message in messages:
        context.say(message.type, message.text)
    for lot in lots:
        tally = lot.tally(span) if wanted.decide(lot) else None
        if tally is not None:
            yield lot, tally


def _parse_metadata(arguments: str, _parsing: Parsing) -> Step:
    options, _others = options_and_words(arguments, "type", "index", "splunk_server", "splunk_server_group", "datatype")
    kind, indexes = options.get("type", ""), _indexes(arguments)
    if kind not in _KINDS:
        raise command_error("metadata", f"The metadata type '{kind}' is invalid: it is hosts, sources or sourcetypes.")
    name = _KINDS[kind]

    def run(_rows: Rows, context: Context) -> Rows:
        found: dict[str, Tally] = {}
        for lot, tally in _tallies(context, indexes, Span(context.earliest, context.latest, context.now)):
            before = found.get(lot.fields[name], Tally(0, math.inf, 0.0))
            first, last = min(before.first, tally.first), max(before.last, tally.last)
            found[lot.fields[name]] = Tally(before.count + tally.count, first, last)
        for value, tally in sorted(found.items()):
            yield _metadata_row(name, kind, value, tally)

    return run


def _metadata_row(name: str, kind: str, value: str, tally: Tally) -> Row:
    first, last = str(int(tally.first)), str(int(tally.last))
    return {
        "firstTime": first,
        name: value,
        "lastTime": last,
        "recentTime": last,
        "totalCount": str(tally.count),
        "type": kind,
    }


def _parse_eventcount(arguments: str, _parsing: Parsing) -> Step:
    """Count whole indexes: eventcount knows no time range."""
    options, _others = options_and_words(arguments, "summarize", "index", "report_size", "list_vix", "splunk_server")
    indexes, whole = _indexes(arguments), is_true(options.get("summarize", "true"))

    def run(_rows: Rows, context: Context) -> Rows:
        counts: dict[tuple[str, str], int] = {}
        for lot, tally in _tallies(context, indexes, Span(0.0, math.inf, context.now)):
            key = (lot.fields["index"], lot.fields["splunk_server"])
            counts[key] = counts.get(key, 0) + tally.count
        if whole:
            yield {"count": str(sum(counts.values()))}
            return
        for (index, server), count in sorted(counts.items()):
            yield {"count": str(count), "index": index, "server": server}

    return run


GENERATORS: dict[str, CommandParser] = {"metadata": _parse_metadata, "eventcount": _parse_eventcount}
