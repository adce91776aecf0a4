"""How splunkd writes its answers: Atom XML by default, JSON when asked; pure functions from values to text.

Shapes as splunkd 10.4 sends them (measured by mockdr/mockdr) and as splunk-sdk 2.1 reads them.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from bot.sandbox.spl.context import Message
from bot.sandbox.spl.times import iso
from bot.sandbox.spl.values import Row, Value, number

_NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:s="http://dev.splunk.com/ns/rest" '
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ACL = {
    "owner": "nobody",
    "app": "search",
    "sharing": "app",
    "modifiable": False,
    "perms": {"read": ["*"], "write": []},
}
VERSION, BUILD = "10.0.2", "e2d18b4767e9"

Entry = tuple[str, str, Mapping[str, Any]]  # name, path, content


def messages_json(messages: Sequence[Message]) -> str:
    return json.dumps({"messages": [_message(message) for message in messages]})


def messages_xml(messages: Sequence[Message]) -> str:
    listed = "".join(f"\n    <msg type={quoteattr(each.type)}>{escape(each.text)}</msg>" for each in messages)
    return f"{_HEAD}<response>\n  <messages>{listed}\n  </messages>\n</response>\n"


def pair_json(name: str, value: str) -> str:
    return json.dumps({name: value})


def pair_xml(name: str, value: str) -> str:
    return f"{_HEAD}<response>\n  <{name}>{escape(value)}</{name}>\n</response>\n"


def _message(message: Message) -> dict[str, str]:
    return {"type": message.type, "text": message.text}


def entries_json(entries: Sequence[Entry], origin: str, now: float, paging: tuple[int, int, int]) -> str:
    total, per_page, offset = paging
    return json.dumps({
        "links": {},
        "origin": origin,
        "updated": iso(now),
        "generator": {"build": BUILD, "version": VERSION},
        "entry": [_entry(entry, origin, now) for entry in entries],
        "paging": {"total": total, "perPage": per_page, "offset": offset},
        "messages": [],
    })  # fmt: skip


def _entry(entry: Entry, origin: str, now: float) -> dict[str, Any]:
    name, path, content = entry
    links = {"alternate": path, "list": path}
    return {
        "name": name,
        "id": f"{origin}{path}",
        "updated": iso(now),
        "links": links,
        "author": "nobody",
        "acl": _ACL,
        "content": content,
    }


def entries_xml(entries: Sequence[Entry], title: str, origin: str, now: float, paging: tuple[int, int, int]) -> str:
    total, per_page, offset = paging
    lines = [
        f"{_HEAD}<feed {_NAMESPACES}>",
        f"<title>{escape(title)}</title><id>{escape(origin)}</id><updated>{iso(now)}</updated>",
        f'<generator build="{BUILD}" version="{VERSION}"/><author><name>Splunk</name></author>',
        f"<opensearch:totalResults>{total}</opensearch:totalResults>",
        f"<opensearch:itemsPerPage>{per_page}</opensearch:itemsPerPage>",
        f"<opensearch:startIndex>{offset}</opensearch:startIndex><s:messages/>",
        *[_entry_xml(entry, origin, now, "") for entry in entries],
        "</feed>\n",
    ]
    return "\n".join(lines)


def entry_xml(entry: Entry, origin: str, now: float) -> str:
    """One entry as the whole document, as splunkd answers for a job."""
    return _HEAD + _entry_xml(entry, origin, now, f" {_NAMESPACES}")


def _entry_xml(entry: Entry, origin: str, now: float, namespaces: str) -> str:
    name, path, content = entry
    lines = [
        f"<entry{namespaces}>",
        f"<title>{escape(name)}</title><id>{escape(origin + path)}</id><updated>{iso(now)}</updated>",
        f'<link href={quoteattr(path)} rel="alternate"/><link href={quoteattr(path)} rel="list"/>',
        f"<author><name>nobody</name></author><published>{iso(now)}</published>",
        f'<content type="text/xml">{_xml_value({**content, "eai:acl": _ACL})}</content>',
        "</entry>",
    ]
    return "\n".join(lines)


def _xml_value(value: Any) -> str:
    if isinstance(value, Mapping):
        keys = [f"<s:key name={quoteattr(key)}>{_xml_value(each)}</s:key>" for key, each in value.items()]
        return f"<s:dict>{''.join(keys)}</s:dict>"
    if isinstance(value, (list, tuple)):
        return f"<s:list>{''.join(f'<s:item>{_xml_value(each)}</s:item>' for each in value)}</s:list>"
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else escape(str(value))


def shown(rows: Sequence[Row]) -> list[Row]:
    """Rows as results show them: _time as an ISO stamp."""
    return [{name: _shown_value(name, value) for name, value in row.items()} for row in rows]


def _shown_value(name: str, value: Value) -> Value:
    if name != "_time" or not isinstance(value, str):
        return value
    epoch = number(value)
    return value if epoch is None else iso(epoch)


def field_names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _results(messages: Sequence[Message], offset: int, **content: Any) -> str:
    said = [_message(message) for message in messages]
    return json.dumps({"preview": False, "init_offset": offset, "messages": said, **content})


def results_json(rows: Sequence[Row], messages: Sequence[Message], offset: int) -> str:
    """Write on one line: splunk-sdk reads line by line."""
    names = [{"name": name} for name in field_names(rows)]
    return _results(messages, offset, fields=names, results=list(rows), highlighted={})


def results_json_rows(rows: Sequence[Row], messages: Sequence[Message], offset: int) -> str:
    names = field_names(rows)
    return _results(messages, offset, fields=names, rows=[[row.get(name) for name in names] for row in rows])


def results_json_cols(rows: Sequence[Row], messages: Sequence[Message], offset: int) -> str:
    names = field_names(rows)
    return _results(messages, offset, fields=names, columns=[[row.get(name) for row in rows] for name in names])


def results_csv(rows: Sequence[Row], _messages: Sequence[Message], _offset: int) -> str:
    names, written = field_names(rows), io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(names)
    for row in rows:
        table.writerow(["\n".join(value) if isinstance(value := row.get(name, ""), list) else value for name in names])
    return written.getvalue() if names else ""


def results_xml(rows: Sequence[Row], messages: Sequence[Message], offset: int) -> str:
    order = "".join(f"<field>{escape(name)}</field>" for name in field_names(rows))
    said = "".join(f"<msg type={quoteattr(each.type)}>{escape(each.text)}</msg>" for each in messages)
    body = "".join(f"<result offset='{offset + at}'>{_fields_xml(row)}</result>\n" for at, row in enumerate(rows))
    return (
        f"{_HEAD}<results preview='0'>\n<meta><fieldOrder>{order}</fieldOrder></meta>\n"
        f"<messages>{said}</messages>\n{body}</results>\n"
    )


def _fields_xml(row: Row) -> str:
    return "".join(_field_xml(name, value) for name, value in row.items())


def _field_xml(name: str, value: Value) -> str:
    listed = value if isinstance(value, list) else [value]
    if name == "_raw":
        return f"<field k='_raw'><v xml:space='preserve' trim='0'>{escape(listed[0])}</v></field>"
    values = "".join(f"<value><text>{escape(each)}</text></value>" for each in listed)
    return f"<field k={quoteattr(name)}>{values}</field>"


RESULT_WRITERS = {
    "json": (results_json, "application/json"),
    "json_rows": (results_json_rows, "application/json"),
    "json_cols": (results_json_cols, "application/json"),
    "csv": (results_csv, "text/csv"),
    "xml": (results_xml, "text/xml"),
}


def object_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value)


def object_xml(value: Mapping[str, Any]) -> str:
    return f"{_HEAD}<response {_NAMESPACES}>{_xml_value(value)}</response>\n"
