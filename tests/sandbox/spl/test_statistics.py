"""What stats and its kin compute."""

import pytest

from bot.sandbox.spl.errors import SplError
from bot.sandbox.spl.values import Row
from tests.sandbox.plain_deployment import NOW, lot, pipe, search

TEN = [{"n": str(value), "k": "even" if value % 2 == 0 else "odd", "_time": str(value)} for value in range(10, 0, -1)]


def ten() -> list[Row]:
    return [dict(row) for row in TEN]


@pytest.mark.parametrize(
    ("statistic", "result"),
    [
        ("count", "10"),
        ("count(n)", "10"),
        ("count(missing)", "0"),
        ("c(n)", "10"),
        ("sum(n)", "55"),
        ("avg(n)", "5.5"),
        ("min(n)", "1"),
        ("max(n)", "10"),
        ("range(n)", "9"),
        ("median(n)", "5.5"),
        ("perc95(n)", "9.55"),
        ("p5(n)", "1.45"),
        ("exactperc50(n)", "5.5"),
        ("dc(k)", "2"),
        ("values(k)", ["even", "odd"]),
        ("first(n)", "10"),
        ("last(n)", "1"),
        ("latest(n)", "10"),
        ("earliest(n)", "1"),
        ("mode(k)", "even"),
        ("count(eval(n > 7))", "3"),
        ("sum(eval(n * 2))", "110"),
    ],
)
def test_a_statistic_of_ten_numbers(statistic: str, result: str | list[str]) -> None:
    assert pipe(ten(), f"stats {statistic} as x") == [{"x": result}]


def test_by_groups_in_order_and_leaves_out_rows_without_the_field() -> None:
    rows: list[Row] = [*ten(), {"n": "99"}]
    assert pipe(rows, "stats count sum(n) as s by k") == [
        {"k": "even", "count": "5", "s": "30"},
        {"k": "odd", "count": "5", "s": "25"},
    ]


def test_groups_of_numbers_are_ordered_by_size() -> None:
    rows: list[Row] = [{"n": "10"}, {"n": "9"}]
    assert [row["n"] for row in pipe(rows, "stats count by n")] == ["9", "10"]


def test_a_row_of_several_values_belongs_to_each_group() -> None:
    assert [row["roles"] for row in pipe([{"roles": ["a", "b"]}], "stats count by roles")] == ["a", "b"]


def test_no_rows_count_zero_and_have_no_other_statistic() -> None:
    assert pipe([], "stats count sum(n) as s") == [{"count": "0"}]
    assert pipe([], "stats sum(n) as s") == []
    assert pipe([], "stats count by k") == []


def test_the_default_name_is_the_call_as_written() -> None:
    assert set(pipe(ten(), "stats count, avg(n), p90(n)")[0]) == {"count", "avg(n)", "p90(n)"}


def test_list_keeps_order_and_duplicates() -> None:
    assert pipe([{"n": "2"}, {"n": "1"}, {"n": "2"}], "stats list(n) as n") == [{"n": ["2", "1", "2"]}]


def test_eventstats_adds_the_groups_statistic_to_each_row() -> None:
    assert [row["s"] for row in pipe(ten()[:2], "eventstats sum(n) as s")] == ["19", "19"]
    assert [row["s"] for row in pipe(ten()[:2], "eventstats sum(n) as s by k")] == ["10", "9"]


def test_streamstats_sees_the_rows_so_far() -> None:
    assert [row["s"] for row in pipe(ten()[:3], "streamstats sum(n) as s")] == ["10", "19", "27"]
    assert [row["s"] for row in pipe(ten()[:3], "streamstats window=2 sum(n) as s")] == ["10", "19", "17"]
    assert [row.get("s") for row in pipe(ten()[:2], "streamstats current=f last(n) as s")] == [None, "10"]


def test_timechart_shows_every_bucket_of_the_range_and_splits_by_a_field() -> None:
    events = lot("k=a", "k=b", "k=a", ago_s=7200)
    rows = search("search index=main earliest=-3h@h latest=now | timechart span=1h count by k", events)
    assert {int(str(row["_time"])) % 3600 for row in rows} == {0}
    assert [(row["a"], row["b"]) for row in rows if row["a"] != "0"] == [("2", "1")]
    assert len(rows) > 1


def test_chart_over_one_field_by_another() -> None:
    assert pipe(ten(), "chart count over k") == [{"k": "even", "count": "5"}, {"k": "odd", "count": "5"}]
    rows: list[Row] = [{"a": "x", "b": "1"}, {"a": "x", "b": "2"}, {"a": "y", "b": "1"}]
    assert pipe(rows, "chart count over a by b") == [{"a": "x", "1": "1", "2": "1"}, {"a": "y", "1": "1", "2": "0"}]


def test_top_and_rare_count_and_share() -> None:
    rows: list[Row] = [{"k": "a"}, {"k": "a"}, {"k": "a"}, {"k": "b"}]
    assert pipe([*rows], "top k") == [
        {"k": "a", "count": "3", "percent": "75.000000"},
        {"k": "b", "count": "1", "percent": "25.000000"},
    ]
    assert pipe([*rows], "rare limit=1 showperc=f k") == [{"k": "b", "count": "1"}]


@pytest.mark.parametrize("arguments", ["", "frobnicate(n)", "sum", "count(n", "count group k"])
def test_what_is_no_statistic_is_refused(arguments: str) -> None:
    with pytest.raises(SplError):
        pipe([], f"stats {arguments}")


def test_latest_goes_by_time_not_by_order() -> None:
    rows: list[Row] = [{"_time": str(NOW - 9), "n": "old"}, {"_time": str(NOW), "n": "new"}]
    assert pipe(rows, "stats latest(n) as l first(n) as f") == [{"l": "new", "f": "old"}]
