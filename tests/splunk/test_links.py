"""Links into Splunk Web: readable by a person, and none rather than a wrong one."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.window import TimeWindow
from bot.splunk.links import search_link

WINDOW = TimeWindow(earliest=1_700_000_000, latest=1_700_003_600.5)
WEB = "https://splunk.example.com:8000"


def test_a_link_carries_the_whole_search_and_absolute_times() -> None:
    spl = 'index=web "50% + more" | rex "(?<a>\\d+)&x=#1"'
    link = search_link(WEB, "search", spl, WINDOW)
    assert link is not None
    assert "+" not in link
    assert parse_qs(urlsplit(link).query) == {
        "q": [f"search {spl}"],
        "earliest": ["1700000000"],
        "latest": ["1700003600.5"],
    }


@pytest.mark.parametrize(
    ("web_url", "begins"),
    [
        (WEB, f"{WEB}/en-US/app/my%20app/search?q="),
        (f"{WEB}/", f"{WEB}/en-US/app/"),
        ("https://example.com/splunk", "https://example.com/splunk/en-US/app/"),
        (f"{WEB}/de-DE", f"{WEB}/de-DE/app/"),
    ],
)
def test_the_root_path_and_locale_of_the_web_address_are_kept(web_url: str, begins: str) -> None:
    link = search_link(web_url, "my app", "| tstats count", WINDOW)
    assert link is not None
    assert link.startswith(begins)


def test_without_a_web_address_there_is_no_link() -> None:
    assert search_link(None, "search", "| tstats count", WINDOW) is None


def test_a_search_too_long_for_a_link_gets_none() -> None:
    assert search_link(WEB, "search", "index=web " + "x " * 1000, WINDOW) is None
