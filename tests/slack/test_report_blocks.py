"""What the report says, and what of it is left out."""

from typing import Any

from bot.domain.evidence import Evidence
from bot.domain.report import Report
from bot.domain.run import Finding, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.window import TimeWindow
from bot.slack.blocks import Message
from bot.slack.report_blocks import report_message
from bot.slack.samples import sample_messages
from tests.slack import hostile
from tests.slack.shape import check, nodes


def texts(message: Message) -> str:
    return "\n".join(each["text"] for each in nodes(message.blocks) if isinstance(each.get("text"), str))


def test_every_sample_message_is_one_that_slack_takes() -> None:
    for message in sample_messages().values():
        check(message)


def test_a_report_says_what_a_person_needs() -> None:
    shown = texts(sample_messages()["report"])
    for part in (
        "1 of 2 checks ran",
        "Root cause · high confidence",
        "idx2: 41 blocked queues & <counting>",
        "Because a full queue pushes back",
        "Free the disk",
        "platform, now",
        "Done when: No blocks",
        "the role may not look",
        "To unlock: license_read",
        "Watch the queues for a day.",
        "12 s · 0 searches · no model used · run sample",
    ):
        assert part in shown


def test_the_words_for_screen_readers_say_severity_coverage_cause_and_action() -> None:
    text = sample_messages()["report"].text
    assert text.startswith("CRITICAL · idx2")
    assert "1 of 2 checks ran" in text
    assert "Root cause (high confidence): idx2: 41 blocked queues" in text
    assert "1. platform: Free the disk" in text


def test_severity_and_coverage_are_said_even_where_the_headline_does_not() -> None:
    text = report_message(hostile.run_of(_report().model_copy(update={"headline": "Bad"}))).text
    assert text.startswith("Critical: Bad\n1 of 2 checks ran. ")


def test_a_long_list_is_cut_with_a_count() -> None:
    run = hostile.run_of(_report().model_copy(update={"findings": tuple(f"finding {i}" for i in range(25))}))
    shown = texts(report_message(run))
    assert "finding 9" in shown
    assert "finding 10" not in shown
    assert "… 15 more" in shown


def test_each_finding_is_said_once_with_its_evidence() -> None:
    cause = {
        "finding": "queues.blocked",
        "text": "idx2 blocked",
        "confidence": "high",
        "because": "b",
        "effects": ["fwd1 cannot send", "unlisted"],
        "evidence": ["E2"],
    }
    findings = ["idx2 blocked [E2]", "idx2 blocked twice [E3]", "fwd1 cannot send [E1]", "the license ends [E4]"]
    shown = texts(report_message(hostile.run_of(_report(root_cause=cause, findings=findings))))
    explained = shown.partition("Explains:\n")[2].partition("Other findings\n")
    assert explained[0].splitlines()[:2] == ["fwd1 cannot send [E1]", "unlisted"]
    assert explained[2].splitlines()[:2] == ["idx2 blocked twice [E3]", "the license ends [E4]"]
    assert shown.count("fwd1 cannot send") == 1


def test_what_is_explained_alike_is_one_line_with_how_many_there_are() -> None:
    cause = {
        "finding": "queues.blocked",
        "text": "idx2 blocked",
        "confidence": "high",
        "because": "b",
        "effects": ["fwd1 cannot send", "fwd2 cannot send", "idx2 is shut"],
        "effect_ids": ["fwd.blocked", "fwd.blocked", "port.shut"],
        "evidence": ["E2"],
    }
    findings = ["idx2 blocked [E2]", "fwd1 cannot send [E1]", "fwd2 cannot send [E1]", "idx2 is shut [E3]"]
    shown = texts(report_message(hostile.run_of(_report(root_cause=cause, findings=findings))))
    explained = shown.partition("Explains:\n")[2].splitlines()[:2]
    assert explained == ["fwd1 cannot send [E1] (and 1 more like it)", "idx2 is shut [E3]"]
    assert "fwd2 cannot send" not in shown


def test_the_evidence_shown_is_what_the_report_rests_on_and_the_rest_is_counted() -> None:
    details = [{"id": f"E{n}", "text": f"E{n} probe {n}"} for n in range(1, 6)]
    findings = (Finding(id="q.b", status=TaskStatus.CRITICAL, text="x", evidence=("E4", "E1", "E4")),)
    results = (TaskResult(task_id="q", title="Q", status=TaskStatus.CRITICAL, findings=findings),)
    window = TimeWindow(earliest=1, latest=2)
    kept = (Evidence(id="E1", probe="p", spl="s", window=window, row_count=0),)
    run = hostile.run_of(_report(technical_details=details), results=results, evidence=kept)
    shown = texts(report_message(run))
    assert [part for part in shown.split() if part in {"E1", "E2", "E3", "E4", "E5"}] == ["E4", "E1"]
    assert "… 3 more: press Evidence." in shown


def test_coverage_is_said_once_and_also_where_the_headline_has_no_room_for_it() -> None:
    short = texts(report_message(hostile.run_of(_report(headline="CRITICAL · x · 1 of 2 checks ran"))))
    assert short.count("1 of 2 checks ran") == 1
    long = texts(report_message(hostile.run_of(_report(headline=f"CRITICAL · {'x' * 200} · 1 of 2 checks ran"))))
    assert "Missing data · 1 of 2 checks ran" in long


def test_without_a_root_cause_the_report_says_why() -> None:
    report = _report().model_copy(update={"root_cause": None, "no_cause_reason": "two findings contend"})
    assert "two findings contend" in texts(report_message(hostile.run_of(report)))


def test_a_link_that_is_no_web_address_stays_text() -> None:
    detail = {"id": "E1", "text": "E1 rows", "link": "javascript:alert(1)"}
    report = Report.model_validate(_report().model_dump() | {"technical_details": [detail]})
    message = report_message(hostile.run_of(report))
    assert not [each for each in nodes(message.blocks) if each.get("type") == "link"]


def _report(**more: Any) -> Report:
    return Report.model_validate(
        {
            "severity": "critical",
            "headline": "CRITICAL",
            "executive_summary": "It is bad.",
            "coverage": {"ran": 1, "planned": 2},
            "root_cause": None,
            "resolution_estimate": "An hour.",
            **more,
        }
    )
