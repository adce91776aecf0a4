"""The budget: within any minute no more than Slack promises, and a busy channel holds up no other."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.budget import POST, RATES, Budget, Line, line_of

UPDATE = Line("chat.update")
HERE, THERE = Line(POST, "C1"), Line(POST, "C2")


def spend(budget: Budget, line: Line, now: float) -> int:
    """Make every call of *line* that may go now; return how many."""
    gone = 0
    while not budget.wait_s(line, (), now):
        budget.take(line, now)
        gone += 1
    return gone


def test_only_posts_have_a_line_for_each_channel() -> None:
    assert line_of(POST, "C1") == HERE
    assert line_of("chat.update", "C1") == UPDATE


def test_a_channel_takes_a_short_burst_and_then_one_post_a_second() -> None:
    budget = Budget()
    assert spend(budget, HERE, 100.0) == 3
    assert budget.wait_s(HERE, (), 100.0) == 1.0
    assert budget.wait_s(HERE, (), 100.25) == 0.75
    assert spend(budget, HERE, 101.0) == 1


def test_a_busy_channel_leaves_another_its_own_burst() -> None:
    budget = Budget()
    spend(budget, HERE, 0.0)
    assert spend(budget, THERE, 0.0) == 3


def test_posts_to_many_channels_together_keep_to_the_workspaces_limit() -> None:
    budget = Budget()
    gone = sum(spend(budget, Line(POST, f"C{number}"), 0.0) for number in range(100))
    assert gone == RATES[POST].at_once


@given(st.lists(st.floats(0, 20), max_size=60), st.sampled_from(["chat.update", "chat.postEphemeral", "unheard.of"]))
def test_whenever_calls_are_wanted_a_minute_sees_no_more_than_its_tier(gaps_s: list[float], method: str) -> None:
    budget, line, now, gone = Budget(), Line(method), 0.0, list[float]()
    for gap_s in gaps_s:
        now += gap_s
        gone += [now] * spend(budget, line, now)
    allowed = {"chat.update": 50, "chat.postEphemeral": 100}.get(method, 20)
    assert all(sum(start <= each < start + 60 for each in gone) <= allowed for start in gone)


def test_those_ahead_are_waited_for() -> None:
    budget = Budget()
    spend(budget, HERE, 0.0)
    assert budget.wait_s(HERE, [HERE, HERE], 0.0) == 3.0


def test_a_channel_with_many_ahead_does_not_hold_up_another() -> None:
    budget = Budget()
    spend(budget, HERE, 0.0)
    assert budget.wait_s(THERE, [HERE] * 500, 0.0) == 0.0


def test_slow_down_holds_the_whole_method_and_every_channel_of_it() -> None:
    budget = Budget()
    budget.take(HERE, 0.0)
    budget.hold(POST, 17.0)
    assert [budget.wait_s(line, (), 0.0) for line in (HERE, THERE)] == [17.0, 17.0]
    assert budget.wait_s(UPDATE, (), 0.0) == 0.0


def test_after_a_hold_no_burst_follows() -> None:
    budget = Budget()
    budget.hold("chat.update", 17.0)
    assert spend(budget, UPDATE, 17.0) == 1


def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    budget = Budget()
    budget.hold("chat.update", 60.0)
    budget.hold("chat.update", 10.0)
    assert budget.wait_s(UPDATE, (), 0.0) == 60.0
