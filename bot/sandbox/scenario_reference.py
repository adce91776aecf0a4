"""The reference of a scenario's keys in Markdown, from the models: `python -m bot.sandbox.scenario_reference`."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from bot.sandbox.scenario import Account, FaultSettings, Role, Scenario, Stream, Truth

_PARTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The file", Scenario),
    ("`truth`", Truth),
    ("A stream under `events`", Stream),
    ("A role under `roles`", Role),
    ("`account`", Account),
    ("`faults`", FaultSettings),
)
_FILLED_IN = {"name": "the file's name", "problem": "the first of `phrasings`"}


def reference() -> str:
    """Return a table for each part of a scenario, every key in it."""
    return "\n\n".join(f"### {title}\n\n{chr(10).join(_table(model))}" for title, model in _PARTS) + "\n"


def _table(model: type[BaseModel]) -> Iterator[str]:
    yield "| key | without it | what it is |"
    yield "|---|---|---|"
    for name, field in model.model_fields.items():
        filled_in = _FILLED_IN.get(name) if model is Scenario else None
        usual = filled_in or ("an error" if field.is_required() else _usual(field.default))
        yield f"| `{name}` | {usual} | {field.description} |"


def _usual(default: Any) -> str:
    match default:
        case None | "" | [] | [{}]:
            return "none"
        case bool():
            return "yes" if default else "no"
        case list():
            return ", ".join(f"`{each}`" for each in default)
        case str() | int() | float():
            return f"`{default}`"
        case _:
            return "none" if default == {} else "as below"


if __name__ == "__main__":
    print(reference())  # noqa: T201 - for docs/scenarios.md
