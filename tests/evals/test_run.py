"""Scenarios run whole: what breaks is wrong in all, and a bot that sees nothing is right in nothing."""

import pytest

from bot.evals.run import evaluate, problems_of
from bot.evals.thresholds import missed, read_thresholds
from bot.sandbox.scenario import Truth
from tests.shipped import WORKFLOWS, shipped_scenario


async def test_a_run_that_breaks_is_wrong_wherever_the_truth_asks_for_something() -> None:
    asked = {"findings": ["a.b"], "evidence": ["x"], "not_checked": ["a"], "clear": ["b"]}
    truth = Truth.model_validate({"workflow": "nowhere", "severity": "clear", **asked})
    broken = shipped_scenario("healthy").model_copy(update={"truth": truth})
    [score] = (await evaluate([broken], WORKFLOWS)).scenarios
    assert "nowhere" in (score.error or "")
    graded = (score.abstained, score.precision, score.recall, score.evidence_cited, score.not_checked_right)
    assert graded == (False, 0.0, 0.0, False, False)
    assert score.cleared_right is False
    nothing = truth.model_copy(update={"findings": None, "evidence": [], "not_checked": [], "clear": []})
    [score] = (await evaluate([broken.model_copy(update={"truth": nothing})], WORKFLOWS)).scenarios
    ungraded = (score.precision, score.recall, score.evidence_cited, score.not_checked_right, score.cleared_right)
    assert set(ungraded) == {None}


@pytest.mark.parametrize("name", ["healthy", "batch_idle"])
async def test_a_bot_that_sees_nothing_keeps_no_scenario_without_a_fault(name: str) -> None:
    scenario = shipped_scenario(name)
    blind = {"forbidden": ["*"], "fatal_for": "|"}
    unseen = scenario.model_copy(
        update={
            "roles": {role: told.model_copy(update={"indexes": ["nothing"]}) for role, told in scenario.roles.items()},
            "faults": scenario.faults.model_copy(update=blind),
        }
    )
    totals = await evaluate([unseen], WORKFLOWS)
    [score] = totals.scenarios
    assert score.cleared_right is False
    assert "a task that should be clear is not" in list(problems_of(score))
    assert missed(totals, read_thresholds())


async def test_a_phrasing_is_not_asked_for_what_it_does_not_say() -> None:
    scenario = shipped_scenario("host_down").model_copy(
        update={"phrasings": ["no events from host=fwd03"], "problem": "host=fwd03 went quiet in index=web"}
    )
    whole, shorter = (await evaluate([scenario], WORKFLOWS, all_phrasings=True)).scenarios
    assert (whole.recall, shorter.recall) == (1.0, 1.0)
    kept = scenario.model_copy(update={"problem": "no events from host=fwd03", "phrasings": []})
    [score] = (await evaluate([kept], WORKFLOWS)).scenarios
    assert score.missing_findings == ("data_volume.source_quiet",)
    assert "not found: data_volume.source_quiet" in list(problems_of(score))
