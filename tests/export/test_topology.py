"""The hosts, servers and indexes that the evidence names."""

from bot.export.topology import MOST_NAMES, named
from tests.export.packets import entry


def test_each_name_is_told_once_with_the_searches_that_named_it() -> None:
    first = entry(1, [{"host": "idx1", "peerName": "idx2"}, {"host": "idx1"}, {"host": "", "count": "3"}])
    second = entry(2, [{"host": ("idx1", "fwd1"), "index": "web", "splunk_server": "sh1"}])
    assert named([first, second]) == [
        ("host", "idx1", ("E1", "E2")),
        ("host", "fwd1", ("E2",)),
        ("Splunk server", "sh1", ("E2",)),
        ("search peer", "idx2", ("E1",)),
        ("index", "web", ("E2",)),
    ]


def test_a_long_list_says_what_it_leaves_out() -> None:
    many = entry(1, [{"host": f"h{number}"} for number in range(MOST_NAMES + 20)])
    assert named([many])[-1] == ("host", "… and 20 more", ())
    assert len(named([many])) == MOST_NAMES + 1
