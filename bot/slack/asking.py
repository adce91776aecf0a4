"""What a person asks for, read from a command's or a mention's text; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.workflow import WorkflowDefinition

_HELP = frozenset({"help", "?", "-h", "--help"})
LONGEST_ID = 64
_ALIKE = 0.8  # how close a name before a colon must come to a workflow's to be a misspelt one, and not part of the text


@dataclass(frozen=True, slots=True)
class Ask:
    """Help, or a problem with or without a workflow's name."""

    problem: str = ""
    workflow: str | None = None
    help: bool = False
    thread_ts: str | None = None  # the thread it was asked in, where the place does not know it


def read_ask(text: str, workflows: Mapping[str, WorkflowDefinition]) -> Ask:
    """Read "help", "<workflow>: <problem>", "<workflow> <problem>" or just a problem.

    A name before a colon that nearly is a workflow's is taken as one, so that it is refused and not guessed.
    """
    words = text.split(maxsplit=1)
    if not words or text.strip().lower() in _HELP:
        return Ask(help=True)
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
