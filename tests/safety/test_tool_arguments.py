"""What a model gives to a foreign tool: a search in it reads only and is bounded, under whatever name it stands."""

from typing import Any

import pytest

from bot.errors import BadTime, SearchOutOfBounds, UnsafeSearch
from bot.safety.tool_arguments import guarded

NOW = 1_764_000_000.0
SEARCH_TOOL = ("query", "earliest_time", "latest_time")


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": "index=web | delete"},
        {"spl": "| outputlookup x"},
        {"search": "index=web | collect index=y"},
        {"Query": "| sendemail to=a@b.c"},
        {"search_query": "| delete"},
        {"splQuery": "| delete"},
        {"spl_text": "index=web | delete"},
        {"searches": ["index=web", "index=web | delete"]},
        {"options": {"deep": [{"query": "index=web | delete"}]}},
        {"statement": " | delete"},
        {"text": "search index=web | delete"},
        {"query": "[ broken"},
        {"q": "index=web | delete"},
        {"expression": "index=web |outputlookup x.csv"},
        {"expression": "index=web | ```a `comment```  outputlookup x.csv"},
        {"expression": "web [outputlookup x.csv]"},
        {"expression": "index=web `a_macro`"},
        {"searchString": "web `a_macro`"},
        {"q": "web `a_macro`"},
        {"text": "host=a `a_macro`"},
        {"text": "index=web | an_apps_own_command"},
        {"pattern": "error|an_apps_own_command"},
        {"pipeline": ["index=web", "host=a |an_apps_own_command"]},
    ],
)
def test_a_search_that_can_do_more_than_read_is_not_sent(arguments: dict[str, Any]) -> None:
    for takes in ((), (*arguments, "earliest")):
        with pytest.raises(UnsafeSearch):
            guarded(arguments, takes, NOW)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"pattern": "error[0-9]"},
        {"ids": "[1, 2]", "note": "a word", "search_id": "1700000000.1"},
        {"earliest": "0", "title": "all of it"},
        {"query": "how full is a queue", "fields": ["earliest", "latest"]},
        {"query": "how full is a queue"},
        {"name": "delete"},
        {"count": 5, "flag": True, "none": None},
        {"query": ""},
    ],
)
def test_what_is_no_search_is_sent_as_it_is(arguments: dict[str, Any]) -> None:
    assert guarded(arguments, ("query",), NOW) == arguments


def test_a_search_tool_gets_a_window_that_it_can_read_and_a_search_that_begins_like_one() -> None:
    assert guarded({"query": "index=web"}, SEARCH_TOOL, NOW) == {
        "query": "search index=web",
        "earliest_time": f"{NOW - 3600:.0f}",
        "latest_time": f"{NOW:.0f}",
    }
    given = {"query": "| tstats count where index=web", "earliest_time": "-4h", "latest_time": "-1h"}
    sent = guarded(given, SEARCH_TOOL, NOW)
    assert (sent["query"], sent["earliest_time"]) == (given["query"], f"{NOW - 4 * 3600:.0f}")
    assert guarded({"query": "index=web"}, ("query", "earliest"), NOW)["earliest"] == f"{NOW - 3600:.0f}"
    both = guarded({"query": "index=web", "earliest": 0}, ("query", "earliestTime", "earliest"), NOW)
    assert both["earliestTime"] == both["earliest"] == f"{NOW - 3600:.0f}"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"query": "index=web", "earliest_time": "-30d"}, "covers 30.0 days"),
        ({"query": "index=* error"}, "is not held to an index"),
        ({"query": "index=web earliest=1"}, "covers"),
        ({"queries": ["index=web", "index=*"]}, "is not held to an index"),
    ],
)
def test_a_search_tool_is_held_to_a_models_bounds(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(SearchOutOfBounds, match=told):
        guarded(arguments, SEARCH_TOOL, NOW)


def test_a_time_that_splunk_would_drop_is_not_sent() -> None:
    with pytest.raises(BadTime):
        guarded({"query": "index=web", "earliest_time": "yesterdayish"}, SEARCH_TOOL, NOW)


def schema(**named: Any) -> dict[str, Any]:
    return {"type": "object", "properties": named}


DEEP = {"params": schema(query={"type": "string"}, earliest_time={"type": "string"})}
LISTED = {"queries": {"type": "array", "items": schema(q={"type": "string"}, earliest={"type": "string"})}}


@pytest.mark.parametrize(
    ("arguments", "takes"),
    [
        ({"params": {"query": "index=web", "earliest_time": "0"}}, ("params",)),
        ({"query": "index=web", "time_range": {"earliest": "0"}}, ("query", "time_range")),
        ({"query": "index=web", "dispatch.earliest_time": "0"}, ("query",)),
        ({"query": "index=web", "time_range": {"earliest": {"epoch": 0}}}, ("query", "time_range")),
        ({"query": "index=web", "options": [{"earliest": ["-1h", "0"]}]}, ("query", "options")),
        ({"queries": [{"q": "index=web", "earliest": "-1h"}, {"q": "index=web", "earliest": "0"}]}, LISTED),
        ({"queries": [{"q": "index=web", "earliest": "-1h"}, {"q": "index=web"}]}, LISTED),
        ({"queries": [{"q": "index=web", "earliest": "-1h"}, {"q": "index=web"}]}, ("queries",)),
        ({"params": {"query": "index=web"}}, DEEP),
    ],
)
def test_a_window_is_bounded_however_deep_it_stands(arguments: dict[str, Any], takes: Any) -> None:
    with pytest.raises(SearchOutOfBounds):
        guarded(arguments, takes, NOW)


def test_a_window_that_stands_deep_is_sent_as_splunk_can_read_it() -> None:
    given = {"params": {"query": "index=web", "earliest_time": "-4h", "max": 5}, "kind": "x"}
    assert guarded(given, DEEP, NOW) == {
        "params": {"query": "search index=web", "earliest_time": f"{NOW - 4 * 3600:.0f}", "max": 5},
        "kind": "x",
    }
    ranged = {"query": "index=web", "range": {"earliest": "-4h", "latest": "-1h"}}
    assert guarded(ranged, ("query", "range"), NOW)["range"] == {
        "earliest": f"{NOW - 4 * 3600:.0f}",
        "latest": f"{NOW - 3600:.0f}",
    }
