"""Search-time field extraction: key=value pairs, JSON, and the headers of the sourcetypes that Splunk ships."""

import json
import re
from typing import Any

from bot.sandbox.spl.context import Event, Lot
from bot.sandbox.spl.values import Row, Value, text

_PAIR = re.compile(
    r'(?:^|(?<=[\s,;|&?({\[]))([A-Za-z_][\w.:-]*)=(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^\s,;|&)\]}"\']+))'
)
_SPLUNKD = re.compile(
    r"^\S+ \S+ \S+ (?P<log_level>[A-Z]+)\s+(?P<component>[\w:.]+)(?: \[(?P<thread>[^\]]*)\])? - (?P<event_message>.*)",
    re.DOTALL,
)
_ACCESS = re.compile(
    r"^(?P<clientip>\S+) (?P<ident>\S+) (?P<user>\S+) \[(?P<req_time>[^\]]+)\] "
    r'"(?P<method>\S+) (?P<uri>(?P<uri_path>[^?" ]*)\S*) (?P<version>[^"]*)" (?P<status>\d+) (?P<bytes>\d+)'
    r'(?: "(?P<referer>[^"]*)" "(?P<useragent>[^"]*)")?'
)
_HEADERS = {"splunkd": _SPLUNKD, "scheduler": _SPLUNKD, "access_combined": _ACCESS}


def event_row(lot: Lot, event: Event) -> Row:
    """Make the row of an event: its index-time fields first, which no extraction overrides."""
    row: Row = {
        "_time": text(event.time),
        "_raw": event.raw,
        "_indextime": str(int(event.indexed)),
        "linecount": str(event.raw.count("\n") + 1),
        **lot.fields,
    }
    for name, value in extracted(event.raw, lot.fields["sourcetype"]).items():
        row.setdefault(name, value)
    return row


def extracted(raw: str, sourcetype: str) -> Row:
    """Find the fields that Splunk would find in an event's text when a search reads it."""
    if raw.startswith("{"):
        try:
            return json_fields(json.loads(raw))
        except ValueError:
            pass
    row: Row = {}
    header = _HEADERS[sourcetype].match(raw) if sourcetype in _HEADERS else None
    if header:
        row.update({name: value for name, value in header.groupdict().items() if value is not None})
    for match in _PAIR.finditer(raw):
        value = next(group for group in match.groups()[1:] if group is not None)
        row.setdefault(re.sub(r"\W", "_", match[1]), value)
    return row


def json_fields(document: Any) -> Row:
    """Flatten JSON as spath names it: data.mem for an object's member, list{} for a list's elements."""
    found: dict[str, list[str]] = {}

    def visit(name: str, node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                visit(f"{name}.{key}" if name else key, value)
        elif isinstance(node, list):
            for value in node:
                visit(f"{name}{{}}", value)
        else:
            found.setdefault(name, []).append("null" if node is None else _json_text(node))

    visit("", document)
    return {name: _single(values) for name, values in found.items()}


def _json_text(node: str | float) -> str:
    return str(node).lower() if isinstance(node, bool) else text(node)


def _single(values: list[str]) -> Value:
    return values[0] if len(values) == 1 else values
