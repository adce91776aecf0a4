"""What eval and where make of their expressions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.spl.errors import SearchFailed, SplError
from bot.sandbox.spl.pipeline import parse_search
from bot.sandbox.spl.values import Row
from tests.sandbox.plain_deployment import NOW, evaluated, pipe


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("-2 + 5", "3"),
        ("7 % 4", "3"),
        ("10 / 4", "2.5"),
        ("10 / 5", "2"),
        ("1 / 0", None),
        ("0.1 + 0.2", "0.3"),
        ('"a" . 1 + 1', "a2"),
        ('"a" + "b"', "ab"),
        ('"a" + 1', None),
        ("round(5, 2)", "5.00"),
        ("round(3.5)", "4"),
        ("round(2.555, 2)", "2.56"),
        ("round(75, 1)", "75.0"),
        ("round(75, 1) + 0", "75"),
        ("floor(1.9)", "1"),
        ("ceiling(1.1)", "2"),
        ("abs(-3.5)", "3.5"),
        ('len("four")', "4"),
        ('upper("a") . lower("B")', "Ab"),
        ('substr("string", 1, 3)', "str"),
        ('substr("string", -3)', "ing"),
        ('replace("1/12/2025", "^(\\d{1,2})/(\\d{1,2})/", "\\2/\\1/")', "12/1/2025"),
        ('if(1 < 2, "yes", "no")', "yes"),
        ('if(missing > 2, "yes", "no")', "no"),
        ('case(1 > 2, "a", true(), "b")', "b"),
        ('case(1 > 2, "a")', None),
        ('coalesce(missing, null(), "found")', "found"),
        ('nullif("a", "a")', None),
        ('if(match("web01", "^web\\d+$"), 1, 0)', "1"),
        ('if(like("web01", "web%"), 1, 0)', "1"),
        ('if(cidrmatch("10.0.0.0/8", "10.1.2.3"), 1, 0)', "1"),
        ('if("b" IN ("a", "b"), 1, 0)', "1"),
        ('if("c" NOT IN ("a", "b"), 1, 0)', "1"),
        ('mvcount(split("a,b,c", ","))', "3"),
        ('mvindex(split("a,b,c", ","), -1)', "c"),
        ('mvjoin(split("a,b,c", ","), "-")', "a-b-c"),
        ('split("a,b", ",")', ["a", "b"]),
        ('tonumber("0A", 16)', "10"),
        ('tonumber("x")', None),
        ('tostring(1234567.891, "commas")', "1,234,567.89"),
        ('tostring(615, "duration")', "00:10:15"),
        ('strftime(0, "%Y-%m-%d %H:%M:%S.%3N %z")', "1970-01-01 00:00:00.000 +0000"),
        ('strptime("2025-11-25 04:19:39", "%Y-%m-%d %H:%M:%S")', "1764044379"),
        ("now()", str(int(NOW))),
        ('relative_time(now(), "-1h@h")', "1764039600"),
        ("max(1, 10, 9)", "10"),
        ('min(1, "a")', "1"),
        ('if(true() AND NOT false(), "t", "f")', "t"),
        ('if(1=2 OR 1=1 AND 1=2, "t", "f")', "f"),
    ],
)
def test_an_expression_gives_this_field(expression: str, result: str | list[str] | None) -> None:
    assert evaluated(expression) == result


def test_a_field_of_digits_is_a_number_and_others_are_text() -> None:
    assert evaluated("a + b", a="2", b="40") == "42"
    assert evaluated("if(a > b, 1, 0)", a="10", b="9") == "1"
    assert evaluated("if(a > b, 1, 0)", a="x10", b="x9") == "0"


def test_a_single_quoted_name_is_a_field_and_a_double_quoted_one_is_text() -> None:
    assert evaluated("'a b' . \"c d\"", **{"a b": "1"}) == "1c d"


def test_what_comes_from_null_is_null_and_takes_the_field_away() -> None:
    assert "a" not in pipe([{"a": "1"}], "eval a=a+missing")[0]
    assert evaluated('missing . "x"') is None


def test_assignments_see_those_before_them() -> None:
    assert pipe([{}], "eval a=1, b=a+1, c=b+1") == [{"a": "1", "b": "2", "c": "3"}]


def test_where_keeps_a_row_only_when_its_condition_is_true_not_null() -> None:
    rows: list[Row] = [{"n": "1"}, {"n": "20"}, {"m": "1"}]
    assert pipe(list(rows), "where n > 3") == [{"n": "20"}]
    assert pipe(list(rows), "where NOT n > 3") == [{"n": "1"}]


def test_differences_of_epochs_show_no_float_noise() -> None:
    assert evaluated("a - b", a="1764044380.42", b="1764044379.343") == "1.077"


def test_a_truth_value_is_no_field_value() -> None:
    with pytest.raises(SearchFailed, match="boolean result"):
        pipe([{}], "eval a=(1=1)")


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("1 +", "The expression is malformed"),
        ("(1", "The expression is malformed"),
        ("frobnicate(1)", "The 'frobnicate' function is unsupported or undefined"),
        ("len()", "The arguments to the 'len' function are invalid"),
        ("if(1=1)", "The arguments to the 'if' function are invalid"),
    ],
)
def test_what_splunk_refuses_is_refused_before_it_runs(expression: str, complaint: str) -> None:
    with pytest.raises(SplError, match=complaint):
        parse_search(f"| makeresults | eval a={expression}", NOW)


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_integer_arithmetic_is_exact(first: int, second: int, third: int) -> None:
    assert evaluated(f"({first}) + ({second}) * {third}") == str(first + second * third)
