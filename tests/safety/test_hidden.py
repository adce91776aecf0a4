"""What is hidden from a reader is the same everywhere: in reports, in Slack, in files and on a terminal."""

import pytest

from bot.safety.hidden import dropped, is_hidden, on_one_line, visible
from bot.slack.text import disarmed, line, plain, typed
from bot.summary.words import one_line

NAMED = {
    "zero width space": "\u200b",
    "left-to-right mark": "\u200e",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
    "override": "\u202e",
    "isolate": "\u2066",
    "letter of a tag": "\U000e0041",
    "lone surrogate": "\ud800",
    "line separator": "\u2028",
    "next line": "\x85",
    "escape": "\x1b",
    "null": "\x00",
}


@pytest.mark.parametrize("hidden", NAMED.values(), ids=NAMED)
def test_what_is_hidden_reaches_no_reader(hidden: str) -> None:
    text = f"idx1{hidden}idx2"
    shown = [one_line(text), line(text, 90), plain(text, 90), disarmed(text, 90), typed(text)]
    shown += [visible(text), on_one_line(text), dropped(text)]
    assert [one for one in shown if hidden in one] == []
    assert is_hidden(hidden)


def test_words_that_a_control_character_keeps_apart_stay_apart_on_one_line() -> None:
    assert one_line("idx1\x85idx2\u2028idx3\x1b[31m\u200b") == "idx1 idx2 idx3 [31m"
    assert line("idx1\x85idx2\u2028idx3", 90) == "idx1 idx2 idx3"


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\u200d\U0001f4bb",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "a\nb\tc",
        "\u00b5s \u2026",
    ],
)
def test_what_holds_emoji_and_words_together_stays(text: str) -> None:
    assert (plain(text, 90), visible(text), dropped(text)) == (text, text, text)
    assert one_line(text) == " ".join(text.split())
