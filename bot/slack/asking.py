"""What a person asks for, read from a command's or a mention's text; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from bot.domain.workflow import WorkflowDefinition

Order = Literal["help", "status", "stop", "runs", "show", "workflows"]

_ALONE: Mapping[str, Order] = {
    **dict.fromkeys(("help", "?", "-h", "--help"), "help"),
    "status": "status",
    "stop": "stop",
    "runs": "runs",
    "show": "show",
    "workflows": "workflows",
}
_OF_A_RUN: Mapping[str, Order] = {"show": "show", "stop": "stop"}
_RUN_ID = re.compile(r"[0-9a-f]{4,32}")  # its unique beginning is enough
LONGEST_ID = 64
_DEPLOYMENT = re.compile(r"@([a-z0-9_-]{1,31}):?", re.IGNORECASE)
_TO_PEOPLE = re.compile(r"@(?:channel|here|everyone|[UW][A-Z0-9]{2,30})")  # Slack's own mentions: no deployment
_ALIKE = 0.8  # how close a name before a colon must come to a workflow's to be a misspelt one, and not part of the text


@dataclass(frozen=True, slots=True)
class Ask:
    """An order such as "runs", or a problem with or without a workflow's name."""

    problem: str = ""
    workflow: str | None = None
    splunk: str | None = None  # the deployment's name, None where none is named
    order: Order | None = None
    run_id: str = ""  # which run an order is about, "" where it does not say
    thread_ts: str | None = None  # the thread it was asked in, where the place does not know it


def read_ask(text: str, workflows: Mapping[str, WorkflowDefinition]) -> Ask:
    """Read what is asked, after "@<deployment>" if that stands first; any name is taken for one."""
    first, _, rest = text.strip().partition(" ")
    if _TO_PEOPLE.fullmatch(first):
        return read_ask(rest, workflows)
    named = _DEPLOYMENT.fullmatch(first)
    if named is None:
        return _read(text, workflows)
    return replace(_read(rest, workflows), splunk=named[1].lower())


def _read(text: str, workflows: Mapping[str, WorkflowDefinition]) -> Ask:
    """Read an order, "<workflow>: <problem>", "<workflow> <problem>" or just a problem.

    A word is an order only where it stands alone, or before a run's id: "status 503 everywhere" is a problem. A name
    before a colon that nearly is a workflow's is taken as one, so that it is refused and not guessed.
    """
    words = text.split(maxsplit=1)
    if order := _order(words):
        return order
    name, rest = words[0].rstrip(":"), words[1] if len(words) > 1 else ""
    if words[0].find(":") not in {-1, len(words[0]) - 1}:  # "missing_data:no events"
        name, _, glued = words[0].partition(":")
        rest = f"{glued} {rest}".strip()
    if len(name) > LONGEST_ID:
        return Ask(problem=text)
    wanted = name.lower().replace("-", "_")
    if wanted in workflows:
        return Ask(problem=rest or workflows[wanted].title, workflow=wanted)
    if ":" in words[0] and get_close_matches(wanted, workflows, n=1, cutoff=_ALIKE):
        return Ask(problem=rest, workflow=name)
    return Ask(problem=text)


def _order(words: list[str]) -> Ask | None:
    if not words:
        return Ask(order="help")
    word, rest = words[0].lower(), words[1].strip().lower() if len(words) > 1 else ""
    if not rest:
        return Ask(order=_ALONE[word]) if word in _ALONE else None
    if word in _OF_A_RUN and _RUN_ID.fullmatch(rest):
        return Ask(order=_OF_A_RUN[word], run_id=rest)
    return None
