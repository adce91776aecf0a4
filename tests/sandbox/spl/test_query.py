"""Which events a search expression means."""

import pytest

from bot.sandbox.spl.errors import SplError
from bot.sandbox.spl.pipeline import parse_search
from tests.sandbox.plain_deployment import NOW, PlainLot, context, lot, search

TEXTS = (
    'level=INFO user=alice took=5 msg="all well"',
    'level=ERROR user=bob took=50 msg="disk out of space"',
    "level=WARN took=500 error_code=7",
)


def matching(expression: str) -> list[int]:
    """Which of TEXTS, oldest first."""
    found = search(f"search index=main {expression}", lot(*TEXTS))
    return sorted(TEXTS.index(str(row["_raw"])) for row in found)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("", [0, 1, 2]),
        ("level=error", [1]),
        ("level!=ERROR", [0, 2]),
        ("user!=bob", [0]),
        ("NOT user=bob", [0, 2]),
        ("level IN (ERROR, WARN)", [1, 2]),
        ("NOT level IN (ERROR, WARN)", [0]),
        ("user=*", [0, 1]),
        ("user=al*", [0]),
        ("took>5", [1, 2]),
        ("took>=5 took<500", [0, 1]),
        ("took=5.0", [0]),
        ('"out of space"', [1]),
        ("OUT", [1]),
        ("ou", []),
        ("ou*", [1]),
        ("error", [1, 2]),
        ("CASE(error)", [2]),
        ("alice OR bob", [0, 1]),
        ("level=INFO OR level=ERROR took=5", [0]),
        ("(level=INFO took=5) OR level=WARN", [0, 2]),
        ("*", [0, 1, 2]),
        ('msg="all well"', [0]),
        ("host=web* sourcetype=app", [0, 1, 2]),
        ("host=db*", []),
    ],
)
def test_an_expression_means_these_events(expression: str, found: list[int]) -> None:
    assert matching(expression) == found


def test_a_search_of_no_index_reads_the_default_ones() -> None:
    assert len(search("search *", lot("a"), lot("b", index="web"))) == 1


def test_a_star_names_no_internal_index() -> None:
    lots = lot("a"), lot("b", index="_internal")
    assert [row["index"] for row in search("search index=*", *lots)] == ["main"]
    assert [row["index"] for row in search("search index=_*", *lots)] == ["_internal"]
    assert len(search("search (index=* OR index=_*)", *lots)) == 2


def test_events_come_newest_first_across_lots() -> None:
    found = search("search index=main", lot("old", "newer", ago_s=90), lot("newest", ago_s=10))
    assert [row["_raw"] for row in found] == ["newest", "newer", "old"]


def test_earliest_is_part_of_the_range_and_latest_is_not() -> None:
    events = lot("a", "b", "c")
    at = NOW - 60
    assert [row["_raw"] for row in search(f"search index=main earliest={at} latest={at + 1}", events)] == ["a"]


def test_times_in_the_spl_win_and_say_so() -> None:
    run = context([lot("a", ago_s=7200)], ago_s=60)
    assert len(parse_search("search index=main earliest=-3h", NOW)(run)) == 1
    assert [message.type for message in run.messages] == ["INFO"]
    assert "substituted" in run.messages[0].text


def test_a_bracketed_search_becomes_part_of_the_condition() -> None:
    events = lot("user=bob seen=1", "user=eve seen=2"), lot("user=eve role=admin", index="people")
    found = search("search index=main [search index=people role=admin | fields user]", *events)
    assert [row["seen"] for row in found] == ["2"]


def test_a_bracketed_search_without_rows_matches_nothing() -> None:
    assert search("search index=main [search index=people | fields user]", lot("user=eve")) == []


def test_a_lot_that_cannot_match_is_not_read() -> None:
    silent = lot("level=INFO all well")
    assert search('search index=main level=ERROR "no such words"', silent) == []
    assert silent.read == 0


def test_a_search_over_the_index_files_alone_reads_no_event() -> None:
    events = lot("a", "b")
    assert search("| tstats count where index=main", events) == [{"count": "2"}]
    assert events.read == 0


@pytest.mark.parametrize("expression", ["(a", 'index="main', "index=", "a AND", "OR b"])
def test_a_malformed_expression_is_refused(expression: str) -> None:
    with pytest.raises(SplError):
        parse_search(f"search {expression}", NOW)


def fields_of(text: str, sourcetype: str = "app") -> dict[str, str | list[str]]:
    event: PlainLot = lot(text, sourcetype=sourcetype)
    return search("search index=main", event)[0]


def test_pairs_in_the_text_become_fields_that_never_hide_the_index_time_ones() -> None:
    row = fields_of("a=1, b=\"two words\" c='three' host=liar index=lost deleted index=other")
    assert (row["a"], row["b"], row["c"]) == ("1", "two words", "three")
    assert (row["host"], row["index"]) == ("web01", "main")


def test_splunkds_own_header_gives_level_and_component() -> None:
    row = fields_of(
        "11-25-2025 04:19:39.123 +0000 WARN  TcpInputProc [12 main] - Stopping all listening ports", "splunkd"
    )
    assert (row["log_level"], row["component"]) == ("WARN", "TcpInputProc")
    assert row["event_message"] == "Stopping all listening ports"


def test_json_becomes_dotted_fields_and_lists_become_multivalue() -> None:
    row = fields_of('{"component":"Hostwide","data":{"mem":"31913.0","cpus":[1,2]},"ok":true}')
    assert (row["component"], row["data.mem"], row["data.cpus{}"], row["ok"]) == (
        "Hostwide",
        "31913.0",
        ["1", "2"],
        "true",
    )
