"""Commands that reshape rows, and those that list what indexes hold."""

import pytest

from bot.sandbox.spl.errors import SearchFailed, SplError
from bot.sandbox.spl.values import Row
from tests.sandbox.plain_deployment import NOW, lot, pipe, search


def test_spath_reads_json_from_a_field() -> None:
    rows: list[Row] = [{"_raw": "x", "body": '{"a":{"b":[1,2]},"c":"d"}'}]
    assert pipe([*rows], "spath input=body")[0]["a.b{}"] == ["1", "2"]
    assert pipe([*rows], "spath input=body path=c output=found")[0]["found"] == "d"
    assert pipe([*rows], "spath") == rows


def test_transpose_turns_rows_into_columns() -> None:
    rows: list[Row] = [{"host": "a", "n": "1"}, {"host": "b", "n": "2"}]
    assert pipe([*rows], "transpose header_field=host") == [{"column": "n", "a": "1", "b": "2"}]
    assert pipe([*rows], "transpose 1") == [{"column": "host", "row 1": "a"}, {"column": "n", "row 1": "1"}]


def test_untable_and_xyseries_are_each_others_opposite() -> None:
    table: list[Row] = [{"day": "1", "a": "2", "b": "3"}, {"day": "2", "a": "4"}]
    long = pipe([*table], "untable day name value")
    assert long[0] == {"day": "1", "name": "a", "value": "2"}
    assert pipe(long, "xyseries day name value") == table


def test_filldown_nomv_and_delta() -> None:
    assert [row["a"] for row in pipe([{"a": "1", "n": "1"}, {"n": "2"}], "filldown a")] == ["1", "1"]
    assert pipe([{"n": ["1", "2"]}], "nomv n") == [{"n": "1\n2"}]
    assert [row.get("d") for row in pipe([{"n": "1"}, {"n": "5"}], "delta n as d")] == [None, "4"]


def test_addinfo_gives_the_time_range() -> None:
    assert pipe([{}], "addinfo")[0]["info_max_time"] == str(int(NOW))


def test_a_lookup_finds_no_table() -> None:
    with pytest.raises(SearchFailed, match="'assets'"):
        pipe([{"host": "a"}], "lookup assets host output owner")


def test_metadata_lists_hosts_with_their_times() -> None:
    events = lot("a", "b", host="h1"), lot("c", host="h2", index="web")
    [row] = search("| metadata type=hosts index=main", *events)
    assert (row["host"], row["totalCount"], row["type"]) == ("h1", "2", "hosts")
    assert (row["firstTime"], row["lastTime"]) == (str(int(NOW - 60)), str(int(NOW - 59)))
    with pytest.raises(SplError, match="is invalid"):
        search("| metadata type=ghosts")


def test_eventcount_counts_whole_indexes_whatever_the_time_range() -> None:
    events = lot("a", "b"), lot("c", index="web", ago_s=10**7)
    assert search("| eventcount summarize=false index=*", *events) == [
        {"count": "2", "index": "main", "server": "idx1"},
        {"count": "1", "index": "web", "server": "idx1"},
    ]
    assert search("| eventcount index=* index=_*", *events) == [{"count": "3"}]
