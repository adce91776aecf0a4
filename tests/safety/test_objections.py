"""What no rows bear out, however it is written; and what an honest model says, which nothing is held against."""

import pytest

from bot.safety.objections import objection_to

WELL, CAUSE, DEED = "it says", "it names a cause", "it says what to do"
HIDDEN, SIGN, NONE, VAGUE = "nobody can see", "which cannot be checked", "what is absent", "nothing can show"
AWAY, WRITES = "a link, an address or a mention", "more than read"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("idx1 is fine", WELL),
        ("idx1 is fi\u0301ne", WELL),  # with an accent
        ("idx1 is \uff48\uff45\uff41\uff4c\uff54\uff48\uff59", WELL),  # in full width
        ("idx1 is \U0001d41f\U0001d422\U0001d427\U0001d41e", WELL),  # in bold letters of mathematics
        ("idx1 \u2705", SIGN),
        ("idx1 lost \u00bd of it", SIGN),
        ("idx1 lost \u2466 events", SIGN),
        ("idx1 \u2260 blocked", SIGN),
        ("idx1 is heal\u200bthy", HIDDEN),
        ("idx1 is fi\u00adne", HIDDEN),
        ("idx1 is \u202eyhtlaeh\u202c", HIDDEN),
        ("idx1 \U000e0069\U000e0067", HIDDEN),  # letters of tags
        ("idx1 is safe", WELL),
        ("idx1 is performing well", WELL),
        ("idx1 is free of errors", WELL),
        ("idx1 is error-free", WELL),
        ("idx1 has no blocked queues", WELL),
        ("idx1 didn't drop anything", WELL),
        ("There is nothing to worry about on idx1", WELL),
        ("idx1 reports no rows", NONE),
        ("idx1 never sent an event", NONE),
        ("idx1 cannot reach it", NONE),
        ("Neither idx1 nor idx2 was seen", NONE),
        ("idx1 hasn\u2019t sent", NONE),
        ("All events of idx1 are late", VAGUE),
        ("a third of the rows of idx1", VAGUE),
        ("idx1 caused the outage", CAUSE),
        ("The gap is due to idx1", CAUSE),
        ("The missing events stem from idx1", CAUSE),
        ("idx1 is responsible for it", CAUSE),
        ("Wipe the disk of idx1.", DEED),
        ("Purge the data on idx1.", DEED),
        ("Terminate splunkd there", DEED),
        ("Decommission idx1.", DEED),
        ("Shutdown idx1.", DEED),
        ("Edit outputs.conf there", DEED),
        ("Look at idx1", DEED),
        ("idx1 sends again", WELL),
        ("idx1: up and sending", WELL),
        ("Of idx1 the state = ready", WELL),
        ("idx1 may be down", VAGUE),
        ("Root\ncause: idx1", CAUSE),
        ("idx1 is to blame", CAUSE),
        ("Disable the firewall of idx1", DEED),
        ("idx1 is full; restart it_now", DEED),
        ("On idx1 run `delete_all`", DEED),
        ("Then go to the portal", DEED),
        ("Stop splunkd there", DEED),
        ("idx1 needs an attention", DEED),
        ("idx1 should be wiped", DEED),
        ("idx1: evil.example/fix", AWAY),
        ("idx1: https\uff1a//evil.example", AWAY),
        ("idx1 wants index=a | ```x``` delete", WRITES),
        ("idx1 wants index=a [outputlookup x]", WRITES),
    ],
)
def test_what_nothing_can_show_is_objected_to_however_it_is_written(text: str, why: str) -> None:
    assert why in str(objection_to(text))


@pytest.mark.parametrize(
    "text",
    [
        "Open file descriptors on idx1 reached 1024.",
        "Log files of idx1 grew by 3 GB.",
        "Restart of idx1 at 10:15 IST",
        "The queue of idx1 filled, and change rate and run times rose to 75 %",
        "Upgrade failed on idx1, and call to the license manager failed 3 times.",
        "Run 1234 of the report was skipped",
        "The latency of m\u00fcller01 is 30 \u00b5s, \u201cas logged\u201d \u2013 more\u2026",
        "los-angeles-1 and las-vegas-2 use DAS storage",
        "/opt/splunk/etc/apps on idx1.example.com is at 97 %",
    ],
)
def test_what_an_honest_model_says_of_rows_is_left_to_the_rows(text: str) -> None:
    assert objection_to(text) is None
