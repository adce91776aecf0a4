"""A small vocabulary for what JSON may look like; every rule yields its problems, each with a JSON pointer."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]


def problem(what: str, at: str) -> str:
    return f"{what} [json-pointer:{at}]"


def string(most: int, least: int = 1) -> Rule:
    """Slack counts characters, and says "less than 3001" for a limit of 3000."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must provide a string", at)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", at)

    return check


def integer(low: int, high: int) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield problem("must provide an integer", at)
        elif not low <= value <= high:
            yield problem(f"must be between {low} and {high}", at)

    return check


def number(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield problem("must provide a number", at)


def boolean(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield problem("must provide a boolean", at)


def anything(_value: Any, _at: str) -> Iterator[str]:
    yield from ()


def one_of(*allowed: str) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield problem(f"must be one of {', '.join(allowed)}", at)

    return check


def array(each: Rule, most: int, least: int = 1) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must provide an array", at)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", at)
        for index, item in enumerate(value):
            yield from each(item, f"{at}/{index}")

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """Ask for an object with these fields and no others; `type` is whoever dispatched on it to judge."""
    known = {**(optional or {}), **required}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        for name in required:
            if value.get(name) is None:
                yield problem(f"missing required field: {name}", at)
        for name, part in value.items():
            if name in known and part is not None:
                yield from known[name](part, f"{at}/{name}")
            elif name not in known and name != "type":
                yield problem(f"invalid additional property: {name}", at)

    return check


def by_type(table: Mapping[str, Rule], only: Collection[str] | None = None) -> Rule:
    """Apply the rule that the object's `type` asks for; *only* narrows the types allowed here."""
    allowed = table.keys() if only is None else only

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
        elif value.get("type") is None:
            yield problem("missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in allowed:
            yield problem(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            yield from table[value["type"]](value, at)

    return check


def all_of(*rules: Rule) -> Rule:
    def check(value: Any, at: str) -> Iterator[str]:
        for rule in rules:
            yield from rule(value, at)

    return check


def unique(field: str) -> Rule:
    """No two objects of a list share the value of *field*."""

    def check(value: Any, at: str) -> Iterator[str]:
        seen: set[Any] = set()
        for index, item in enumerate(value if isinstance(value, list) else []):
            name = item.get(field) if isinstance(item, dict) else None
            if isinstance(name, str) and name in seen:
                yield problem(f"{field} {name!r} already exists", f"{at}/{index}/{field}")
            if isinstance(name, str):
                seen.add(name)

    return check


def text(most: int, *kinds: str) -> Rule:
    """Ask for a text object of the kinds given, or of either kind."""
    plain = shape({"text": string(most)}, {"emoji": boolean})
    mrkdwn = shape({"text": string(most)}, {"verbatim": boolean})
    return by_type({"plain_text": plain, "mrkdwn": mrkdwn}, kinds or None)


def plain(most: int) -> Rule:
    return text(most, "plain_text")
