"""Runs scenarios for real: the whole RunService against a sandbox Splunk over loopback, with or without a model."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

from bot.app.house import open_runs
from bot.domain.run import Interpretation, Run, RunRequest
from bot.domain.workflow import WorkflowDefinition
from bot.engine.preparing import NeedsChoice
from bot.engine.service import RunService
from bot.errors import BotError
from bot.evals import scorers
from bot.evals.arms import NO_MODEL, RULES, Arm
from bot.evals.grounds import unsupported
from bot.evals.model_grounds import not_looked_up, unsupported_of_model
from bot.evals.scores import Score, Totals, totals
from bot.evals.truths import askable
from bot.sandbox.scenario import Scenario, Truth
from bot.sandbox.splunk import SandboxSplunk
from bot.settings import given_settings

SANDBOX_TOKEN = "sandbox-token"  # noqa: S105 - opens nothing but the sandbox


async def evaluate(
    scenarios: Sequence[Scenario],
    workflows: Mapping[str, WorkflowDefinition],
    *,
    all_phrasings: bool = False,
    tell: Callable[[Score], None] = lambda _: None,
    arm: Arm = RULES,
) -> Totals:
    """Choose for every phrasing, run each scenario's problem (or every phrasing) and score; *tell* hears each score."""
    scores = []
    for scenario in scenarios:
        for text, phrasings in _cases(scenario, all_phrasings=all_phrasings):
            score = await _scored(scenario, text, phrasings, workflows, arm)
            tell(score)
            scores.append(score)
    return totals(scores)


def _cases(scenario: Scenario, *, all_phrasings: bool) -> list[tuple[str, list[str]]]:
    """Return each text to run, with the phrasings whose choice is scored along with it."""
    texts = list(dict.fromkeys([scenario.problem, *scenario.phrasings]))
    return [(text, [text]) for text in texts] if all_phrasings else [(scenario.problem, texts)]


async def run_of(
    scenario: Scenario, workflows: Mapping[str, WorkflowDefinition], model: Mapping[str, object] = NO_MODEL
) -> Run:
    """Run a scenario's problem with the workflow that fits. Raises BotError and TimeoutError."""
    limit_s = Arm("", model).limit_s
    async with asyncio.timeout(limit_s), _runs_on(scenario, workflows, model) as runs:
        return await _run(runs, RunRequest(problem=scenario.problem, workflow=scenario.truth.workflow))


async def _scored(
    scenario: Scenario,
    text: str,
    phrasings: Sequence[str],
    workflows: Mapping[str, WorkflowDefinition],
    arm: Arm,
) -> Score:
    truth = arm.truth(scenario.truth)
    run_with = {name: arm.workflow(workflow) for name, workflow in workflows.items()}
    score = Score(scenario=scenario.name, problem=text, phrasings=len(phrasings), phrasings_right=0)
    try:
        async with asyncio.timeout(arm.limit_s), _runs_on(scenario, run_with, arm.model) as runs:
            chosen = {phrasing: await _choice(runs, phrasing) for phrasing in phrasings}
            score = score.model_copy(update=_choices(truth, chosen))
            named = await _named(runs, scenario)
            started = time.monotonic()
            # Where the bot would ask, a person presses the right button; what it chose by itself, it must live with.
            run = await _run(runs, RunRequest(problem=text, workflow=chosen[text] or truth.workflow))
            run = await arm.conclude(run)
            seconds = round(time.monotonic() - started, 3)
    except (BotError, TimeoutError, OSError) as error:
        return score.model_copy(update={"error": str(error) or "it took too long", **_all_wrong(truth)})
    return score.model_copy(update={"seconds": seconds, **_graded(truth, named, run, workflows)})


@contextlib.asynccontextmanager
async def _runs_on(
    scenario: Scenario, workflows: Mapping[str, WorkflowDefinition], model: Mapping[str, object]
) -> AsyncIterator[RunService]:
    async with SandboxSplunk(scenario) as splunk:
        settings = given_settings(splunk_url=splunk.url, splunk_token=SANDBOX_TOKEN, **model)
        async with open_runs(settings, workflows) as runs:
            yield runs


async def _choice(runs: RunService, text: str) -> str | None:
    """Return the id of the workflow that *text* would start; None when the bot would ask."""
    try:
        return (await runs.prepare(RunRequest(problem=text))).workflow.id
    except NeedsChoice:
        return None


async def _named(runs: RunService, scenario: Scenario) -> dict[str, str]:
    """Return the parameters that the scenario's own problem names."""
    prepared = await runs.prepare(RunRequest(problem=scenario.problem, workflow=scenario.truth.workflow))
    return prepared.problem.parameters.named()


def _choices(truth: Truth, chosen: Mapping[str, str | None]) -> dict[str, object]:
    wrong = {phrasing: one for phrasing, one in chosen.items() if one != truth.workflow}
    return {
        "phrasings_right": len(chosen) - len(wrong),
        "wrong_phrasings": tuple(f"{phrasing} → {one or 'would ask'}" for phrasing, one in wrong.items()),
    }


async def _run(runs: RunService, request: RunRequest) -> Run:
    run = await runs.result(await runs.start(await runs.prepare(request)))
    if run is None:
        raise BotError("the run broke; the log has it")
    return run


def _graded(
    truth: Truth, named: Mapping[str, str], run: Run, workflows: Mapping[str, WorkflowDefinition]
) -> dict[str, object]:
    asked = askable(truth, workflows.get(truth.workflow), named, run.problem.text)
    return {
        "workflow": run.workflow,
        "stated_cause": run.report.root_cause.finding if run.report.root_cause else None,
        "root_cause_right": scorers.root_cause_right(truth, run),
        "root_cause_in_top3": scorers.root_cause_right(truth, run, within=3),
        "abstained": scorers.abstained(truth, run),
        "severity": str(run.report.severity),
        "severity_right": scorers.severity_right(truth, run),
        "precision": scorers.precision(truth, run),
        "recall": scorers.recall(asked, run),
        "missing_findings": tuple(scorers.missing(asked, run)),
        "unexpected_findings": tuple(scorers.unexpected(truth, run)),
        "evidence_cited": scorers.evidence_cited(truth, run),
        "not_checked_right": scorers.not_checked_right(truth, run),
        "cleared_right": scorers.cleared_right(asked, run),
        "false_healthy": tuple(scorers.false_healthy(truth, run)),
        "unsupported_claims": tuple(unsupported(run, workflows.get(run.workflow))),
        "forbidden_claims": tuple(scorers.claimed(truth, run)),
        "searches": run.usage.searches,
        "scanned_events": sum(entry.scanned for entry in run.evidence),
        "tokens": run.usage.tokens,
        "model_answers": len(_readings(run)) + (run.report.prose_by == "model"),
        "model_note": run.report.note,
        "model_verified": sum(len(reading.verified) for reading in _readings(run)),
        "model_unverified": sum(len(reading.claims) - len(reading.verified) for reading in _readings(run)),
        "model_unsupported": tuple(unsupported_of_model(run)),
        "model_not_looked_up": tuple(not_looked_up(run)),
    }


def _readings(run: Run) -> list[Interpretation]:
    return [result.interpretation for result in run.results if result.interpretation]


def _all_wrong(truth: Truth) -> dict[str, object]:
    """Score a run that broke: wrong wherever the truth asks for something."""
    return {
        "abstained": None if truth.root_cause else False,
        "precision": None if truth.findings is None else 0.0,
        "recall": None if truth.findings is None else 0.0,
        "evidence_cited": False if truth.evidence else None,
        "not_checked_right": False if truth.not_checked else None,
        "cleared_right": False if truth.clear else None,
    }


def problems_of(score: Score) -> Iterator[str]:
    """Say in a few words each thing that is wrong with one score."""
    if score.error:
        yield score.error
        return
    yield from (f"workflow: {one}" for one in score.wrong_phrasings)
    if not score.root_cause_right:
        yield f"stated cause: {score.stated_cause or 'none'}"
    if not score.severity_right:
        yield f"severity: {score.severity}"
    if score.evidence_cited is False:
        yield "the cause cites other searches than it should"
    if score.not_checked_right is False:
        yield "other tasks than those of not_checked say that they were not checked"
    if score.cleared_right is False:
        yield "a task that should be clear is not"
    yield from (f"not found: {one}" for one in score.missing_findings)
    yield from (f"found beside it: {one}" for one in score.unexpected_findings)
    yield from (f"falsely healthy: {one}" for one in score.false_healthy)
    yield from (f"unsupported: {one}" for one in score.unsupported_claims)
    yield from (f"shown as verified: {one}" for one in score.model_unsupported)
    yield from (f"must not be claimed: {one}" for one in score.forbidden_claims)
