"""What a model states, held against rows: what stands there, and all the ways in which it does not."""

import pytest

from bot.domain.evidence import MODEL_SEARCH, Evidence, Row
from bot.domain.window import TimeWindow
from bot.safety.cited import CitedSearch, makes_values
from bot.safety.grounds import unsaid, unsupported
from bot.safety.statements import read_statement, words_of

WINDOW = TimeWindow(earliest=1_764_320_400, latest=1_764_324_000)  # 2025-11-28 09:00 to 10:00 UTC
ROWS: tuple[Row, ...] = (
    {"host": "idx2.example.com", "name": "indexqueue", "blocked": "39.8", "lag_s": "5400", "fill": "0.125"},
    {"host": "idx1.example.com", "name": "indexqueue", "blocked": "2.0", "lag_s": "12", "fill": "0.9"},
    {"host": "fwd07", "name": "tcpin_queue", "events": "1234567", "bytes": "3221225472", "last": "1764323100"},
    {"host": "alpha", "_raw": "ERROR TcpOutput - 10.0.0.7:9997 refused, user=ann E99", "seen": "2025-11-27T23:30:00Z"},
)


def entry(**of: object) -> Evidence:
    spl = "index=_internal sourcetype=splunkd | head 4711"
    given = {"id": "E3", "probe": "queues", "spl": spl, "window": WINDOW, "row_count": len(ROWS), **of}
    return Evidence.model_validate(given)


OWN = words_of(
    "The queue tcpout of outputs.conf, sent to a peer: full, wrong or missing. May be a fault, a restart, an input"
)


def doubt(text: str, *, rows: tuple[Row, ...] = ROWS, known: tuple[str, ...] = (), **of: object) -> str | None:
    return unsupported(read_statement(text, OWN, known), [CitedSearch(entry(**of), rows)])


@pytest.mark.parametrize(
    "text",
    [
        "indexqueue on idx2 was blocked in 39.8 %.",
        "idx2 is blocked about 40 % of the time.",
        "idx2 is blocked more than 35 % of the time, at most 40 %.",
        "indexqueue of idx1 is blocked under 2.1 %",
        "alpha was seen at 2025-11-27 23:30",
        "idx2 and idx1 show the highest and lowest fill ratio, 0.9 and 0.125",
        "idx2 is blocked 40% of the time [E3].",
        "idx2.example.com: fill ratio 12.5 %",
        "The lag on idx2 is 90 minutes.",
        "idx2 lags by 1.5 hours",
        "fwd07 sent 1,234,567 events",
        "fwd07 sent 1234567 events",
        "fwd07 sent 1.2 million events, 3 GB in total",
        "fwd07 was last seen at 09:45 UTC",
        "fwd07 was last seen at 2025-11-28T09:45:00Z",
        "alpha was seen at 23:30 on 2025-11-27",
        "alpha: the peer 10.0.0.7:9997 refused user=ann",
        'alpha logged "ERROR TcpOutput"',
        "Four hosts show rows",
        "2 rows tell of the indexqueue of idx2 and idx1",
        "Between 09:00 and 10:00 fwd07 sent events",
        "Of splunkd, fwd07 shows the tcpin_queue over 60 minutes",
        "fwd07 has a wrong outputs.conf",
        "In sum, idx2 and idx1 were blocked 41.8",
        "On idx2 it is missing data: the indexqueue is full",
        "It's idx2's indexqueue, e.g. after a restart of input/output",
    ],
)
def test_what_stands_in_the_rows_is_borne_out(text: str) -> None:
    assert doubt(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("idx9 is blocked in 39.8 %", "idx9 stands in no row"),
        ("idx is blocked", "nothing that can be checked"),
        ("example.com is blocked", "example.com stands in no row"),
        ("idx2 is blocked in 75 %", "75 % stands in no row"),
        ("idx2 is blocked in 39.9 %", "39.9 % stands in no row"),
        ("idx2 is blocked about 50 % of the time", "50 % stands in no row"),
        ("idx1 is blocked in 39.8 %", "39.8 % stands beside another name"),
        ("idx2 was last seen at 09:45", "09:45 stands beside another name"),
        ("fwd07 has 4 faults", "4 stands beside another name"),  # four rows, of which one is about it
        ("fwd07 has 1 fault", "1 stands beside another name"),  # one row about it counts nothing
        ("alpha sent 23 events", "23 stands in no row"),  # digits of a time
        ("fwd07 sent 1,234 events", "1,234 stands in no row"),
        ("fwd07 sent 4711 events", "4711 stands in no row"),  # a number of the search's own text
        ("fwd07 sent 5 GB", "5 GB stands in no row"),
        ("idx2 lags by 3 hours", "3 hours stands in no row"),
        ("fwd07 was last seen at 09:46", "09:46 stands in no row"),
        ("fwd07 was last seen at 9:45 pm", "9:45 pm stands in no row"),
        ("fwd07 was seen on 2025-11-29", "2025-11-29 stands in no row"),
        ("idx2 cannot reach 10.0.0.8", "says 'cannot'"),
        ("idx2 did reach 10.0.0.8", "10.0.0.8 stands in no row"),
        ("idx2 runs splunkd 9.4.1", "9.4.1 stands in no row"),
        ("idx2 was told by Kafka to stop", "kafka stands in no row"),
        ('idx2 logged "disk is full"', "disk is full stands in no row"),
        ("idx2 and /opt/splunk/var are full", "/opt/splunk/var stands in no row"),
        ("idx2 fills the index beta", "beta stands in no row"),
        ("idx2 starves seven forwarders", "seven stands in no row"),
        ("idx2 has a licenseState", "licensestate stands in no row"),
        ("idx2 took sourcetype=evil:log", "evil:log stands in no row"),
        ("idx2 lost a third of it, twice", "nothing can show 'third'"),
        ("fwd07 may have a wrong outputs.conf", "nothing can show 'may'"),
        ("fwd07 million events were sent", "million stands in no row"),
        ("idx2 is corrupted", "no cited row says 'corrupted'"),
        ("idx2 has a database-corrupted queue", "no cited row says 'database'"),
        ("The host atlas is full like idx2", "atlas stands in no row"),
        ("The index sales is full on idx2", "sales stands in no row"),
        ("The hosts mordor and gondor are full like idx2", "mordor stands in no row"),
        ("idx2 has thirteen peers", "no cited row says 'thirteen'"),
        ("idx2 has twenty-five peers", "no cited row says 'twenty'"),
        ("ninety percent of idx2", "no cited row says 'ninety'"),
        ("idx2 has 0 of them", "there is none"),
        ("idx2 is hea\u0142thy", "no cited row says"),
        ("idx2 is he\u0251lthy", "no cited row says"),
        ("idx2 l\u00e4uft einwandfrei", "no cited row says 'lauft'"),
        ("idx2 werkt prima", "no cited row says 'werkt'"),
        ("idx2 fonctionne parfaitement", "no cited row says 'fonctionne'"),
        ("idx2 was blocked in more than 45 %", "45 % stands in no row"),
        ("idx2 was blocked in over 20 %", "20 % stands in no row"),
        ("idx2 stayed below 39 %", "39 % stands in no row"),
        ("idx2 was blocked in at most 39.7 %", "39.7 % stands in no row"),
        ("alpha was seen at 30:00", "30:00 stands in no row"),
        ("alpha was seen 2025-11-28T23:30", "2025-11-28T23:30 stands in no row"),
        ("The queue is blocked", "nothing that can be checked"),
        ("idx2 is healthy", "'healthy'"),
        ("idx2 is not blocked", "'not blocked'"),
        ("No errors on idx2", "'No errors'"),
        ("idx2 works", "'works'"),
        ("idx2 is up", "'is up'"),
        ("The license of idx2 is valid", "'is valid'"),
        ("idx2: data:text/html,x", "a link"),
        ("The root cause is idx2", "names a cause"),
        ("For idx2 see https://evil.example/fix", "a link"),
        ("idx2: <!channel> look", "a mention"),
        ("idx2: ask @channel", "a mention"),
        ("idx2: write to ann@example.com", "an address"),
        ("On idx2 run | delete", "more than read"),
        (f"idx2 {'is blocked ' * 500}", "too long"),
        (" ".join(f"host{number}" for number in range(99)), "more than can be checked"),
    ],
)
def test_what_does_not_is_doubted_with_a_reason(text: str, why: str) -> None:
    assert why in (doubt(text) or "believed")


def test_a_plain_word_is_a_name_where_splunk_has_such_a_name() -> None:
    rows: tuple[Row, ...] = (*ROWS, {"host": "idx9", "note": "traffic"})
    assert doubt("idx2 is where traffic was seen", rows=rows) is None
    assert doubt("traffic was seen on 12", rows=rows, known=("traffic",)) is not None
    assert doubt("idx2 is where traffic was seen", known=("traffic",)) == "traffic stands in no row that it cites"


def test_without_a_citation_nothing_is_borne_out() -> None:
    assert unsupported(read_statement("idx2 is blocked"), []) == "it cites no search"


@pytest.mark.parametrize(
    ("text", "spl", "why"),
    [
        ("fwd07 is there", "index=web host=fwd07", None),
        ("web has fwd07", "index=zebra_web host=fwd07", None),
        ("zebra_web has fwd07", "index=zebra_web host=fwd07", "zebra_web stands in no row"),
        ("4 rows are there", "index=web | head 4", "4 stands in no row"),
        ("4 rows are there", "index=web", None),
        ("my_total of fwd07 is there", "index=web | stats count as my_total by host", "my_total stands in no row"),
        ("fwd07 is there", 'index=web | eval host="fwd07"', "makes values of its own"),
        ("fwd07 is there", "| makeresults | fields host", "makes values of its own"),
        ("fwd07 is there", 'index=web | stats values(eval("fwd07")) by host', "makes values of its own"),
    ],
)
def test_a_models_own_search_bears_out_only_what_splunk_holds(text: str, spl: str, why: str | None) -> None:
    rows: tuple[Row, ...] = ({"host": "fwd07", "my_total": "9"}, {"host": "a"}, {"host": "b"}, {"host": "c"})
    said = doubt(text, rows=rows, spl=spl, probe=MODEL_SEARCH, row_count=4)
    assert said is None if why is None else why in str(said)


@pytest.mark.parametrize(
    "spl",
    [
        "index=a | rex x",
        "| makeresults",
        "index=a [search x | eval y=1]",
        "index=a | `m`",
        "index=_audit | table search",
        "| rest /services/search/jobs",
    ],
)
def test_a_search_that_may_make_values_up_is_known(spl: str) -> None:
    assert makes_values(spl)
    assert not makes_values("index=a host=b | stats count max(x) as y by host | sort - count | head 5")


def two(text: str, *rows: Row) -> str | None:
    """Return the doubt about *text*, which cites two searches: the queues, and one with *rows*."""
    other = CitedSearch(entry(id="E4", row_count=len(rows)), rows)
    return unsupported(read_statement(text, OWN), [CitedSearch(entry(), ROWS), other])


def test_a_second_citation_lends_no_number_to_a_name_that_it_does_not_hold() -> None:
    lag: Row = {"host": "idx7", "name": "indexqueue", "late": "777", "time": "2025-11-28T04:05:06Z"}
    apart = "777 stands beside another name than it says"
    assert two("idx2 is late by 777", lag) == apart
    assert two("The indexqueue of idx2 is late by 777", lag) == apart
    assert two("idx2 was seen at 04:05:06", lag) == "04:05:06 stands beside another name than it says"
    assert two("idx7 is late by 777", lag) is None
    assert two("777 is the total", lag) is None


def test_of_a_row_that_names_less_than_another_nothing_is_taken() -> None:
    assert doubt("The name indexqueue of idx1 shows 39.8") == "39.8 stands beside another name than it says"
    assert doubt("The name indexqueue of idx2 shows 39.8") is None
    rows: tuple[Row, ...] = ({"host": "idx2", "name": "tcpout", "n": "45"}, {"host": "idx2", "name": "queue", "n": "7"})
    assert doubt("The tcpout of idx2 shows 45", rows=rows, row_count=2) is None
    assert doubt("The queue of idx2 shows 45", rows=rows, row_count=2) == "45 stands beside another name than it says"
    assert doubt("The queue and the tcpout of idx2 show 45 and 7", rows=rows, row_count=2) is None


def test_an_excerpt_counts_nothing_but_what_splunk_counted() -> None:
    rows: tuple[Row, ...] = tuple({"host": f"web{at}", "events": "102"} for at in range(5))
    assert doubt("5 hosts sent events", rows=rows, row_count=5) is None
    assert doubt("510 events in total", rows=rows, row_count=5) is None
    assert doubt("5 hosts sent events", rows=rows, row_count=60) == "5 stands in no row that it cites"
    assert doubt("510 events in total", rows=rows, row_count=60) == "510 stands in no row that it cites"
    assert doubt("60 rows show events", rows=rows, row_count=60) is None


def test_a_word_of_rows_that_fold_alike_is_known() -> None:
    rows: tuple[Row, ...] = ({"host": "m\u00fcller01", "state": "\u0142adny"},)
    assert doubt("mu\u0308ller01 shows \u0142adny", rows=rows, row_count=1) is None


def test_no_claim_is_borne_out_by_a_search_that_said_it() -> None:
    said: tuple[Row, ...] = ({"_raw": 'POST /search/jobs search=index=web "fwd99 lost 4711 events" | head 1'},)
    assert doubt("fwd99 lost 4711 events", rows=said) is None
    assert doubt("fwd99 lost 4711 events", rows=said, probe=MODEL_SEARCH, spl="index=_internal fwd99") is not None


def test_a_summary_says_no_more_than_the_rules_did() -> None:
    lines = ["idx2: indexqueue was blocked in 75 % of 30 min", "4 of 10 checks ran"]
    assert unsaid(read_statement("idx2 blocks 75 %, 4 of 10 checks ran."), lines) is None
    assert unsaid(read_statement("idx3 blocks 76 %"), lines) == "it says idx3, 76 %, which the rules do not"


def test_ten_thousand_rows_are_read_at_both_ends() -> None:
    rows: tuple[Row, ...] = tuple({"host": f"h{number}", "n": str(number)} for number in range(10_000))
    assert doubt("h0 and h9999 are there", rows=rows) is None
    assert doubt("h9998 shows 9998", rows=rows) is None
    assert doubt("h500 shows 501", rows=rows) is not None
    wide: tuple[Row, ...] = tuple({"host": f"h{number}", "text": "x" * 5000} for number in range(1000))
    assert doubt("h0 and h999 are there", rows=wide) is None
    assert doubt("h500 is there", rows=wide) is not None  # more than anybody was shown
