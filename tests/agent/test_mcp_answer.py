"""What a model is told of an MCP tool's answer: failures as failures, no secret, no more than the budget."""

import json
from typing import Any

import pytest
from mcp.types import CallToolResult, ImageContent, TextContent

from bot.agent.mcp_answer import told
from bot.safety.privacy import SECRETS_ONLY, Privacy

BUDGET = 6_000


def said(*texts: str, error: bool = False) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text) for text in texts], is_error=error)


@pytest.mark.parametrize(
    "text",
    [
        "Error: could not connect to Splunk",
        "❌ Error: no",
        "ERROR - timed out",
        "ValueError: bad index",
        "splunklib.binding.HTTPError: HTTP 404",
        "Failed to run the search",
        "Unable to reach the host",
        "Permission denied",
        "Traceback (most recent call last):\n  File …",
        '{"status": "error", "error": "no such index"}',
        '{"status": "Failed", "results": []}',
        '{"success": false}',
        '{"error": {"code": 5}}',
    ],
)
def test_a_failure_in_plain_words_is_a_failure(text: str) -> None:
    assert list(told(said(text), SECRETS_ONLY, BUDGET)) == ["failed"]


@pytest.mark.parametrize(
    "text",
    [
        "Errors per host: idx1 5",
        "No error was found",
        "error counts by host\nidx1 5",
        '{"status": "success", "error": null, "errors": 5}',
        '[{"error": "x"}]',
        "",
        "7",
    ],
)
def test_data_about_failures_is_data(text: str) -> None:
    assert list(told(said(text), SECRETS_ONLY, BUDGET)) == ["answer"]


def test_what_the_server_marks_as_an_error_is_one() -> None:
    assert told(said("no such lookup", error=True), SECRETS_ONLY, BUDGET) == {"failed": "no such lookup"}


def test_secrets_are_masked_by_shape_and_by_the_name_of_their_field() -> None:
    value = {"results": [{"password": "Winter26", "token": 1234567890, "_raw": "api_key=abcdef0123456789"}], "n": 5}
    shown = told(said(json.dumps(value)), SECRETS_ONLY, BUDGET)["answer"]
    assert shown == {"results": [{"password": "***", "token": 1234567890, "_raw": "api_key=***"}], "n": 5}
    assert told(said("password=hunter2hunter2"), SECRETS_ONLY, BUDGET) == {"answer": "password=***"}
    structured = CallToolResult(content=[], structured_content={"user": "mona", "keys": {"secret": ["Winter26"]}})
    assert told(structured, Privacy(names=True), BUDGET)["answer"] == {"user": "someone", "keys": {"secret": ["***"]}}


@pytest.mark.parametrize(
    "value",
    [
        {"results": [{"host": f"idx{number}", "n": "x" * 90} for number in range(500)]},
        {"text": "y" * 100_000},
        [[["deep"] * 50] * 50] * 50,
        {f"k{number}": "v" * 100 for number in range(1000)},
    ],
)
def test_an_answer_is_cut_to_its_budget(value: Any) -> None:
    shown = told(said(json.dumps(value)), SECRETS_ONLY, BUDGET)
    assert len(json.dumps(shown, ensure_ascii=False).encode()) < BUDGET + 100


def test_a_long_list_keeps_its_shape_and_says_how_much_is_missing() -> None:
    value = {"count": 500, "results": [{"host": f"idx{number}", "n": "x" * 90} for number in range(500)]}
    shown = told(said(json.dumps(value)), SECRETS_ONLY, BUDGET)["answer"]
    assert shown["count"] == 500
    assert shown["results"][:2] == value["results"][:2]  # type: ignore[index]
    assert shown["results"][16:] == ["… 484 more"]


def test_text_that_is_no_json_for_us_stays_text() -> None:
    nested = "[" * 100_000
    assert told(said(nested), SECRETS_ONLY, BUDGET)["answer"].startswith("[[[")
    picture = ImageContent(data="AAAA", mime_type="image/png")
    mixed = CallToolResult(content=[TextContent(text="a"), picture])
    assert told(mixed, SECRETS_ONLY, BUDGET) == {"answer": ["a", "(image, which cannot be shown)"]}
