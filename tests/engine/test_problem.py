"""What a person's text names; nothing else is invented."""

from datetime import UTC, datetime

import pytest

from bot.domain.run import Parameters
from bot.engine.problem import MAX_CHARACTERS, read

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("no events in index=web since 10:15", {"index": "web", "earliest": "2026-11-25T10:15:00Z"}),
        ("index = web, sourcetype=access_combined.", {"index": "web", "sourcetype": "access_combined"}),
        ('idx:"os" host=fwd-01.example.com', {"index": "os", "host": "fwd-01.example.com"}),
        ("nothing since 10pm", {"earliest": "2026-11-24T22:00:00Z"}),
        ("nothing since 2026-11-25T08:30:00+02:00", {"earliest": "2026-11-25T06:30:00Z"}),
        ("nothing since 2026-11-24", {"earliest": "2026-11-24T00:00:00Z"}),
        ("no data since 2 hours", {"earliest": "2026-11-25T10:00:00Z"}),
        ("no data since 5 min", {"earliest": "2026-11-25T11:55:00Z"}),
        ("since 0001-01-01 nothing", {"earliest": "0001-01-01T00:00:00Z"}),
        ("slow for 2h", {"earliest": "2026-11-25T10:00:00Z"}),
        ("slow for the last 30 minutes", {"earliest": "2026-11-25T11:30:00Z"}),
        ("since the 10 hosts went away", {}),
        ("since 2027-01-01 nothing", {}),
        ('index="*" host=a|delete', {}),
        ("reindexing=web is slow", {}),
        ("", {}),
    ],
)
def test_only_what_is_named_is_taken(text: str, named: dict[str, str]) -> None:
    assert read(text, NOON).parameters == Parameters(**named)


def test_a_time_is_read_in_the_persons_own_zone() -> None:
    assert read("since 10:15", NOON, "Europe/Berlin").parameters.earliest == "2026-11-25T09:15:00Z"
    assert read("since 10:15", NOON, "no/where").parameters.earliest == "2026-11-25T10:15:00Z"


def test_a_year_before_the_calendar_is_no_crash() -> None:
    assert read("since 0001-01-01", NOON, "Asia/Tokyo").parameters.earliest is None


def test_a_long_text_is_cut_and_says_so_and_a_secret_is_masked() -> None:
    text = read("password=hunter2 " + "x" * 200_000, NOON).text
    assert len(text) < MAX_CHARACTERS + 60
    assert "more characters were left out" in text
    assert "hunter2" not in text
