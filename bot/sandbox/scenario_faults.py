"""What is wrong with a scenario, for the person who wrote it: where it stands and what to write instead."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bot.sandbox import templates
from bot.sandbox.scenario_yaml import Route

MOST_EVENTS = 20_000_000  # of a stream; the busiest that ships makes some hundred thousand
_SENTENCES = {
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
    "dict_type": "should be a mapping of keys to values",
    "float_parsing": "should be a number",
    "float_type": "should be a number",
    "int_from_float": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "list_type": "should be a list",
    "model_type": "should be a mapping of keys to values",
    "string_type": "should be a text",
    "too_short": "names nothing; name at least one",
}
_SIMPLE = "cannot be used here; write a text, a number, true or false, or a list of texts"


def shape_faults(error: ValidationError, document: Mapping[str, Any], top: type[BaseModel]) -> dict[Route, str]:
    """Say in a sentence what *top* did not take of *document*, by the place of it."""
    told: dict[Route, str] = {}
    for fault in error.errors(include_url=False):
        kind, loc = fault["type"], fault["loc"]
        route = loc if kind == "missing" else _standing(loc, document)
        if len(route) < len(loc):  # one of several types that a value may have
            told.setdefault(route, _SIMPLE)
        elif kind == "missing":
            told[route] = f"is missing. {_fields(loc[:-1], top)[str(loc[-1])].description or ''}".rstrip(". ")
        elif kind == "extra_forbidden":
            told[route] = f"unknown key. {nearest(str(loc[-1]), _fields(loc[:-1], top))}".rstrip(".")
        elif kind == "literal_error":
            expected = fault.get("ctx", {}).get("expected", "").replace("'", "")
            told[route] = f"is {str(fault['input'])[:80]!r}; write {expected}"
        elif kind == "value_error":
            told[route] = str(fault.get("ctx", {}).get("error", fault["msg"]))
        else:
            told[route] = _SENTENCES.get(kind) or fault["msg"].replace("Input should", "should")
    return told


def nearest(word: str, known: Iterable[str]) -> str:
    """Help somebody who wrote *word* where one of *known* belongs."""
    choices = sorted(known)
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(choices)}."


def _standing(loc: Route, document: Any) -> Route:
    """Return *loc* as far as the document has it: pydantic adds the types that it tried."""
    held = document
    for length, step in enumerate(loc):
        steps = held if isinstance(held, Mapping) else range(len(held)) if isinstance(held, list) else ()
        if step not in steps:
            return loc[:length]
        held = held[step]
    return loc


def _fields(route: Route, model: type[BaseModel]) -> Mapping[str, Any]:
    """Return the keys of the mapping at *route*."""
    for step in route:
        inner = model.model_fields[step].annotation if step in model.model_fields else None
        for kind in (inner, *get_args(inner)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                model = kind
    return model.model_fields


def inconsistencies(document: Mapping[str, Any]) -> Iterator[tuple[Route, str]]:
    """Yield what single keys do not show: keys that exclude each other, and names that nothing explains."""
    for name, stream in _mappings(document.get("events")):
        for key, said in _of_stream(stream):
            yield ("events", name, *key), said
    for path, rows in (document.get("rest") or {}).items() if isinstance(document.get("rest"), Mapping) else ():
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            each = row.get("each") if isinstance(row, Mapping) else None
            unreadable = _unreadable(templates.names, each) if isinstance(each, str) else None
            if unreadable is not None:
                yield ("rest", path, number, "each"), unreadable
    account, roles = document.get("account"), document.get("roles") or {}
    own = account.get("roles") if isinstance(account, Mapping) else None
    for number, role in enumerate(own if isinstance(own, list) else ()):
        if isinstance(roles, Mapping) and role not in roles:
            yield ("account", "roles", number), f"the account has the role {role!r}, which roles does not define"


def _mappings(held: Any) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, each) for name, each in held.items() if isinstance(each, Mapping)] if held else []


def _of_stream(stream: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    every, count = stream.get("every"), stream.get("count")
    if (every is None) == (count is None):
        where = ("every",) if every is not None else ()
        yield where, "say either every (how often) or count (how many)"
    since, until = _seconds(stream.get("since", "-8d")), _seconds(stream.get("until") or "now")
    if since is not None and until is not None and "daily" not in stream:
        if since >= until and stream.get("until") is not None:
            yield ("until",), f"the stream ends ({stream['until']}) before it begins ({stream.get('since', '-8d')})"
        elif (step := _seconds(every)) is not None and step > 0 and (until - since) / step > MOST_EVENTS:
            yield ("every",), f"each host would send {(until - since) / step:,.0f} events; make it less often"
    if (step := _seconds(every)) is not None and step <= 0:
        yield ("every",), "should be more than no time at all: 20s"
    texts = stream.get("text")
    for row in stream.get("each") or [{}]:
        if isinstance(row, Mapping):
            known = {*(stream.get("values") or {}), *row, "host", "number"}
            for text in [texts] if isinstance(texts, str) else texts if isinstance(texts, list) else []:
                if isinstance(text, str) and (unknown := templates.unknown_placeholders(text, known)):
                    yield ("text",), f"the text has {{{unknown[0]}}}, which neither values nor each explains"


def _seconds(written: Any) -> float | None:
    try:
        return templates.duration_s(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _unreadable(read: Any, written: str) -> str | None:
    try:
        read(written)
    except ValueError as error:
        return str(error)
    return None
