"""What a person's text names; nothing else is invented."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
    hosts=frozenset(
        {"fwd01", "idx2", "FWD-02.example.com", "edge1.a.example", "edge1.b.example", "10.0.0.1", "printer.example"}
    ),
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("no events in index=web since 10:15", {"index": "web", "earliest": "2026-11-25T10:15:00Z"}),
        ("index = web, sourcetype=access_combined.", {"index": "web", "sourcetype": "access_combined"}),
        ('idx:"os" host=fwd-01.example.com', {"index": "os", "host": "fwd-01.example.com"}),
        ("index=`web` sourcetype='app:log'", {"sourcetype": "app:log"}),  # in backticks, a macro
        ("in index `web`", {"index": "web"}),  # but so does Slack write code
        ("index=WEB", {"index": "web"}),  # Splunk has no other indexes
        ("not index=web but index=app", {"index": "app"}),
        ("st=wineventlog missing", {"sourcetype": "wineventlog"}),
        ("cannot reach idx tier", {}),
        ("nothing from the indexer nodes, host tier", {}),
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
        ("index=`web`", {"index": "web"}),
        ("sourcetype=Access_Combined", {"sourcetype": "access_combined"}),  # as Splunk spells it
        ("host=FWD01", {"host": "fwd01"}),
        ("host=fwd01.corp.example.com", {"host": "fwd01"}),  # Splunk knows it by its short name
        ("host=fwd-02", {"host": "FWD-02.example.com"}),  # or only by its long one
        ("fwd-02 is silent", {"host": "FWD-02.example.com"}),
        ("host=fwd-02.other.example", {"host": "fwd-02.other.example"}),  # another host's
        ("host=edge1", {"host": "edge1"}),  # there are two
        ("host=10.9.9.9", {"host": "10.9.9.9"}),
        ("no printer logs", {}),  # a plain word, and but the beginning of a host
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
        ("monday at 14:00", "2026-11-23T14:00:00Z"),
        ("gap monday", "2026-11-23T00:00:00Z"),
        ("stopped at 3", "2026-11-25T03:00:00Z"),
        ("since 9 this morning", "2026-11-25T09:00:00Z"),
        ("since 10 last night", "2026-11-24T22:00:00Z"),
        ("since 2am last night", "2026-11-25T02:00:00Z"),
        ("since 3 yesterday", "2026-11-24T03:00:00Z"),  # of two, the one that leaves nothing out
        ("since yday", "2026-11-24T00:00:00Z"),
        ("since last nite", "2026-11-24T20:00:00Z"),
        ("seit 10:15", "2026-11-25T10:15:00Z"),
        ("desde las 10:15", "2026-11-25T10:15:00Z"),
        ("since 10:15Z", "2026-11-25T10:15:00Z"),
        ("since 10:15 UTC+2", "2026-11-25T08:15:00Z"),
        ("since 10:15 utc-5", "2026-11-24T15:15:00Z"),
        ("since 10:15+05:30", "2026-11-25T04:45:00Z"),
        ("since 1:15 ET", "2026-11-25T06:15:00Z"),
        ("since 2026-11-25 10:15 UTC+1", "2026-11-25T09:15:00Z"),
        ("since 11/24/2026 10:15", "2026-11-24T10:15:00Z"),
        ("since 24.11.2026 10:15", "2026-11-24T10:15:00Z"),
        ("since 24.11. 10:15", "2026-11-24T10:15:00Z"),
        ("since 2026/11/24", "2026-11-24T00:00:00Z"),
        ("since 12/11/2026", "2026-11-12T00:00:00Z"),  # December lies ahead
        ("since 1790250000123", "2026-09-24T11:40:00Z"),
        ("a few hours ago", "2026-11-25T09:00:00Z"),
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
        ("since 10:15 to 11:30", "2026-11-25T10:15:00Z", "2026-11-25T11:30:00Z"),
        ("yesterday between 9am and 5pm", "2026-11-24T09:00:00Z", "2026-11-24T17:00:00Z"),
        ("on monday from 10:00 to 12:00", "2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z"),
        ("from monday 10:00 to 12:00", "2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z"),
        ("between 10:00 and 11:00 yesterday", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"),
        ("between 22:00 and 02:00 today", "2026-11-24T22:00:00Z", "2026-11-25T02:00:00Z"),
        ("yesterday between 22:00 and 02:00", "2026-11-24T22:00:00Z", "2026-11-25T02:00:00Z"),
        ("yesterday 9-10am", "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z"),
        ("yesterday from 9 to 5", "2026-11-24T09:00:00Z", "2026-11-24T17:00:00Z"),
        ("last night between 10 and 11", "2026-11-24T22:00:00Z", "2026-11-24T23:00:00Z"),
        ("from 9 to 10am", "2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z"),
        ("2026-11-24T10:00Z to 2026-11-24T11:00Z, since then fine", "2026-11-24T10:00:00Z", None),
        ("since 2026-11-24 10:00 until 2026-11-24 11:00", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"),
        ("until 2026-11-25 11:00", None, "2026-11-25T11:00:00Z"),
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
        "since 13:15 today",  # lies ahead, and then nor is it "today"
        "since 10:15 IST",  # three places call their time so
        "since 10:15 UTC+99",
        "since 10/11/2026",  # October or November?
        "14:00 last night",
        "since 24.13.2026",
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


@pytest.mark.parametrize(("clock", "face"), [("20:00", time(20)), ("11pm", time(23)), ("noon", time(12))])
def test_a_clock_time_is_the_last_one_on_every_day_of_a_year(clock: str, face: time) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day in range(400):
        here = datetime(2025, 12, 1, 9, 30, tzinfo=berlin) + timedelta(days=day)
        said = read(f"since {clock}", here.timestamp(), "Europe/Berlin").parameters.earliest
        eve = datetime.combine(here.date() - timedelta(days=1), face, berlin)
        assert said, here
        assert datetime.fromisoformat(said) == eve, here


@pytest.mark.parametrize(
    ("month", "names"),
    [
        *((1, "jan january"), (2, "feb february"), (3, "mar march"), (4, "apr april"), (5, "may"), (6, "jun june")),
        *((7, "jul july"), (8, "aug august"), (9, "sep sept september"), (10, "oct october"), (11, "nov november")),
        (12, "dec december"),
    ],
)
def test_each_month_is_read_by_each_of_its_names(month: int, names: str) -> None:
    year = 2026 if month <= 11 else 2025
    for name in names.split():
        for text in (f"since {name} 2", f"since 2nd of {name.upper()}", f"since 2 {name} {year}"):
            assert read(text, NOON).parameters.earliest == f"{year}-{month:02}-02T00:00:00Z", text


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (18, "wednesday"),  # a week ago, when said on one
        (19, "thu thur thurs thursday"),
        (20, "fri friday"),
        (21, "sat saturday"),
        (22, "sun sunday"),
        (23, "mon monday"),
        (24, "tue tues tuesday"),
    ],
)
def test_each_day_is_read_by_each_of_its_names(day: int, names: str) -> None:
    for name in names.split():
        assert read(f"since {name}", NOON).parameters.earliest == f"2026-11-{day}T00:00:00Z", name
        assert read(f"since last {name}, 8:00", NOON).parameters.earliest == f"2026-11-{day}T08:00:00Z", name


def test_a_weekday_with_a_clock_time_that_is_past_may_be_today() -> None:
    assert read("since wed 10:15", NOON).parameters.earliest == "2026-11-25T10:15:00Z"
    assert read("since wed 12:15", NOON).parameters.earliest == "2026-11-18T12:15:00Z"


@pytest.mark.parametrize(
    ("said", "now", "earliest"),
    [
        ("last night", (23, 30), "2026-11-24T20:00:00Z"),
        ("22:00 last night", (23, 30), "2026-11-24T22:00:00Z"),
        ("tonight", (23, 30), "2026-11-25T18:00:00Z"),
        ("tonight", (1, 30), "2026-11-24T18:00:00Z"),
        ("this morning", (3, 0), "2026-11-25T00:00:00Z"),
        ("this morning", (9, 0), "2026-11-25T06:00:00Z"),
        ("this afternoon", (13, 0), "2026-11-25T12:00:00Z"),
        ("this afternoon", (9, 0), "2026-11-24T12:00:00Z"),
        ("this evening", (19, 0), "2026-11-25T18:00:00Z"),
        ("this evening at 7", (23, 0), "2026-11-25T19:00:00Z"),
        ("yesterday morning", (23, 0), "2026-11-24T06:00:00Z"),
        ("yesterday afternoon", (23, 0), "2026-11-24T12:00:00Z"),
        ("since yesterday evening", (23, 0), "2026-11-24T18:00:00Z"),
    ],
)
def test_each_part_of_the_day_begins_when_people_say_so(said: str, now: tuple[int, int], earliest: str) -> None:
    at = datetime(2026, 11, 25, *now, tzinfo=UTC).timestamp()
    assert read(said, at).parameters.earliest == earliest


def test_a_zone_that_is_said_has_its_own_today() -> None:
    new_year = datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("America/New_York")).timestamp()  # 05:30 UTC
    assert read("since 4:00 UTC", new_year, "America/New_York").parameters.earliest == "2026-01-01T04:00:00Z"
    late = datetime(2026, 1, 31, 22, 0, tzinfo=ZoneInfo("America/New_York")).timestamp()  # 03:00 UTC, February
    assert read("since 2:30 UTC today", late, "America/New_York").parameters.earliest == "2026-02-01T02:30:00Z"


def test_what_was_understood_is_shown_with_how_it_was_read() -> None:
    problem = read("app logs missing on host fwd01 since yesterday 22:00", NOON, visible=SPLUNK)
    assert [str(one) for one in problem.understood] == [
        "host=fwd01",
        "index=app (matched)",
        "since 2026-11-24 22:00 UTC",
    ]


def test_the_age_of_what_is_gone_stays_in_the_subject() -> None:
    assert subject(read("events from 60 days ago are gone", NOON)).split() == ["events", "from", "old", "are", "gone"]
    assert subject(read("it stopped 2 hours ago", NOON)).split() == ["it", "stopped"]


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("since 25:99 in index=web", ["since 25:99"]),
        ("for 400 days", ["for 400 days"]),
        ("2 years ago", ["2 years ago"]),
        ("since 2027-01-01", ["since 2027-01-01"]),
        ("since 13:15 today, no logs", ["since 13:15 today"]),
        ("since Jan 5th 2019", ["since Jan 5th 2019"]),
        ("since 10/11/2026", ["since 10/11/2026"]),
        ("since 10:15 IST", ["since 10:15 IST"]),
        ("since 25th", ["since 25th"]),
        ("since the upgrade to 9.4", ["since the upgrade"]),
        ("slow since yestreday", ["since yestreday"]),
        ("seit gestern 22 Uhr", ["seit gestern 22 Uhr"]),
        ("web logs gone 10:15", ["10:15"]),
        ("since 10:15 and again since 11:30", ["since 11:30"]),
        ("earliest=yesterdayish", ["earliest=yesterdayish"]),
        ("index=web and index=app", ["index=app (one index a run: web)"]),
        ("index=web or index=web", []),
        ("index=web*", ["index=web* (a pattern, not one name)"]),
        ("host in (a, b) and index!=web", ["host in (a, b)", "index!=web"]),
        ("events in indexes web and app", ["indexes web and app"]),
        ("index=`macro`", ["index=`macro`"]),
        ('index="my index"', ['index="my index"']),
        (
            "index=a* index=b* index=c* index=d* index=e* index=f*",
            [f"index={x}* (a pattern, not one name)" for x in "abcde"],
        ),
        ("no events in index=web from host fwd01 since 10:15 to 11:30", []),
        ("broken since the deploy at 14:00", []),
        ("since 3 hosts died", []),
        ("searches time out after 30 minutes, cpu at 100, 10.0.0.1:9997 refused", []),
        ("not index=web, latest=now", []),
    ],
)
def test_what_looks_like_a_name_or_a_time_but_was_not_taken_is_quoted(text: str, unread: list[str]) -> None:
    assert list(read(text, NOON).unread) == unread


def test_what_was_not_understood_is_said_in_one_line() -> None:
    assert read("since 25:99 in index=a*", NOON).not_understood == (
        "I did not understand: since 25:99, index=a* (a pattern, not one name)"
    )
    assert read("since 10:15", NOON).not_understood == ""


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
            assert one.value in problem.text.lower() or one.value in known
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
