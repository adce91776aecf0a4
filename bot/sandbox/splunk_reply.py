"""A REST call as splunkd sees it, and what it answers: between aiohttp and the endpoints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import splunk_wire as wire
from bot.sandbox.spl.context import Message, Severity


@dataclass(frozen=True, slots=True)
class Call:
    """One request, with the parameters of query and form together."""

    method: str
    path: str  # as sent
    plain: str  # without /services or /servicesNS/owner/app, such as server/info
    parameters: Mapping[str, str]
    authorization: str
    cookie_session: str
    origin: str
    now: float

    @property
    def wants_json(self) -> bool:
        return self.parameters.get("output_mode", "xml").startswith("json")

    def number(self, name: str, default: int) -> int:
        written = self.parameters.get(name, "")
        return int(written) if written.lstrip("-").isdigit() else default


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: str = ""
    content_type: str = "text/xml"
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """An endpoint says no, with splunkd's status and message."""

    def __init__(self, status: int, severity: Severity, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status, self.message, self.headers = status, Message(severity, text), headers or {}


def said(call: Call, status: int, messages: Sequence[Message], headers: Mapping[str, str] | None = None) -> Reply:
    body = wire.messages_json(messages) if call.wants_json else wire.messages_xml(messages)
    return Reply(status, body, _type(call), headers or {})


def pair(call: Call, status: int, name: str, value: str, headers: Mapping[str, str] | None = None) -> Reply:
    body = wire.pair_json(name, value) if call.wants_json else wire.pair_xml(name, value)
    return Reply(status, body, _type(call), headers or {})


def document(call: Call, status: int, value: Mapping[str, Any]) -> Reply:
    """Answer with a flat object, as the parser endpoint does."""
    return Reply(status, wire.object_json(value) if call.wants_json else wire.object_xml(value), _type(call))


def entries(call: Call, found: Sequence[wire.Entry], title: str, default_count: int = 30) -> Reply:
    """Answer with a page of entries; count=0 means all."""
    offset, count = max(call.number("offset", 0), 0), call.number("count", default_count)
    page = found[offset : offset + count] if count > 0 else found[offset:]
    paging = (len(found), count, offset)
    if call.wants_json:
        return Reply(200, wire.entries_json(page, call.origin, call.now, paging), "application/json")
    return Reply(200, wire.entries_xml(page, title, call.origin, call.now, paging))


def single(call: Call, entry: wire.Entry) -> Reply:
    if call.wants_json:
        return Reply(200, wire.entries_json([entry], call.origin, call.now, (1, 30, 0)), "application/json")
    return Reply(200, wire.entry_xml(entry, call.origin, call.now))


def _type(call: Call) -> str:
    return "application/json" if call.wants_json else "text/xml"
