"""Reading what a person typed, and disarming what we show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack import mrkdwn
from bot.slack.text import disarmed, line, plain, size, typed
from tests.slack.hostile import hostile
from tests.slack.shape import inert


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("<@U0BOT> no events", "no events"),
        ("hey <@U0BOT|troubleshooter> no events", "hey   no events"),
        ("is <@U1|ana> right", "is @ana right"),
        ("ask <@U1>", "ask @U1"),
        ("see <#C1|general> and <#C2|>", "see #general and #C2"),
        ("<!here> <!subteam^S1|@oncall> <!date^1^{date}|today>", "@here @oncall today"),
        ("host=<http://web01.example.com|web01.example.com>", "host=web01.example.com"),
        ("see <https://a.example/x> now", "see https://a.example/x now"),
        ("see <https://a.example/x|the dashboard>", "see the dashboard (https://a.example/x)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("no events in *index=web* and _host=web01_ ~now~", "no events in index=web and host=web01 now"),
        ("```index=web\n| stats count```", "index=web\n| stats count"),
        ("host=*web* *.log _internal and _audit a_b_c `m`", "host=*web* *.log _internal and _audit a_b_c `m`"),
        ("count &lt; 5 &amp;&amp; x &gt; 2", "count < 5 && x > 2"),
        ("&amp;lt;", "&lt;"),
        ("index=\u201cweb prod\u201d it\u2019s\u00a0off", 'index="web prod" it\'s off'),
        ("\u202b\u05e9\u05dc\u05d5\u05dd \U0001f600", "\u05e9\u05dc\u05d5\u05dd \U0001f600"),
        ("no events in \u202aindex=web\u202c", "no events in index=web"),  # as a dialog of Windows lets it be copied
    ],
)
def test_typed_text_reads_as_it_was_meant(sent: str, meant: str) -> None:
    assert typed(sent, "U0BOT") == meant


@given(hostile, st.integers(60, 4000))
def test_disarmed_text_holds_nothing_live_and_fits(text: str, limit: int) -> None:
    shown = disarmed(text, limit)
    inert(shown)
    assert size(shown) <= limit


@pytest.mark.parametrize("text", ["<!channel> & <@U1> 5 > 3", "a_b_c index=web_prod", "plain words, 10:15"])
def test_disarmed_text_still_reads_the_same(text: str) -> None:
    assert mrkdwn.read(disarmed(text, 500)).replace("\u2060", "") == text


def test_formatting_quotes_and_emoji_codes_are_broken_up() -> None:
    shown = disarmed("_it_ *b* ~s~ `c` :fire:\n> q", 500)
    assert "_it_" not in shown
    assert ":fire:" not in shown
    assert "\n&gt;" not in shown


@given(hostile, st.integers(30, 500))
def test_a_cut_names_how_much_is_missing(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert size(shown) <= limit
    if shown.endswith(" more") and "more" not in text:
        kept, _, count = shown.removesuffix(" more").rpartition("… ")
        assert len(kept) + int(count) == len(plain(text, 10**9))


def test_a_cut_falls_between_words_unless_one_is_very_long() -> None:
    assert plain("the queue of idx2 was blocked for an hour", 40) == "the queue of… 29 more"
    assert plain("see " + "x" * 60, 60) == f"see {'x' * 32}… 28 more"


def test_a_line_has_no_line_breaks() -> None:
    assert line("a\n\n b\tc", 50) == "a b c"
