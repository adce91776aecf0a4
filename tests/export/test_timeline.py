"""The timeline's bars and the critical path."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.run import Run
from bot.domain.status import TaskStatus
from bot.export.critical_path import critical_path
from bot.export.timeline import lay_out
from bot.export.timeline_svg import AXIS_LEFT, AXIS_WIDTH, picture
from tests.export.packets import ZERO, Page, run_of, task

EXAMPLE = run_of(
    [
        task("a", 0, 2),
        task("b", 0, 4.5),
        task("c", 0, 9),
        task("d", 2, 3),
        task("e", 5, 3, TaskStatus.CRITICAL),
        task("f", 8, 4, TaskStatus.FAILED),
        task("g", None, status=TaskStatus.SKIPPED),
    ],
    phases=[["a", "b", "c"], ["d", "e"], ["f", "g"]],
)


def test_the_critical_path_goes_back_over_the_tasks_that_ended_last_before_the_next_began() -> None:
    assert critical_path(EXAMPLE) == ("b", "e", "f")


def test_given_needs_the_critical_path_follows_them_and_not_the_clock() -> None:
    assert critical_path(EXAMPLE, {"f": ("d", "e"), "e": ("a",), "d": ("b",)}) == ("a", "e", "f")
    assert critical_path(EXAMPLE, {"f": ("g",)}) == ("f",)
    assert critical_path(EXAMPLE, {"f": ("e",), "e": ("f",)}) == ("e", "f")


def test_a_run_of_which_nothing_began_has_no_critical_path() -> None:
    assert critical_path(run_of([task("a", None)])) == ()
    assert critical_path(run_of()) == ()


def test_bars_begin_and_last_in_proportion_to_their_times() -> None:
    bars = {bar.task_id: bar for band in lay_out(EXAMPLE, ()).bands for bar in band.bars}
    assert [(bars[name].left, bars[name].width) for name in "abf"] == [(0, 2 / 12), (0, 4.5 / 12), (8 / 12, 4 / 12)]
    assert (bars["g"].left, bars["g"].width) == (None, None)
    drawn = Page(picture(lay_out(EXAMPLE, ()))).all("rect", "bar")
    placed = [(float(said["x"] or 0) - AXIS_LEFT, float(said["width"] or 0)) for said in drawn]
    assert placed[5] == pytest.approx((AXIS_WIDTH * 8 / 12, AXIS_WIDTH * 4 / 12), abs=0.01)
    assert math.isclose(placed[1][1] / placed[0][1], 2.25, rel_tol=0.001)


def test_each_task_says_its_status_in_words_and_whether_the_path_goes_over_it() -> None:
    page = Page(picture(lay_out(EXAMPLE, critical_path(EXAMPLE))))
    for words in (
        "F: failed, 4.00 s, on the critical path",
        "G: skipped, never begun",
        "D: clear, 3.00 s",
        "◆ F",
        "Phase 3",
        "6 of 7 checks began, within 12.00 s. Critical path: B, then E, then F.",
    ):
        assert words in page.texts
    assert [said["class"] for said in page.all("rect", "critical-path")] == [
        "bar clear critical-path",
        "bar critical critical-path",
        "bar failed critical-path",
    ]


def test_tasks_of_no_phase_are_shown_as_such() -> None:
    bands = lay_out(run_of([task("a"), task("b")], phases=[["a"], []]), ()).bands
    assert [(band.number, [bar.task_id for bar in band.bars]) for band in bands] == [(1, ["a"]), (None, ["b"])]


@settings(deadline=None)  # a busy machine is no failure
@given(st.floats(0.0001, 1e6))
def test_ticks_are_few_and_within_the_run(length_s: float) -> None:
    timeline = lay_out(run_of([task("a", 0, length_s)]), ())
    assert 1 < len(timeline.ticks_s) <= 9
    assert timeline.ticks_s[-1] <= timeline.length_s


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.tuples(st.none() | st.floats(), st.floats()), max_size=4), st.floats())
@example([(1e308, 1e308), (-1e308, 1.0)], 0.0)
def test_no_clock_draws_a_bar_outside_of_the_picture(times: list[tuple[float | None, float]], end: float) -> None:
    results = [
        task(f"t{n}").model_copy(update={"started_at": begins, "duration_s": takes})
        for n, (begins, takes) in enumerate(times)
    ]
    run: Run = run_of().model_copy(update={"results": tuple(results), "finished_at": end, "started_at": ZERO})
    timeline = lay_out(run, critical_path(run))
    for bar in (bar for band in timeline.bands for bar in band.bars):
        left, width = bar.left or 0.0, bar.width or 0.0
        assert 0 <= left <= left + width <= 1.000001
    Page(picture(timeline))
