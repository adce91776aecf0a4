"""Whether a file has the shape of its model: every missing, unknown and mistyped key, said for a person."""

import re
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.domain.workflow import Action, Blind, Cause, Chain, Guidance, Probe, Rule, TaskDefinition
from bot.engine.common_parts import Expanded
from bot.engine.file_problem import nearest
from bot.engine.yaml_nodes import Route

_ITEMS: dict[str, type[BaseModel]] = {
    "tasks": TaskDefinition,
    "probes": Probe,
    "rules": Rule,
    "blind": Blind,
    "causes": Cause,
}
_FIELDS: dict[str, type[BaseModel]] = {"action": Action, "agent": Guidance, "chain": Chain}
_LIST = "Write one item a line, each with a dash: - item"
_MAPPING = "Write key: value lines, indented below it."
_SENTENCES = {
    "string_type": ("is no text", "Write a text."),
    "string_too_short": ("is empty", "Write it, or take the key away."),
    "tuple_type": ("is no list", _LIST),
    "dict_type": ("is no mapping", _MAPPING),
    "model_type": ("is no mapping", _MAPPING),
    "int_parsing": ("is no whole number", "Write digits only."),
    "float_parsing": ("is no number", "Write digits, with a point if needed."),
    "bool_parsing": ("is neither true nor false", "Write true or false."),
    "too_short": ("has nothing in it", "Write at least one."),
}


def check_shape(expanded: Expanded, model: type[BaseModel]) -> None:
    """Note where the data differs from *model*, and mark what cannot be used as spoiled."""
    try:
        model.model_validate(expanded.value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            route = tuple(step for step in fault["loc"] if step != "[key]")
            if route in expanded.spoiled:
                continue
            if fault["type"] == "extra_forbidden":
                known = _model_at(route[:-1], model).model_fields
                expanded.add(route, f"unknown key {route[-1]}", nearest(str(route[-1]), known), at_key=True)
            else:
                expanded.spoiled.add(route)
                _differs(expanded, route, fault, _model_at(route[:-1], model))


def _differs(expanded: Expanded, route: Route, fault: Any, model: type[BaseModel]) -> None:
    kind, context = fault["type"], fault.get("ctx", {})
    at_key = fault["loc"][-1] == "[key]"
    if kind == "missing":
        description = model.model_fields[str(route[-1])].description
        expanded.add(route, "is missing", f"Add it. {description}" if description else "Add it.")
    elif kind == "string_pattern_mismatch":
        noun, mend = _name_of(context["pattern"])
        expanded.add(route, f"{str(fault['input'])[:80]!r} is no {noun}", mend, at_key=at_key)
    elif kind == "string_too_long":
        expanded.add(route, f"is longer than {context['max_length']} characters", "Shorten it.")
    elif kind == "literal_error":
        expanded.add(route, f"is {str(fault['input'])[:80]!r}", f"Write {context['expected']}.".replace("'", ""))
    elif kind in _SENTENCES:
        empty = fault["input"] is None
        problem, mend = _SENTENCES[kind]
        expanded.add(route, "is empty" if empty else problem, mend, at_key=empty)
    else:
        said = re.sub("^Input should be ", "is not ", fault["msg"])
        expanded.add(route, said[:1].lower() + said[1:], "Change it.", at_key=at_key)


def _name_of(pattern: str) -> tuple[str, str]:
    if r"\." in pattern:
        return "finding", "Write task.rule, such as license_verification.expired."
    if "A-Z" in pattern:
        return "column name", "Write letters, digits and _, beginning with a letter; rename the column in the search."
    return "id", "Write small letters, digits and _, beginning with a letter."


def _model_at(route: Route, top: type[BaseModel]) -> type[BaseModel]:
    """Return the model of the mapping at *route*."""
    if route and route[-1] in _FIELDS:
        return _FIELDS[str(route[-1])]
    return _ITEMS.get(str(route[-2]), top) if len(route) > 1 else top
