"""What a person's text names; nothing else is invented."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import VisibleNames
from bot.domain.run import Parameters
from bot.engine.problem import MAX_CHARACTERS, NO_NAMES, read, subject

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC).timestamp()  # a Wednesday
SPLUNK = VisibleNames(
    indexes=frozenset({"web", "app", "os", "main", "perf", "web_prod", "_internal"}),
    sourcetypes=frozenset({"access_combined", "linux_secure", "app:log"}),
    hosts=frozenset({"fwd01", "idx2", "FWD-02.example.com"}),
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("no events in index=web since 10:15", {"index": "web", "earliest": "2026-11-25T10:15:00Z"}),
        ("index = web, sourcetype=access_combined.", {"index": "web", "sourcetype": "access_combined"}),
        ('idx:"os" host=fwd-01.example.com', {"index": "os", "host": "fwd-01.example.com"}),
        ("index=`web` sourcetype='app:log'", {"index": "web", "sourcetype": "app:log"}),
        ("nothing in index #web", {"index": "web"}),
        ("index=web but index=os works", {"index": "web"}),
        (r'source="C:\logs\my app.log" gone', {"source": r"C:\logs\my app.log"}),
        ("source /var/log/messages stopped", {"source": "/var/log/messages"}),
        ("source code is fine", {}),
        ("index web is empty", {"index": "web"}),
        ("in the web index nothing", {"index": "web"}),
        ("idx main", {"index": "main"}),
        ("index=web_prd empty why", {"index": "web_prd"}),
        ("sourcetype access_combined missing", {"sourcetype": "access_combined"}),
        ("source type access_combined", {"sourcetype": "access_combined"}),
        ("host fwd01 silent", {"host": "fwd01"}),
        ("nothing from host jupiter", {"host": "jupiter"}),
        ("host is down", {}),
        ("host unreachable", {}),
        ("index is empty", {}),
        ("index queue blocked", {}),
        ("in the wrong index", {}),
        ("half-empty index", {}),
        ('index="*" host=a|delete', {}),
        ("index=web* thin", {}),
        ("reindexing=web is slow", {}),
        ("", {}),
    ],
)
def test_only_names_that_are_named_are_taken(text: str, named: dict[str, str]) -> None:
    assert read(text, NOON).parameters == Parameters(**named)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("app logs missing", {"index": "app"}),
        ("No Web Logs", {"index": "web"}),
        ("the app logs are gone", {"index": "app"}),
        ("why is web thin", {"index": "web"}),
        ("web is empty", {"index": "web"}),
        ("nothing in main", {"index": "main"}),
        ("data gone from main, help", {"index": "main"}),
        ("no logs in `os` since 10:15", {"index": "os", "earliest": "2026-11-25T10:15:00Z"}),
        ("linux_secure has a gap", {"sourcetype": "linux_secure"}),
        ("fwd-02.EXAMPLE.com silent", {"host": "FWD-02.example.com"}),
        ("idx2 and web_prod", {"host": "idx2", "index": "web_prod"}),
        ("index=os, no web logs", {"index": "os"}),  # what is typed wins
        ("index perf is slow", {"index": "perf"}),
        ("the perf index", {"index": "perf"}),
        ("the main problem is that we see nothing", {}),
        ("the main reason for no data", {}),
        ("the app is slow", {}),
        ("splunk web is slow", {}),
        ("perf is bad", {}),
        ("os", {}),
        ("searches empty but _internal works", {}),
        ("in the summary index", {}),
        ("no nginx logs", {}),
    ],
)
def test_a_bare_word_that_splunk_knows_is_matched_where_it_speaks_of_data(text: str, named: dict[str, str]) -> None:
    assert read(text, NOON, visible=SPLUNK).parameters == Parameters(**named)


@pytest.mark.parametrize(
    ("text", "earliest"),
    [
        ("since 10:15", "2026-11-25T10:15:00Z"),
        ("SINCE 10:15:30", "2026-11-25T10:15:30Z"),
        ("since 14:30", "2026-11-24T14:30:00Z"),
        ("since 2am", "2026-11-25T02:00:00Z"),
        ("nothing since 10 pm", "2026-11-24T22:00:00Z"),
        ("since 3", "2026-11-25T03:00:00Z"),
        ("since about 3, no web logs", "2026-11-25T03:00:00Z"),
        ("since ~3", "2026-11-25T03:00:00Z"),
        ("since around 3", "2026-11-25T03:00:00Z"),
        ("since 10 no web logs", "2026-11-25T10:00:00Z"),
        ("since 0215", "2026-11-25T02:15:00Z"),
        ("since 10.15", "2026-11-25T10:15:00Z"),
        ("last night", "2026-11-24T20:00:00Z"),
        ("since this morning", "2026-11-25T06:00:00Z"),
        ("since midnight", "2026-11-25T00:00:00Z"),
        ("since noon yesterday", "2026-11-24T12:00:00Z"),
        ("since yesterday", "2026-11-24T00:00:00Z"),
        ("since yesterday 22:00", "2026-11-24T22:00:00Z"),
        ("since 22:00 yesterday", "2026-11-24T22:00:00Z"),
        ("yesterday's data is not there", "2026-11-24T00:00:00Z"),
        ("cant find todays app events", "2026-11-25T00:00:00Z"),
        ("since monday", "2026-11-23T00:00:00Z"),
        ("since mon 10:15", "2026-11-23T10:15:00Z"),
        ("since tuesday night", "2026-11-24T20:00:00Z"),
        ("since last friday at 5pm", "2026-11-20T17:00:00Z"),
        ("it stopped on monday", "2026-11-23T00:00:00Z"),
        ("since nov 24", "2026-11-24T00:00:00Z"),
        ("since 24th of november", "2026-11-24T00:00:00Z"),
        ("for 2h", "2026-11-25T10:00:00Z"),
        ("for 1.5 hours", "2026-11-25T10:30:00Z"),
        ("slow for the last 3 days", "2026-11-22T12:00:00Z"),
        ("past 30 min", "2026-11-25T11:30:00Z"),
        ("last hour", "2026-11-25T11:00:00Z"),
        ("no data since 2 hours", "2026-11-25T10:00:00Z"),
        ("no data since 5 min", "2026-11-25T11:55:00Z"),
        ("for a couple of hours", "2026-11-25T10:00:00Z"),
        ("half an hour ago", "2026-11-25T11:30:00Z"),
        ("index=app stops 5 hrs ago", "2026-11-25T07:00:00Z"),
        ("since 2026-11-25T08:30:00+02:00", "2026-11-25T06:30:00Z"),
        ("2026-11-25 08:30 was the last event", "2026-11-25T08:30:00Z"),
        ("since 2026-11-24", "2026-11-24T00:00:00Z"),
        ("since 1790250000", "2026-09-24T11:40:00Z"),
        ("since 10:15 EST", "2026-11-24T15:15:00Z"),  # 10:15 there lies ahead
        ("earliest=-4h@h", "-4h@h"),
    ],
)
def test_a_beginning_is_read_as_people_say_it(text: str, earliest: str) -> None:
    assert read(text, NOON).parameters == Parameters.model_validate(
        {"earliest": earliest, "index": "app" if "index=app" in text else None}
    )


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("between 10:15 and 11:00", "2026-11-25T10:15:00Z", "2026-11-25T11:00:00Z"),
        ("from 9 to 10", "2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z"),
        ("from 22 to 2", "2026-11-24T22:00:00Z", "2026-11-25T02:00:00Z"),
        ("from 11 to 1", "2026-11-25T11:00:00Z", None),  # what lies ahead is not taken
        ("since 9am till 11am", "2026-11-25T09:00:00Z", "2026-11-25T11:00:00Z"),
        ("around 10:30", "2026-11-25T10:00:00Z", "2026-11-25T11:00:00Z"),
        ("around 11:45", "2026-11-25T11:15:00Z", None),
        ("until 11:00", None, "2026-11-25T11:00:00Z"),
        ("until last monday", None, None),  # searches that begin a day ago would be left with nothing
        ("earliest=-4h latest=-1h", "-4h", "-1h"),
    ],
)
def test_an_end_is_read_too(text: str, earliest: str | None, latest: str | None) -> None:
    assert read(text, NOON).parameters == Parameters(earliest=earliest, latest=latest)


@pytest.mark.parametrize(
    "text",
    [
        "since the 10 hosts went away",
        "since 3 hosts died",
        "between 9 and 5 servers",
        "since 2027-01-01 nothing",
        "since 2025-01-01 nothing",
        "since 0001-01-01 nothing",
        "around 0001-01-01T00:00 and around 9999-12-31T23:59",
        "since 2026-13-45",
        "since 25:99",
        "since 2026",
        "since the upgrade",
        "it may be on the way to us, as we do",
        "events from sun servers",
        "searches time out after 30 minutes",
        "search takes 20 minutes instead of 1",
        "cpu at 100",
        "latest=now",
        "earliest=yesterdayish",
        "since 99999999999999999999",
    ],
)
def test_what_is_no_time_in_the_past_year_is_not_taken(text: str) -> None:
    assert read(text, NOON).parameters == Parameters()


def test_a_time_is_read_and_shown_in_the_persons_own_zone() -> None:
    berlin = read("since 10:15", NOON, "Europe/Berlin")
    assert berlin.parameters.earliest == "2026-11-25T09:15:00Z"
    assert [one.shown for one in berlin.understood] == ["since 10:15 CET"]
    assert read("since 3", NOON, "Asia/Kolkata").parameters.earliest == "2026-11-25T09:30:00Z"
    assert read("since 10:15 UTC", NOON, "Europe/Berlin").parameters.earliest == "2026-11-25T10:15:00Z"
    assert read("since 10:15", NOON, "no/where").parameters.earliest == "2026-11-25T10:15:00Z"


def test_a_span_counts_hours_that_pass_through_a_change_of_clocks() -> None:
    at_noon = datetime(2026, 10, 25, 11, 0, tzinfo=UTC).timestamp()  # Berlin's clocks went back at 3 in the morning
    assert read("for 12 hours", at_noon, "Europe/Berlin").parameters.earliest == "2026-10-24T23:00:00Z"
    assert read("since midnight", at_noon, "Europe/Berlin").parameters.earliest == "2026-10-24T22:00:00Z"


def test_what_was_understood_is_shown_with_how_it_was_read() -> None:
    problem = read("app logs missing on host fwd01 since yesterday 22:00", NOON, visible=SPLUNK)
    assert [str(one) for one in problem.understood] == [
        "host=fwd01",
        "index=app (matched)",
        "since 2026-11-24 22:00 UTC",
    ]


def test_the_subject_is_the_text_without_its_values() -> None:
    problem = read("no events in index=perf since last night", NOON)
    assert subject(problem).split() == ["no", "events", "in", "index"]


def test_a_long_text_is_cut_and_says_so_and_a_secret_is_masked() -> None:
    text = read("password=hunter2 " + "x" * 200_000, NOON).text
    assert len(text) < MAX_CHARACTERS + 60
    assert "more characters were left out" in text
    assert "hunter2" not in text


PIECES = (
    "index|=|web|in the|since|from|to|3|10:15|2am|yesterday|last|nov 24|host|fwd01|'|`|#|until|around|for|2|h|logs|"
    "2026-11-24|earliest=-4h|earliest=|~"
)
WORDS = st.sampled_from(PIECES.split("|"))


@given(
    st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=12).map(" ".join)), st.sampled_from([SPLUNK, NO_NAMES])
)
def test_any_text_yields_only_values_that_stand_in_it_or_that_splunk_knows(text: str, visible: VisibleNames) -> None:
    problem = read(text, NOON, visible=visible)
    known = visible.indexes | visible.sourcetypes | visible.hosts
    for one in problem.understood:
        assert one.said in problem.text
        if one.name not in {"earliest", "latest"}:
            assert one.value in problem.text or one.value in known
        elif one.value[:1].isdigit():
            assert NOON - 366 * 86_400 < datetime.fromisoformat(one.value).timestamp() < NOON


@pytest.mark.parametrize(
    "piece", ["x", "since 3 ", "index", "index=", "'", "a.", "10:", "web index ", "1 ", "-", "for a "]
)
def test_a_huge_text_is_read_by_its_beginning(piece: str) -> None:
    """Every piece invites a pattern to start again at each place."""
    problem = read(piece * (200_000 // len(piece)), NOON, visible=SPLUNK)
    assert len(problem.text) < MAX_CHARACTERS + 60
    assert subject(problem)
