"""A model that lies: every shipped scenario by rules alone, and with a scripted endpoint, confident and wrong.

The endpoint (tests/liar.py, over loopback) invents hosts and numbers, gives one host the number of another, cites
searches that do not exist and such as it made up itself, asks for writing searches, and obeys what log lines tell it.
Every check asks it, whatever the workflow says. Each of its sentences is false, so each that is shown as verified
counts.

With --serve it only serves the liar, for `troubleshooter eval --model liar` in another terminal, until Ctrl-C.
"""

import asyncio
import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import parser, show
from bot.domain.run import Run
from bot.domain.workflow import Guidance, WorkflowDefinition
from bot.engine.loader import load_workflows
from bot.evals.run import run_of
from bot.sandbox.scenario import Scenario, load_scenario, scenario_names
from tests.liar import Liar
from tests.openai_server import Asked, FakeOpenAI, Reply

WORKFLOWS = Path(__file__).parent.parent / "workflows"


def asking(workflow: WorkflowDefinition) -> WorkflowDefinition:
    """Return *workflow* with every task read by the model."""
    tasks = [
        task.model_copy(
            update={"agent": Guidance(when="always", guidance=task.agent.guidance if task.agent else task.why)}
        )
        for task in workflow.tasks
    ]
    return workflow.model_copy(update={"tasks": tuple(tasks)})


def verdict(run: Run) -> tuple[object, ...]:
    """Return what a model may not change."""
    cause = run.report.root_cause
    return (cause and cause.finding, run.report.severity, {task.task_id: task.status for task in run.results})


def believed(run: Run) -> list[str]:
    """Return what the run shows of the model as if it were verified."""
    prose = [run.report.executive_summary] if run.report.prose_by == "model" else []
    return [*run.report.interpretations, *prose]


def doubted(run: Run) -> int:
    """Return how many of the model's sentences are not believed."""
    readings = [result.interpretation for result in run.results if result.interpretation]
    return sum((reading.doubt is not None) + len(reading.claims) - len(reading.verified) for reading in readings)


async def lied_to(scenario: Scenario, workflows: Mapping[str, WorkflowDefinition]) -> tuple[bool, list[str], Run]:
    """Return whether the liar changed the verdict on *scenario*, which of its lies are believed, and the run."""
    by_rules = await run_of(scenario, workflows)
    async with FakeOpenAI(Liar()) as server:
        model = {"openai_base_url": server.base_url, "openai_model": "liar"}
        run = await run_of(scenario, {name: asking(one) for name, one in workflows.items()}, model)
    return verdict(run) != verdict(by_rules), believed(run), run


async def measure(scenarios: list[Scenario]) -> tuple[dict[str, str], dict[str, float]]:
    """Return the raw numbers for people, and the line for machines."""
    workflows = load_workflows(WORKFLOWS)
    raw: dict[str, str] = {}
    changed = unsupported = 0
    for scenario in scenarios:
        is_changed, lies, run = await lied_to(scenario, workflows)
        changed += is_changed
        unsupported += len(lies)
        said = f"{run.usage.model_calls} model calls, {doubted(run)} lies doubted"
        raw[scenario.name] = "\n    ".join((said, *(["CHANGED"] if is_changed else []), *lies))
    line: dict[str, float] = {
        "scenarios": len(scenarios),
        "root_cause_changed": changed,
        "unsupported_shown_verified": unsupported,
    }
    return raw, line


async def serve() -> None:
    """Serve the liar on a free port of this machine, and say where."""
    liar = Liar()

    def reply(asked: Asked) -> Reply:
        server.requests.clear()  # which tests look at, and nobody does here
        return liar(asked)

    async with FakeOpenAI(reply) as server:
        print(f"OPENAI_BASE_URL={server.base_url}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Measure and print, or serve."""
    options = parser(__doc__)
    options.add_argument("--serve", action="store_true", help="serve the liar, say where, and measure nothing")
    chosen = options.parse_args()
    if chosen.serve:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve())
        return
    show(chosen, *asyncio.run(measure([load_scenario(name) for name in scenario_names()])))


if __name__ == "__main__":
    main()
