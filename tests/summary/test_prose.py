"""What the rules' own prose says, read as a person would."""

from bot.domain.report import Gap, Report
from bot.domain.status import Severity, TaskStatus
from bot.summary.cause import some_effects
from bot.summary.prose import MOST_HEADLINE_CHARS
from bot.summary.text import as_text
from bot.summary.tool import report_by_rules
from tests.summary.results import action, diagnosis, entry, finding, result

LATE = finding("web01 is late", TaskStatus.WARNING, ("E2",), id="lag.late")
SHUT = result(TaskStatus.NOT_CHECKED, title="Search", reason="the role may not list searches")


def incident() -> Report:
    blocked = finding(action=action("Restart idx2", verify="no sample is blocked"))
    results = [
        result(TaskStatus.CRITICAL, blocked, title="Queues"),
        result(TaskStatus.WARNING, LATE, title="Lag", ask="Which hosts are late?"),
        result(),
        SHUT,
    ]
    return report_by_rules(results, [entry(1), entry(2)], diagnosis(effects=("web01 is late",)))


def test_the_headline_says_how_bad_what_and_how_much_was_checked() -> None:
    assert incident().headline == "CRITICAL · idx2 indexqueue blocked · 3 of 4 checks ran"


def test_a_headline_never_outgrows_its_place_and_keeps_its_coverage() -> None:
    report = report_by_rules([result(TaskStatus.CRITICAL, finding("long " * 100))])
    assert len(report.headline) <= MOST_HEADLINE_CHARS
    assert report.headline.endswith("… · 1 of 1 check ran")


def test_the_summary_says_what_since_when_what_it_explains_and_what_was_not_checked() -> None:
    assert incident().executive_summary == (
        "Most likely cause (high confidence): idx2 indexqueue blocked. "
        "It was seen in a search of 2026-03-01 09:15\u201309:45 UTC [E1]. "
        "It explains 1 other finding: web01 is late. "
        "3 of 4 checks ran; not fully checked: Search (the role may not list searches)."
    )


def test_what_the_cause_is_not_known_to_explain_is_said() -> None:
    results = [result(TaskStatus.CRITICAL, finding()), result(TaskStatus.WARNING, LATE)]
    assert "not known to explain 1 other finding: web01 is late" in report_by_rules(results).executive_summary


def test_a_sole_critical_finding_is_named_with_low_confidence() -> None:
    cause = report_by_rules([result(TaskStatus.CRITICAL, finding()), result(TaskStatus.WARNING, LATE)]).root_cause
    assert cause
    assert (cause.finding, cause.confidence, cause.evidence) == ("queues.blocked", "low", ("E1",))


def test_of_two_critical_findings_none_is_guessed_to_be_the_cause() -> None:
    report = report_by_rules([result(TaskStatus.CRITICAL, finding("one"), finding("two"))])
    assert report.root_cause is None
    assert report.no_cause_reason == ("No single cause is named: no rule says which of 2 findings explains the others.")
    assert report.executive_summary.startswith("The worst of 2 findings: one. No single cause is known")


def test_no_cause_says_what_was_excluded_and_what_was_not() -> None:
    assert report_by_rules([result(), SHUT]).no_cause_reason == (
        "No cause found: 1 check was clear (License); 1 check gave no answer, so a cause there is not excluded."
    )


def test_health_is_never_claimed_past_what_was_checked() -> None:
    report = report_by_rules([result(), SHUT])
    assert report.severity is Severity.INCOMPLETE
    assert report.headline == "INCOMPLETE · nothing wrong seen, not everything checked · 1 of 2 checks ran"
    assert "That is not proof of health." in report.executive_summary
    assert "Search (the role may not list searches)" in report.executive_summary
    assert report.resolution_estimate == "Unknown: nothing wrong was seen, and not everything was checked."


def test_nothing_answered_is_said_as_such() -> None:
    report = report_by_rules([SHUT])
    assert report.executive_summary.startswith("Nothing can be said about the health")
    assert report.headline == "INCOMPLETE · nothing could be checked · 0 of 1 check ran"


def test_all_clear_claims_only_the_checks() -> None:
    assert report_by_rules([result(), result(title="Queues")]).executive_summary == (
        "Nothing wrong was found by 2 checks. All of 2 planned checks ran; what no check looks at is not covered."
    )


def test_a_clear_check_with_a_gap_says_the_gap() -> None:
    gap = Gap(task_id="license", title="License", reason="no index was named")
    assert "not fully checked: License (no index was named)" in report_by_rules([result(gaps=(gap,))]).executive_summary


def test_a_critical_task_without_findings_is_named() -> None:
    report = report_by_rules([result(TaskStatus.CRITICAL, reason="it expired")])
    assert report.headline.startswith("CRITICAL · License is critical: it expired")
    assert report.executive_summary.startswith("License is critical: it expired.")


def test_the_estimate_names_who_must_act_and_promises_no_time() -> None:
    estimate = incident().resolution_estimate
    assert estimate.startswith("Once platform has acted (now); how long that takes is not known from the evidence.")
    assert estimate.endswith("More may be needed: what was not checked may hide more.")


def test_a_certain_cause_makes_only_its_own_action_count_and_an_uncertain_one_all() -> None:
    late = LATE.model_copy(update={"action": action("Restart web01", owner="web")})
    results = [result(TaskStatus.CRITICAL, finding(action=action())), result(TaskStatus.WARNING, late)]
    certain, unsure = (report_by_rules(results, (), diagnosis(confidence=given)) for given in ("high", "low"))
    assert certain.resolution_estimate.startswith("Once platform has acted (now);")
    assert unsure.resolution_estimate.startswith("Once platform and web have acted (now);")
    assert certain.resolution_timeline[0].what == "platform: Restart idx2; and 1 other action"


def test_the_causes_findings_stand_before_others_that_are_as_bad() -> None:
    other = finding("fwd1 is silent", id="forwarders.silent")
    report = report_by_rules(
        [result(TaskStatus.CRITICAL, other), result(TaskStatus.CRITICAL, finding())], (), diagnosis()
    )
    assert report.findings == ("idx2 indexqueue blocked [E1]", "fwd1 is silent [E1]")


def test_without_a_known_action_no_time_is_promised() -> None:
    estimate = report_by_rules([result(TaskStatus.CRITICAL, finding())]).resolution_estimate
    assert estimate == "Unknown: no action is known for what was found."


def test_the_way_back_goes_from_now_to_a_second_look() -> None:
    steps = [(step.when, step.what) for step in incident().resolution_timeline]
    assert steps == [
        ("now", "platform: Restart idx2"),
        ("after that", "see whether what the cause explains goes away by itself"),
        ("at the end", "run the same checks again and close the gaps"),
    ]


def test_follow_ups_ask_watch_and_unlock() -> None:
    gap = Gap(task_id="q", title="Queues", reason="shut", unlock="grant read on _internal")
    results = [
        result(ask="Asked only of a check that is not clear?"),
        result(TaskStatus.WARNING, LATE, ask="Which hosts?"),
        result(TaskStatus.NOT_CHECKED, gaps=(gap,)),
    ]
    report = report_by_rules(results, [entry(1), entry(2)], diagnosis(effects=("web01 is late",)))
    assert report.follow_ups == (
        "License: Which hosts?",
        "Watch whether the effects go away with their cause: web01 is late.",
        "To check Queues: grant read on _internal.",
    )


def test_each_search_is_a_line_with_what_it_read() -> None:
    ledger = [entry(3, row_count=41, scanned=12_034, duration_s=0.4, partial=True, link="https://splunk.example/s")]
    (line,) = report_by_rules([], ledger).technical_details
    assert line.text == ("E3 queues: 41 rows, 12,034 events read in 0.4 s, 2026-03-01 09:15\u201309:45 UTC, partial")
    assert line.link == "https://splunk.example/s"


def test_a_search_that_failed_says_so_instead_of_zero_rows() -> None:
    (line,) = report_by_rules([], [entry(3, error="Splunk is busy.")]).technical_details
    assert line.text == "E3 queues: no answer: Splunk is busy."


def test_what_a_model_found_stands_apart_from_what_it_made_up_and_changes_nothing_else() -> None:
    borne_out = {"text": "idx2 is full.", "evidence": ("E1",), "severity": "critical"}
    made_up = {"text": "idx9 is full.", "doubt": "idx9 stands in no row that it cites", "severity": "critical"}
    reading = {"text": "A disk is full.", "doubt": "it cites no search", "claims": (made_up, borne_out)}
    report = report_by_rules([result(interpretation=reading)])
    assert report.interpretations == ("A model found in License, checked against E1: idx2 is full.",)
    assert report.unverified == (
        "A model says of License, unverified (idx9 stands in no row that it cites): idx9 is full.",
        "A model says of License, unverified (it cites no search): A disk is full.",
    )
    without = report_by_rules([result()])
    assert report.model_copy(update={"interpretations": (), "unverified": ()}) == without
    text = as_text(report)
    assert text.index("idx2 is full.") < text.index("UNVERIFIED, BY A MODEL") < text.index("idx9 is full.")


def test_a_reading_that_an_older_version_kept_is_not_taken_for_checked() -> None:
    reading = {"text": "The disk is full.", "confidence": "low", "evidence": ("E1",), "unverified": ()}
    report = report_by_rules([result(interpretation=reading)])
    assert report.interpretations == ()
    assert "it was not held against its evidence" in report.unverified[0]


def test_why_no_model_was_used_is_said_once() -> None:
    results = [result(model_note="the model is down"), result(model_note="the model is down")]
    assert report_by_rules(results).note == "the model is down."


def test_the_text_holds_every_section_and_no_control_character() -> None:
    text = as_text(incident())
    wanted = ("SUMMARY", "ROOT CAUSE", "FINDINGS", "ACTIONS", "RESOLUTION", "NOT CHECKED", "FOLLOW-UPS", "EVIDENCE")
    assert [title for title in wanted if title not in text] == []
    hostile = as_text(report_by_rules([result(TaskStatus.CRITICAL, finding("a\x1b[2Jb\u202ec\nROOT CAUSE"))]))
    assert "\x1b" not in hostile
    assert "\u202e" not in hostile
    assert "\nROOT CAUSE\n" in hostile
    assert hostile.count("\nROOT CAUSE") == 1


def test_effects_of_one_rule_are_told_once_with_how_many_there_are() -> None:
    cause = diagnosis(
        effects=("fwd01 waits", "fwd02 waits", "idx2 is shut", "fwd03 waits", "web is late", "app is late"),
        effect_ids=("fwd.waits", "fwd.waits", "port.shut", "fwd.waits", "data.late", "data.late"),
    )
    assert some_effects(cause) == "fwd01 waits (and 2 more like it); idx2 is shut; and 2 more"
    of_an_older_version = cause.model_copy(update={"effect_ids": ()})
    assert some_effects(of_an_older_version) == "fwd01 waits; fwd02 waits; and 4 more"
