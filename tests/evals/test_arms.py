"""An evaluation's arms: what several tries amount to, a model that decides alone, and all three side by side."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.eval_arms import show
from bot.domain.run import Claim, Interpretation
from bot.domain.status import Severity, TaskStatus
from bot.evals.arms import Spread, arm_scores
from bot.evals.model_only import Conclusion, by_checks, concluded, judged, without_rules
from bot.evals.scores import Score, totals
from tests.cli.terminal import troubleshooter
from tests.evals.runs import WELL, WORKFLOW, a_run, task, truth
from tests.openai_server import FakeOpenAI, status
from tests.shipped import ROOT


@contextlib.asynccontextmanager
async def served_liar() -> AsyncIterator[str]:
    """Serve the liar as a person does, and yield its base URL."""
    command = (str(ROOT / "benchmarks" / "liar.py"), "--serve")
    server = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    try:
        assert server.stdout
        yield (await server.stdout.readline()).decode().strip().removeprefix("OPENAI_BASE_URL=")
    finally:
        server.send_signal(signal.SIGINT)
        assert await server.wait() == 0


def scored(seconds: float, *, right: bool) -> Score:
    return Score(scenario="s", problem="p", phrasings=1, phrasings_right=1, root_cause_right=right, seconds=seconds)


def test_tries_are_told_by_their_mean_and_their_spread() -> None:
    figures = arm_scores("a", [totals([scored(1, right=True)]), totals([scored(4, right=False)])]).figures
    assert figures["root_cause_top1"] == Spread(mean=0.5, least=0, most=1)
    assert figures["seconds"] == Spread(mean=2.5, least=1, most=4)
    assert figures["findings_recall"] == Spread(mean=None)


def test_a_model_alone_gets_the_same_searches_and_no_rule() -> None:
    bare = without_rules(WORKFLOW)
    assert [one.rules for one in bare.tasks] == [()]
    assert [one.agent and one.agent.when for one in bare.tasks] == ["always"]
    assert [one.probes for one in bare.tasks] == [one.probes for one in WORKFLOW.tasks]


def test_a_model_alone_is_graded_by_checks() -> None:
    cut = by_checks(truth(root_cause=["queues.blocked"], findings=["queues.blocked"], never_find=["queues.other"]))
    assert (cut.root_cause, cut.findings, cut.never_find) == (["queues"], ["queues"], [])


@pytest.mark.parametrize(("severity", "status"), [("critical", TaskStatus.CRITICAL), ("info", TaskStatus.CLEAR)])
def test_a_models_claims_make_its_verdict_whether_or_not_they_are_borne_out(severity: str, status: TaskStatus) -> None:
    claim = Claim.model_validate({"text": "idx2 burns", "evidence": ("E1",), "doubt": "no", "severity": severity})
    given = task("queues", TaskStatus.INCONCLUSIVE)
    reading = Interpretation(text="so", claims=(claim,))
    result = judged(given.model_copy(update={"interpretation": reading}))
    assert result.status is status
    assert [finding.text for finding in result.findings] == (["idx2 burns"] if severity == "critical" else [])
    assert judged(given) == given


def test_a_models_conclusion_is_its_cause_and_without_one_none_is_named() -> None:
    claim = Claim(text="idx2 burns", evidence=("E1",), severity="critical")
    reading = Interpretation(text="so", claims=(claim,))
    results = (judged(task("queues").model_copy(update={"interpretation": reading})), task("license"))
    run = concluded(a_run(*results), results, Conclusion(root_cause="queues", why="it burns"))
    assert run.report.root_cause
    assert (run.report.root_cause.finding, run.report.severity) == ("queues.model", Severity.CRITICAL)
    assert concluded(WELL, results, Conclusion()).report.root_cause is None
    assert concluded(WELL, results, Conclusion(root_cause="nowhere")).report.root_cause is None


async def test_the_three_arms_run_side_by_side_and_a_liar_changes_nothing_beside_the_rules(tmp_path: Path) -> None:
    async with served_liar() as base_url:
        asked = ("eval", "--scenario", "injected", "--model", "liar", "--json")
        said = await troubleshooter(*asked, cwd=tmp_path, OPENAI_BASE_URL=base_url)
    assert said.code == 0, said.err
    rules, both, alone = json.loads(said.out)
    assert [one["arm"] for one in (rules, both, alone)] == ["rules only", "rules + model", "model only"]
    same = ("root_cause_top1", "severity_accuracy", "findings_recall", "false_healthy", "unsupported_claims")
    assert [both["figures"][name] for name in same] == [rules["figures"][name] for name in same]
    assert rules["figures"]["tokens"]["mean"] == 0
    assert both["figures"]["tokens"]["mean"] > 0
    assert alone["figures"]["root_cause_top1"]["mean"] == 0
    assert (both["figures"]["model_verified"]["mean"], alone["figures"]["model_verified"]["mean"]) == (0, 0)
    assert both["differs"] == []
    assert (both["figures"]["model_unsupported"]["mean"], alone["figures"]["unsupported_claims"]["mean"] > 0) == (
        0,
        True,
    )
    assert alone["figures"]["model_unverified"]["mean"] > 20


async def test_a_model_that_never_answers_fails_and_the_last_line_says_why(tmp_path: Path) -> None:
    async with FakeOpenAI(lambda _: status(401)) as server:
        asked = ("eval", "--scenario", "injected", "--model", "nope")
        said = await troubleshooter(*asked, cwd=tmp_path, OPENAI_BASE_URL=server.base_url)
    assert said.code == 1
    assert said.err.splitlines()[-1].startswith("The model nope was not tried: The model endpoint")
    assert said.err.splitlines()[-1].endswith("does not accept the key. Check OPENAI_API_KEY.")
    assert "same root causes" not in said.out
    assert "shown as verified: 0." not in said.out


def test_the_arms_are_shown_in_80_columns_and_in_words_what_the_model_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    well = totals([scored(1, right=True).model_copy(update={"stated_cause": "a.b", "severity": "critical"})])
    worse = [
        totals(
            [
                well.scenarios[0].model_copy(
                    update={"model_unsupported": lies, "tokens": tokens, "model_answers": 3, **more}
                )
            ]
        )
        for lies, tokens, more in (
            ((), 1_234_567, {}),
            (("x",), 987_654, {"severity": "clear", "root_cause_right": False}),
        )
    ]
    by_rules, same, differing = (
        arm_scores(name, tries, well)
        for name, tries in (("rules only", [well]), ("rules + model", worse[:1]), ("rules + model", worse))
    )
    show([by_rules, same], 1)
    told = capsys.readouterr().out
    assert "rules + model names the same root causes and severities as rules only." in told
    assert "Unsupported claims of the model shown as verified: 0." in told
    show([by_rules, differing, differing.model_copy(update={"arm": "model only"})], 1)
    told = capsys.readouterr().out
    assert "  s: clear, not critical\nUnsupported claims of the model shown as verified: 1 in the worst try." in told
    assert "1,111,110 (987,654 to" in told
    assert "50.0% (0.0 to 100.0)" in told
    assert max(map(len, told.splitlines())) <= 80


async def test_a_count_of_tries_that_makes_no_sense_is_said(tmp_path: Path) -> None:
    said = await troubleshooter("eval", "--model", "m", "--tries", "0", cwd=tmp_path)
    assert (said.code, "--tries takes 1 to 100" in said.err) == (2, True)


async def test_tries_without_a_model_are_refused(tmp_path: Path) -> None:
    said = await troubleshooter("eval", "--tries", "3", cwd=tmp_path)
    assert (said.code, "--tries goes with --model" in said.err) == (2, True)
