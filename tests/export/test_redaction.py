"""What never leaves with a document."""

import json

import pytest

from bot.domain.evidence import Row
from bot.domain.run import Run
from bot.export.html import as_html
from bot.export.json import as_json
from bot.export.markdown import as_markdown
from bot.export.redaction import redacted
from tests.export.packets import entry, run_of, task

SECRET = "Xq7-planted-0"
HOOK = "https://hooks.slack.com/commands/T1/42/planted"


def planted() -> Run:
    """Return a run with secrets that passed the doors."""
    row: Row = {
        "password": SECRET,
        "raw": f"login token={SECRET} ok",
        f"pwd={SECRET}": "1",
        "many": (f"secret={SECRET}",),
    }
    searched = entry(
        spl=f"search password={SECRET}", sample=[row], link=f"https://splunk.example/?q=search%20password%3D{SECRET}"
    )
    asked = {"text": f"post to {HOOK} or https://u:{SECRET}@splunk.example", "parameters": {}, "understood": ()}
    return run_of([task("a", reason=f"api_key: {SECRET}")], evidence=[searched], problem=asked)


@pytest.mark.parametrize("write", [as_markdown, as_html, as_json])
def test_a_secret_that_passed_the_doors_is_in_no_format(write: object) -> None:
    assert callable(write)
    written = str(write(planted()))
    assert SECRET not in written
    assert "/commands/" not in written
    assert "login token" in written


def test_a_link_without_a_secret_stays() -> None:
    link = "https://splunk.example/?q=search%20token%3D***%20index%3Dweb&earliest=1"
    assert redacted(run_of(evidence=[entry(link=link)])).evidence[0].link == link
    assert redacted(planted()).evidence[0].link is None


def test_a_redacted_run_does_not_say_who_asked() -> None:
    assert "U0ASKED" in as_markdown(run_of())
    for written in (write(redacted(run_of())) for write in (as_markdown, as_html, as_json)):
        assert "U0ASKED" not in written


def test_redacting_changes_nothing_else_and_json_reads_back_as_the_run() -> None:
    run = run_of([task("a")], evidence=[entry(sample=[{"host": "idx1", "many": ("a", "b")}])])
    assert redacted(run) == run.model_copy(update={"requested_by": ""})
    assert Run.model_validate_json(as_json(run)) == run


def test_json_can_be_written_whatever_splunk_sent() -> None:
    written = as_json(run_of(evidence=[entry(sample=[{"v": "\ud800"}])]))
    assert json.loads(written.encode())["evidence"][0]["sample"] == [{"v": "\ufffd"}]


def test_fields_that_are_named_like_our_own_are_kept_as_they_are() -> None:
    row: Row = {"sample": "a", "link": "password%3Dx1", "requested_by": "U1", "evidence": ("b",)}
    assert redacted(run_of(evidence=[entry(sample=[row])])).evidence[0].sample == (row,)
