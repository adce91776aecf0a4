"""Splunk's time modifiers."""

import pytest

from bot.sandbox.spl import times
from tests.sandbox.plain_deployment import NOW

# NOW is Tuesday 2025-11-25 04:19:39 UTC.


@pytest.mark.parametrize(
    ("modifier", "stamp"),
    [
        ("now", "2025-11-25T04:19:39"),
        ("-24h", "2025-11-24T04:19:39"),
        ("-1h@h", "2025-11-25T03:00:00"),
        ("@d", "2025-11-25T00:00:00"),
        ("-7d@d+3h", "2025-11-18T03:00:00"),
        ("+5m", "2025-11-25T04:24:39"),
        ("-h", "2025-11-25T03:19:39"),
        ("-2mon@mon", "2025-09-01T00:00:00"),
        ("@w0", "2025-11-23T00:00:00"),
        ("@w1", "2025-11-24T00:00:00"),
        ("@w5", "2025-11-21T00:00:00"),
        ("@q", "2025-10-01T00:00:00"),
        ("-1y@y", "2024-01-01T00:00:00"),
        ("1764044379", "2025-11-25T04:19:39"),
        ("2025-11-25T06:19:39.000+02:00", "2025-11-25T04:19:39"),
        ("11/25/2025:04:19:39", "2025-11-25T04:19:39"),
    ],
)
def test_a_modifier_means_this_moment(modifier: str, stamp: str) -> None:
    assert times.iso(times.resolve(modifier, NOW)) == f"{stamp}.000+00:00"


@pytest.mark.parametrize("modifier", ["NaN", "yesterday", "-5parsecs", "-24h@", "@x", "rt-5m"])
def test_what_splunk_cannot_read_is_an_error(modifier: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        times.resolve(modifier, NOW)


def test_a_stamp_goes_out_and_back() -> None:
    form = "%Y-%m-%d %H:%M:%S.%3N %z"
    assert times.strptime(times.strftime(NOW + 0.25, form), form) == NOW + 0.25
