"""Whatever a run holds: all that is shown of it in Slack fits, and nothing of it is live there."""

from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.event import RunFailed, RunFinished, RunLeft, TaskFinished
from bot.domain.kept import KeptRun, RunLine, RunState
from bot.domain.run import Run, RunRequest, Usage
from bot.engine.planner import plan
from bot.slack.blocks import sentence
from bot.slack.evidence_view import evidence_view
from bot.slack.full_report import full_report
from bot.slack.outbox import repeated
from bot.slack.plan_blocks import plan_message
from bot.slack.progress import Progress
from bot.slack.questions import answer_message, evidence_message, offer_message
from bot.slack.report_blocks import report_message
from bot.slack.run_lists import going_on_message, runs_message, which_message
from bot.slack.sharing import summary, taken
from tests.slack.bench import WORKFLOWS
from tests.slack.hostile import PIECES, WORST, Filled, fillings, hostile
from tests.slack.shape import check, check_view

some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@some
@example(WORST[0], "javascript:alert(1)")
@example(WORST[1], None)
@given(fillings, st.none() | hostile)
def test_a_finished_run(filling: Filled, way: str | None) -> None:
    run = filling.run()
    check(report_message(run))
    check(repeated(report_message(run)))
    check(summary(run, "U1", way), people=1)
    check_view(evidence_view(run))
    if run.report.actions:
        check(taken(run, 1, "U1"), people=1)
    kept = _kept(run.problem.text, run)
    for asked in ("E1", "evidence", run.title):
        check(evidence_message(kept, asked))
    check(offer_message(kept, run.title))


@some
@example(WORST[0], "<!channel>")
@example(WORST[1], "<!channel>")
@given(fillings, hostile)
def test_a_run_on_its_way_and_at_its_end(filling: Filled, text: str) -> None:
    progress = Progress(plan(WORKFLOWS["missing_data"]), filling.problem(), text)
    for result in filling.results():
        progress.tell(TaskFinished("r", 0, result))
    check(plan_message(progress))  # the same in sections is its plainer part
    for end in (RunFinished("r", 0, filling.run()), RunFailed("r", 0, text), RunLeft("r", 0, text)):
        at_end = replace(progress, results={**progress.results})
        at_end.tell(end)
        check(plan_message(at_end))


@settings(max_examples=5, deadline=None)
@example(Filled([*PIECES], 3))
@given(st.builds(Filled, st.lists(hostile, min_size=1, max_size=3), st.just(2)))
def test_the_full_report_is_a_file_of_text(filling: Filled) -> None:
    assert full_report(filling.run()).content.decode().startswith("# ")


@some
@given(st.lists(hostile, min_size=1, max_size=12), hostile)
def test_lists_of_runs(texts: list[str], command: str) -> None:
    lines = [
        RunLine(
            id=f"{number:04x}",
            state=text or "odd",
            asked_at=0,
            asked_by=text,
            workflow=text,
            problem=text,
            severity=text,
            headline=text,
            duration_s=None,
        )
        for number, text in enumerate(texts)
    ]
    going_on = [_kept(text, None, f"{number:04x}") for number, text in enumerate(texts)]
    check(runs_message(lines, 0, command))
    check(going_on_message(going_on, 0, command))
    check(which_message(going_on, 0, command))
    check(sentence(texts[0]))


@some
@example(WORST[0])
@example(WORST[1])
@given(fillings)
def test_an_answer_of_a_model(filling: Filled) -> None:
    check(answer_message("U1", filling.reading(), filling.evidence(), Usage(searches=1)), people=1)


def _kept(problem: str, run: Run | None, run_id: str = "1f2e") -> KeptRun:
    return KeptRun(id=run_id, state=RunState.PLANNED, request=RunRequest(problem=problem), asked_at=0, run=run)
