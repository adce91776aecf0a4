"""What is said to Splunk and understood of its answers."""

import itertools

import pytest

from bot.splunk.wire import Message, epoch, job_state, messages_of, new_sid, poll_waits, sid_of


@pytest.mark.parametrize(
    ("moment_s", "text"),
    [
        (0.0, "0"),
        (1_700_000_000.0, "1700000000"),
        (1_700_000_000.25, "1700000000.25"),
        (1e-7, "0"),
        (1e11, "100000000000"),
    ],
)
def test_a_bound_is_a_plain_decimal(moment_s: float, text: str) -> None:
    assert epoch(moment_s) == text


def test_ids_of_searches_are_findable_and_differ() -> None:
    first, second = new_sid(1_700_000_000.9), new_sid(1_700_000_000.9)
    assert first.startswith("troubleshooter_1700000001_")
    assert first != second


def test_looks_grow_rarer_up_to_a_second() -> None:
    waits = list(itertools.islice(poll_waits(), 12))
    assert waits[0] == 0.05
    assert waits == sorted(waits)
    assert waits[-1] == 1.0


@pytest.mark.parametrize("body", [b'{"sid": "s1"}', b"<?xml version='1.0'?>\n<response><sid>s1</sid></response>"])
def test_a_sid_is_read_from_json_and_xml(body: bytes) -> None:
    assert sid_of(body) == "s1"


def test_messages_are_read_from_json_and_xml() -> None:
    xml = b'<response><messages><msg type="WARN">a &lt; b</msg><msg code="1" type="FATAL">c</msg></messages></response>'
    both = (Message(type="WARN", text="a < b"), Message(type="FATAL", text="c"))
    assert messages_of(xml) == both
    assert messages_of(b'{"messages": [{"type": "WARN", "text": "a < b"}, {"type": "FATAL", "text": "c"}]}') == both
    assert messages_of(b"plain text") == messages_of(b'{"messages": "odd"}') == messages_of(b"[]") == ()


def test_flags_may_be_booleans_or_digits() -> None:
    state = job_state(b'{"entry": [{"name": "x", "content": {"isDone": "1", "isFailed": "0", "resultCount": "7"}}]}')
    assert (state.over, state.failed, state.result_count) == (True, False, 7)


@pytest.mark.parametrize("body", [b"{}", b'{"entry": []}', b"[]", b'{"entry": [{"content": {"isDone": "perhaps"}}]}'])
def test_a_job_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        job_state(body)


@pytest.mark.parametrize(
    ("kind", "text", "gaps"),
    [
        ("WARN", "Search results might be incomplete: the search process on peer idx2 ended prematurely.", True),
        ("ERROR", "Could not load lookup=LOOKUP-x", True),
        ("WARN", "Field 'x' does not exist", False),
        ("INFO", "[subsearch]: Search auto-finalized after time limit (60 seconds) reached.", True),
        ("INFO", "Your timerange was substituted based on your search string", False),
    ],
)
def test_messages_that_tell_of_missing_rows_are_known(kind: str, text: str, gaps: bool) -> None:  # noqa: FBT001  # a table
    assert Message(type=kind, text=text).tells_of_gaps is gaps
