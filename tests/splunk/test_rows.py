"""Rows as Splunk sends them, made fit to be kept and read."""

import json
from typing import Any

import pytest

from bot.domain.evidence import Row
from bot.splunk.rows import MAX_CELL_CHARS, MAX_CELL_VALUES, results_page


def rows(*raw: dict[str, Any]) -> tuple[Row, ...]:
    return results_page(json.dumps({"results": raw, "messages": []}).encode()).rows


def test_a_multivalue_field_stays_several_values() -> None:
    assert rows({"host": ["a", "b"], "one": ["x"]}) == ({"host": ("a", "b"), "one": ("x",)},)


def test_an_absent_value_is_a_missing_key() -> None:
    assert rows({"a": None, "b": [], "c": "", "d": [None, "x"]}) == ({"c": "", "d": ("x",)},)


def test_numbers_and_objects_become_text() -> None:
    assert rows({"n": 5, "b": True, "o": {"k": [1]}}) == ({"n": "5", "b": "true", "o": '{"k": [1]}'},)


def test_splunks_bookkeeping_is_dropped() -> None:
    assert rows({"_raw": "x", "_bkt": "b", "_cd": "1:2", "_serial": "0", "_si": ["idx", "main"]}) == ({"_raw": "x"},)


def test_secrets_are_masked_as_they_enter() -> None:
    [row] = rows({"_raw": "login password=hunter22 ok", "session_key": "abc", "list": ["token=hunter33"]})
    assert "hunter" not in str(row)
    assert row["session_key"] == "***"


def test_a_secret_at_the_cut_leaves_no_half_behind() -> None:
    text = "x" * (MAX_CELL_CHARS - 15) + " password=hunter22hunter22"
    [row] = rows({"_raw": text})
    assert "hunter" not in row["_raw"]


def test_a_huge_cell_is_cut_and_says_by_how_much() -> None:
    [row] = rows({"_raw": "x" * (MAX_CELL_CHARS + 1234), "list": ["v"] * (MAX_CELL_VALUES + 7)})
    assert row["_raw"] == "x" * MAX_CELL_CHARS + " … 1,234 more"
    assert row["list"][-2:] == ("v", "… 7 more")


def test_bytes_that_are_no_text_are_replaced() -> None:
    body = b'{"results": [{"_raw": "caf\xe9 \\ud800 \\u0000"}]}'
    [row] = results_page(body).rows
    assert row["_raw"] == "caf\N{REPLACEMENT CHARACTER} ? \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("cut_at", range(20, 120, 7))
def test_of_an_answer_cut_anywhere_only_whole_rows_are_kept(cut_at: int) -> None:
    whole = [{"n": "1", "t": 'a "results":[ b'}, {"n": "2", "t": "]}"}, {"n": "3", "t": "c"}]
    body = json.dumps({"preview": False, "messages": [], "results": whole}).encode()
    page = results_page(body[:cut_at], cut=True)
    assert list(page.rows) == whole[: len(page.rows)]
    assert len(page.rows) == sum(body.find(json.dumps(row).encode()) + len(json.dumps(row)) <= cut_at for row in whole)


@pytest.mark.parametrize("body", [b"[]", b'{"results": {}}', b"{", b""])
def test_an_answer_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        results_page(body)
