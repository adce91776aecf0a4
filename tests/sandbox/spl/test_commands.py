"""What each command makes of its rows."""

import pytest

from bot.sandbox.spl.errors import SearchFailed, SplError
from bot.sandbox.spl.pipeline import parse_search
from bot.sandbox.spl.values import Row
from tests.sandbox.plain_deployment import NOW, context, lot, pipe, search


def numbers(*values: str) -> list[Row]:
    return [{"n": value} for value in values]


def shown(rows: list[Row], name: str = "n") -> list[object]:
    return [row.get(name) for row in rows]


def test_head_tail_and_reverse() -> None:
    rows = numbers("1", "2", "3")
    assert shown(pipe(list(rows), "head 2")) == ["1", "2"]
    assert shown(pipe(list(rows), "tail 2")) == ["3", "2"]
    assert shown(pipe(list(rows), "reverse")) == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("order", "result"),
    [
        ("sort n", ["2", "10", "a", None]),
        ("sort -n", ["a", "10", "2", None]),
        ("sort - n", ["a", "10", "2", None]),
        ("sort +n", ["2", "10", "a", None]),
        ("sort n desc", ["a", "10", "2", None]),
        ("sort 2 num(n)", ["2", "10"]),
        ("sort limit=1 -n", ["a"]),
        ("sort 0 n", ["2", "10", "a", None]),
    ],
)
def test_sort_puts_numbers_by_size_before_text_and_rows_without_the_field_last(order: str, result: list[str]) -> None:
    assert shown(pipe([{"x": "1"}, *numbers("10", "a", "2")], order)) == result


def test_sort_by_several_fields() -> None:
    rows: list[Row] = [{"a": "1", "n": "1"}, {"a": "2", "n": "2"}, {"a": "1", "n": "3"}]
    assert shown(pipe(rows, "sort -a, n")) == ["2", "1", "3"]


def test_dedup_keeps_the_first_of_each_and_drops_rows_without_the_field() -> None:
    rows: list[Row] = [{"a": "x", "n": "1"}, {"a": "x", "n": "2"}, {"n": "3"}, {"a": "y", "n": "4"}]
    assert shown(pipe([*rows], "dedup a")) == ["1", "4"]
    assert shown(pipe([*rows], "dedup 2 a")) == ["1", "2", "4"]
    assert shown(pipe([*rows], "dedup a keepempty=true")) == ["1", "3", "4"]


def test_fields_keeps_time_and_raw_but_table_does_not() -> None:
    rows: list[Row] = [{"_time": "1", "_raw": "r", "ab": "1", "ac": "2", "b": "3"}]
    assert pipe([*rows], "fields a*") == [{"ab": "1", "ac": "2", "_time": "1", "_raw": "r"}]
    assert pipe([*rows], "table b a*") == [{"b": "3", "ab": "1", "ac": "2"}]
    assert pipe([*rows], "fields - _* b") == [{"ab": "1", "ac": "2"}]


def test_rename_one_by_one_and_by_wildcard() -> None:
    assert pipe([{"data.mem": "1", "data.cpu": "2", "x": "3"}], 'rename data.* as *, x as "y z"') == [
        {"mem": "1", "cpu": "2", "y z": "3"}
    ]
    with pytest.raises(SplError, match="Wildcard mismatch"):
        pipe([], "rename a* as b")


def test_fillnull_for_named_fields_and_for_all() -> None:
    rows: list[Row] = [{"a": "1"}, {"b": "2"}]
    assert pipe([*rows], 'fillnull value="none" a c') == [{"a": "1", "c": "none"}, {"b": "2", "a": "none", "c": "none"}]
    assert pipe([*rows], "fillnull") == [{"a": "1", "b": "0"}, {"b": "2", "a": "0"}]
    assert pipe([*rows], 'fillnull value="" a') == [{"a": "1"}, {"b": "2", "a": ""}]
    assert pipe([*rows], "fillnull value=-1 a")[1]["a"] == "-1"


def test_rex_takes_named_groups_from_the_raw_text_or_a_field() -> None:
    rows: list[Row] = [{"_raw": "blocked for blocked_seconds=310", "m": "a=1 a=2"}]
    assert pipe([*rows], r'rex "blocked for (blocked_seconds=)?(?<s>\d+)"')[0]["s"] == "310"
    assert pipe([*rows], r'rex field=m max_match=0 "a=(?<a>\d)"')[0]["a"] == ["1", "2"]
    assert pipe([*rows], r'rex field=m mode=sed "s/a=(\d)/b\1/g"')[0]["m"] == "b1 b2"
    assert "z" not in pipe([*rows], r'rex "nothing (?<z>\d)"')[0]


def test_rex_without_a_named_group_is_refused() -> None:
    with pytest.raises(SplError, match="at least one named group"):
        pipe([], r'rex "\d+"')


def test_regex_keeps_or_drops_what_matches() -> None:
    rows = numbers("a1", "b2")
    assert shown(pipe(list(rows), 'regex n="^a"')) == ["a1"]
    assert shown(pipe(list(rows), 'regex n!="^a"')) == ["b2"]


def test_bin_cuts_time_into_spans_and_numbers_into_ranges() -> None:
    assert pipe([{"_time": "3725"}], "bin _time span=1h") == [{"_time": "3600"}]
    assert pipe(numbers("17"), "bucket n span=5") == numbers("15-20")


def test_mvexpand_and_makemv() -> None:
    assert shown(pipe([{"n": ["1", "2"]}], "mvexpand n")) == ["1", "2"]
    assert shown(pipe(numbers("1;2"), 'makemv delim=";" n')) == [["1", "2"]]


def test_append_appendcols_appendpipe() -> None:
    assert len(pipe(numbers("1"), "append [| makeresults count=2]")) == 3
    assert pipe(numbers("1", "2"), "appendcols [| makeresults | eval m=7 | fields - _time]") == [
        {"m": "7", "n": "1"},
        {"n": "2"},
    ]
    assert pipe(numbers("1", "2"), "appendpipe [stats sum(n) as n]")[-1] == {"n": "3"}


def test_join_is_inner_unless_told() -> None:
    rows: list[Row] = [{"k": "a", "n": "1"}, {"k": "b", "n": "2"}]
    inner = '[| makeresults | eval k="a", m="9" | fields - _time]'
    assert pipe([*rows], f"join k {inner}") == [{"k": "a", "n": "1", "m": "9"}]
    assert shown(pipe([*rows], f"join type=left k {inner}"), "m") == ["9", None]


def test_foreach_runs_its_template_for_each_field() -> None:
    assert pipe([{"cpu_a": "1", "cpu_b": "2", "x": "9"}], "foreach cpu_* [eval <<FIELD>> = '<<FIELD>>' * 10]") == [
        {"cpu_a": "10", "cpu_b": "20", "x": "9"}
    ]


def test_addtotals_sums_the_numbers_of_a_row() -> None:
    assert pipe([{"a": "1", "b": "2", "c": "x"}], "addtotals")[0]["Total"] == "3"
    assert pipe([{"a": "1", "b": "2"}], "addtotals fieldname=sum a")[0]["sum"] == "1"


def test_return_and_format_write_search_expressions() -> None:
    assert pipe([{"host": "a"}, {"host": "b"}], "return 2 host") == [{"search": '(host="a") OR (host="b")'}]
    assert pipe([{"host": "a"}], "return $host") == [{"search": "(a)"}]
    assert pipe([{"host": "a", "n": "1"}], "format") == [{"search": '( ( host="a" AND n="1" ) )'}]


def test_a_search_in_the_middle_filters_rows() -> None:
    assert shown(pipe(numbers("1", "20"), "search n>5")) == ["20"]


def test_makeresults_gives_now() -> None:
    assert search("| makeresults count=2") == [{"_time": str(int(NOW))}] * 2


def test_inputlookup_finds_no_table() -> None:
    with pytest.raises(SearchFailed, match=r"hosts\.csv"):
        search("| inputlookup hosts.csv")


def test_rest_passes_on_what_its_endpoint_says() -> None:
    run = context(rows=[{"title": "a"}, {"title": "b"}])
    assert parse_search("| rest splunk_server=local count=1 /gone", NOW)(run) == [{"title": "a"}]
    assert [message.text for message in run.messages] == ["/gone on local"]


def test_tstats_counts_by_index_time_fields_and_time() -> None:
    events = lot("a", "b", host="h1"), lot("c", host="h2", ago_s=7200), lot("d", index="web")
    assert search("| tstats count where index=main by host", *events) == [
        {"host": "h1", "count": "2"},
        {"host": "h2", "count": "1"},
    ]
    assert search("| tstats dc(host) as hosts max(_time) as t where index=main", *events)[0]["hosts"] == "2"
    hourly = search("| tstats count where index=main by _time span=1h", *events)
    assert [(int(str(row["_time"])) % 3600, row["count"]) for row in hourly] == [(0, "1"), (0, "2")]


def test_tstats_computes_over_index_times() -> None:
    events = (lot("a", "b", ago_s=60), lot("c", ago_s=10, host="web02"))
    spl = "| tstats count avg(_indextime) as mean max(_indextime) as newest where index=main by host"
    first, second = search(spl, *events)
    assert (first["mean"], first["newest"]) == (str(NOW - 57.5), str(int(NOW) - 57))
    assert second["newest"] == str(int(NOW) - 8)


def test_tstats_without_events_counts_zero_but_has_no_groups() -> None:
    assert search("| tstats count max(_time) as t where index=gone") == [{"count": "0"}]
    assert search("| tstats count where index=gone by host") == []


def test_tstats_knows_no_search_time_field() -> None:
    with pytest.raises(SplError, match="not indexed"):
        search("| tstats count where index=main by level")
    with pytest.raises(SplError, match="invalid"):
        search("| tstats avg(took) where index=main")


@pytest.mark.parametrize(
    ("spl", "complaint"),
    [
        ("| makeresults | frobnicate x", "Unknown search command 'frobnicate'."),
        ("index=main", "Unknown search command 'index'."),
        ("| stats count", "must not be the first command"),
        ("| makeresults | makeresults", "must be the first command"),
        ("| makeresults | append [| makeresults", "Mismatched"),
        ("| makeresults | ", "Missing a search command"),
        ("search `my_macro(x)`", "macro 'my_macro' that cannot be found"),
    ],
)
def test_what_is_no_search_is_refused(spl: str, complaint: str) -> None:
    with pytest.raises(SplError) as refused:
        parse_search(spl, NOW)
    assert complaint in str(refused.value)


def test_pipes_and_comments_inside_quotes_are_text() -> None:
    assert pipe([{"a": "x|y"}], 'where a="x|y" ```a | comment``` | eval b="[1]"') == [{"a": "x|y", "b": "[1]"}]
