"""A workflow is chosen by its name, or left to the selector; an order is an order only where nothing else fits."""

import pytest

from bot.slack.asking import Ask, read_ask
from tests.slack.bench import WORKFLOWS


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("", Ask(order="help")),
        ("  ", Ask(order="help")),
        ("Help", Ask(order="help")),
        ("?", Ask(order="help")),
        (" Status ", Ask(order="status")),
        ("stop", Ask(order="stop")),
        ("stop 12ab34cd", Ask(order="stop", run_id="12ab34cd")),
        ("runs", Ask(order="runs")),
        ("show", Ask(order="show")),
        ("show 12AB", Ask(order="show", run_id="12ab")),
        ("workflows", Ask(order="workflows")),
        ("status 503 on every search head", Ask("status 503 on every search head")),
        ("stop the bleeding", Ask("stop the bleeding")),
        ("show 12ab no events", Ask("show 12ab no events")),
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
def test_a_text_is_read_as_an_order_a_named_workflow_or_a_problem(text: str, ask: Ask) -> None:
    assert read_ask(text, WORKFLOWS) == ask


def test_a_deployment_is_named_first() -> None:
    assert read_ask("@lab no events", WORKFLOWS) == Ask(problem="no events", splunk="lab")
    assert read_ask("@LAB: missing_data: none", WORKFLOWS) == Ask("none", "missing_data", splunk="lab")
    assert read_ask("@mona no events", WORKFLOWS).splunk == "mona"
    assert read_ask("@channel @U012AB3CD no events", WORKFLOWS) == Ask(problem="no events")
    assert read_ask("@lab", WORKFLOWS) == Ask(order="help", splunk="lab")
    assert read_ask("no events @lab", WORKFLOWS) == Ask(problem="no events @lab")
