"""Private answers that let a person choose: help, and "which workflow did you mean?" with a button each; pure."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from bot.domain.frozen import Frozen
from bot.domain.workflow import WorkflowDefinition
from bot.engine.deployments import Deployments
from bot.engine.preparing import Choice
from bot.errors import UsageError
from bot.safety.masking import mask
from bot.slack.blocks import Block, Message, button, context, message, section
from bot.slack.text import line, plain, size

CHOOSE = "choose_workflow"  # action ids are unique in a message: choose_workflow:<id>
VALUE_CHARS = 1900  # of a button; Slack takes 2,000
CHOICES_SHOWN = 10
ECHO_CHARS = 300
_LIMITS = (1800, 1500, 1200, 900, 600, 300, 150)  # JSON writes a quote in two characters, a control one in six
MASKED_CHARS = 16_000  # what is masked at all: far more than is kept


class Chosen(Frozen):
    """What a button carries back: the workflow, the problem, and the thread that it was asked in."""

    workflow: str
    problem: str
    thread_ts: str | None = None
    splunk: str | None = None


def choice_message(
    text: str,
    choices: Sequence[Choice],
    problem: str,
    command: str,
    thread_ts: str | None = None,
    splunk: str | None = None,
) -> Message:
    """Say *text*, show the workflows as buttons that carry *problem*, and how to name one right away."""
    left_out = max(0, len(problem) - MASKED_CHARS)
    problem = mask(problem[:MASKED_CHARS]).strip()
    blocks = [section(text)]
    if problem:
        blocks.append(context(f"You wrote: {plain(problem, ECHO_CHARS - 20, already_left_out=left_out)}"))
    versions = [plain(problem, limit, already_left_out=left_out) for limit in _LIMITS] if problem else []
    for choice in choices[:CHOICES_SHOWN]:
        carried = [
            Chosen(workflow=choice.workflow, problem=version, thread_ts=thread_ts, splunk=splunk)
            for version in versions or [choice.title]
        ]
        blocks.append(_choice(choice, carried))
    if len(choices) > CHOICES_SHOWN:
        blocks.append(context("And: " + ", ".join(choice.workflow for choice in choices[CHOICES_SHOWN:])))
    example = choices[0].workflow if choices else "workflow"
    blocks.append(context(f"Or name it: {command} {example}: what is wrong"))
    listed = "; ".join(f"{choice.workflow}: {choice.title}" for choice in choices[:CHOICES_SHOWN])
    return message(f"{text} {listed}", blocks)


def help_message(
    workflows: Mapping[str, WorkflowDefinition], deployments: Deployments, command: str, thread_ts: str | None = None
) -> Message:
    """Say what the bot does and how to ask it."""
    names = ", ".join(f"@{name}" for name in deployments)
    which = f"Say first which Splunk, if not @{deployments.default}: {names}. " if deployments.several else ""
    text = (
        "I find out what is wrong with Splunk: I run read-only searches side by side, and report the cause, what to "
        f"do, and what I could not check.\n\nSay what you see: {command} no events in index=web since 10:15\n"
        f"In a thread, mention me with the same words. {which}"
        f"Also: {command} status, stop, runs, show <run>, workflows. Or start one of these as it is:"
    )
    return choice_message(text, known(workflows), "", command, thread_ts)


def known(workflows: Mapping[str, WorkflowDefinition]) -> tuple[Choice, ...]:
    """Return all workflows as choices."""
    return tuple(Choice(one.id, one.title, one.about, 0.0) for one in workflows.values())


def read_choice(value: object) -> Chosen:
    """Read a button's value back. Raises UsageError for one that we did not write."""
    try:
        return Chosen.model_validate_json(str(value))
    except ValidationError as error:
        raise UsageError("That button is from an older version of me. Please ask again.") from error


def _choice(choice: Choice, versions: Sequence[Chosen]) -> Block:
    label = button("Check this", f"{CHOOSE}:{choice.workflow}", _value(versions), spoken=f"Check: {choice.title}")
    return section(f"{line(choice.title, 100)}\n{line(choice.about, 300)}", label)


def _value(versions: Sequence[Chosen]) -> str:
    """Return the longest version, of those from long to short, that fits a button as JSON."""
    values = [version.model_dump_json(exclude_none=True) for version in versions]
    return next((value for value in values if size(value) <= VALUE_CHARS), values[-1])
