"""A workflow is chosen by its name, or left to the selector; help is help."""

import pytest

from bot.slack.asking import Ask, read_ask
from tests.slack.bench import WORKFLOWS


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("", Ask(help=True)),
        ("  ", Ask(help=True)),
        ("Help", Ask(help=True)),
        ("?", Ask(help=True)),
        ("no events in index=web", Ask("no events in index=web")),
        ("missing_data: no events", Ask("no events", "missing_data")),
        ("Missing-Data no events", Ask("no events", "missing_data")),
        ("missing_data:no events", Ask("no events", "missing_data")),
        ("health_check", Ask("Health check", "health_check")),
        ("mising_data: no events", Ask("no events", "mising_data")),
        ("error: the disk is full", Ask("error: the disk is full")),
        ("x" * 200_000 + ": y", Ask("x" * 200_000 + ": y")),
    ],
)
def test_a_text_is_read_as_help_a_named_workflow_or_a_problem(text: str, ask: Ask) -> None:
    assert read_ask(text, WORKFLOWS) == ask
