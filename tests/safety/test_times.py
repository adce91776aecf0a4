"""Times are read by us, or refused with what would be readable."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.window import TimeWindow
from bot.errors import BadTime
from bot.safety.times import MAX_EPOCH, resolve, window

NOW = datetime(2026, 3, 31, 14, 37, 12, 250_000, UTC).timestamp()  # a Tuesday


def stamp(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2026-03-31T14:37:12.250000"),
        ("now()", "2026-03-31T14:37:12.250000"),
        (" -24h ", "2026-03-30T14:37:12.250000"),
        ("-1h@h", "2026-03-31T13:00:00"),
        ("-h@h", "2026-03-31T13:00:00"),
        ("@h", "2026-03-31T14:00:00"),
        ("@d", "2026-03-31T00:00:00"),
        ("@s", "2026-03-31T14:37:12"),
        ("-90s@m", "2026-03-31T14:35:00"),
        ("+5m", "2026-03-31T14:42:12.250000"),
        ("+10y", "2036-03-31T14:37:12.250000"),
        ("@w", "2026-03-29T00:00:00"),
        ("@w0", "2026-03-29T00:00:00"),
        ("@w7", "2026-03-29T00:00:00"),
        ("@w1", "2026-03-30T00:00:00"),
        ("@w2", "2026-03-31T00:00:00"),
        ("@w3", "2026-03-25T00:00:00"),
        ("-7d@w1", "2026-03-23T00:00:00"),
        ("@mon", "2026-03-01T00:00:00"),
        ("-1mon", "2026-02-28T14:37:12.250000"),
        ("-1mon@mon+7d", "2026-02-08T00:00:00"),
        ("-1y@y", "2025-01-01T00:00:00"),
        ("@q", "2026-01-01T00:00:00"),
        ("-1q@q", "2025-10-01T00:00:00"),
        ("@d-2h+30m", "2026-03-30T22:30:00"),
        ("2026-01-31", "2026-01-31T00:00:00"),
        ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00"),
        ("2026-01-31 09:30", "2026-01-31T09:30:00"),
        ("2026-01-31T09:30:00+02:00", "2026-01-31T07:30:00"),
        ("2026-01-31T09:30:00-0500", "2026-01-31T14:30:00"),
        ("2026-01-31T09:30:00.125Z", "2026-01-31T09:30:00.125000"),
        ("2026-01-31T09:30:00.500000000Z", "2026-01-31T09:30:00.500000"),
        ("01/31/2026:09:30:00", "2026-01-31T09:30:00"),
    ],
)
def test_a_time_is_read_as_splunk_reads_it(text: str, moment: str) -> None:
    assert resolve(text, NOW) == pytest.approx(stamp(moment), abs=1e-5)


@pytest.mark.parametrize(
    ("spellings", "seconds"),
    [
        ("s sec secs second seconds", 1),
        ("m min mins minute minutes", 60),
        ("h hr hrs hour hours", 3600),
        ("d day days", 86_400),
        ("w week weeks", 604_800),
    ],
)
def test_each_spelling_of_a_unit_is_read(spellings: str, seconds: int) -> None:
    for spelling in spellings.split():
        assert resolve(f"-2{spelling}", NOW) == pytest.approx(NOW - 2 * seconds)


def test_longer_units_have_spellings_too() -> None:
    assert {resolve(f"-3{each}", NOW) for each in ("mon", "month", "months", "q", "qtr", "quarter")} == {
        stamp("2025-12-31T14:37:12.250000"),
        stamp("2025-06-30T14:37:12.250000"),
    }
    assert len({resolve(f"-1{each}", NOW) for each in ("y", "yr", "yrs", "year", "years")}) == 1


def test_an_epoch_is_taken_as_it_is() -> None:
    assert resolve("1790000000", NOW) == 1_790_000_000.0
    assert resolve("1790000000.25", NOW) == 1_790_000_000.25
    assert resolve("0", NOW) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "rt", "rtnow", "rt-5m", "RT", "NaN", "nan", "inf", "-inf", "Infinity", "1e9", "0x10", "1_000",
        "-5", "1790000000000", "99999999999999999999", "-999999y", "+999999d", "-100y", "yesterday", "-1fortnight",
        "-1M", "-1H", "@", "@fortnight", "@d1", "@w8", "--1d", "-1d@", "1d", "-1 d", "now-", "2026-02-30",
        "2026-13-01", "2026-01-31T25:00:00Z", "2026-01-31T09:30:00+99:00", "2026-01-31T09:30:00.1234567891Z",
        "0000-01-01", "٣", "-٣d", "-1d\n| delete", "-24h" * 40, "*", "earliest", "-1d;", "13/31/2026:09:30:00",
    ],
)  # fmt: skip
def test_what_splunk_would_drop_in_silence_is_refused(text: str) -> None:
    with pytest.raises(BadTime, match="write now, a relative time"):
        resolve(text, NOW)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=40), st.from_regex(r"[+-]?[0-9a-z@.:TZ-]{0,20}", fullmatch=True)))
def test_any_text_is_a_sane_moment_or_a_bad_time(text: str) -> None:
    try:
        moment = resolve(text, NOW)
    except BadTime:
        return
    assert math.isfinite(moment)
    assert 0 <= moment <= MAX_EPOCH


def test_both_bounds_count_from_the_same_moment() -> None:
    assert window("-24h", "now", NOW) == TimeWindow(earliest=NOW - 86_400, latest=NOW, as_of=NOW)


@pytest.mark.parametrize(("earliest", "latest"), [("now", "-1h"), ("now", "now"), ("-1d", "-2d")])
def test_an_empty_window_is_refused(earliest: str, latest: str) -> None:
    with pytest.raises(BadTime, match="put the earlier time first"):
        window(earliest, latest, NOW)


@pytest.mark.parametrize(("earliest", "latest"), [(2.0, 1.0), (1.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_a_window_is_finite_and_in_order(earliest: float, latest: float) -> None:
    with pytest.raises(ValidationError):
        TimeWindow(earliest=earliest, latest=latest)
