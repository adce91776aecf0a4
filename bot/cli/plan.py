"""`troubleshooter plan`: what a workflow does, drawn."""

import argparse
import json
from collections.abc import Iterator

from bot.cli.workflow_files import directory
from bot.domain.plan import Plan
from bot.domain.workflow import TaskDefinition
from bot.engine.caps import Caps
from bot.engine.loader import load_workflow
from bot.engine.planner import critical_path, plan, rounds, searches


def command(arguments: argparse.Namespace) -> int:
    """Draw the plan, or print it as JSON."""
    the_plan = plan(load_workflow(directory(arguments), arguments.workflow))
    if arguments.json:
        print(json.dumps(as_json(the_plan), indent=2))
    else:
        print("\n".join(drawn(the_plan)))
    return 0


def counted(number: int, noun: str) -> str:
    """Return "1 phase", "2 phases"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def as_json(the_plan: Plan) -> dict[str, object]:
    """Return the plan for machines; `parallel_efficiency` is a fraction to three decimals."""
    path, length = critical_path(the_plan)
    asked = searches(the_plan)
    return {
        "workflow": the_plan.workflow.id,
        "title": the_plan.workflow.title,
        "phases": [[task.id for task in phase.tasks] for phase in the_plan.phases],
        "tasks": len(the_plan.tasks),
        "parallel_efficiency": round(the_plan.parallel_efficiency, 3),
        "critical_path": list(path),
        "critical_path_tasks": int(length),
        "searches": len(asked),
        "search_cap": Caps().searches,
        "search_rounds": int(rounds([1.0] * len(asked), Caps().searches)),
        "needs": {task.id: list(task.needs) for task in the_plan.tasks},
        "probes": {
            task.id: {
                name: {
                    "spl": probe.spl,
                    "earliest": probe.earliest,
                    "latest": probe.latest,
                    "max_rows": probe.max_rows,
                }
                for name, probe in task.probes.items()
            }
            for task in the_plan.tasks
        },
    }


def drawn(the_plan: Plan) -> Iterator[str]:
    """Yield the lines of the drawing."""
    workflow = the_plan.workflow
    asked = searches(the_plan)
    yield f"{workflow.title} ({workflow.id}): {workflow.about}"
    tasks = the_plan.tasks
    yield (
        f"{counted(len(tasks), 'task')} in {counted(len(the_plan.phases), 'phase')}, "
        f"{the_plan.parallel_efficiency:.1%} parallel efficiency"
    )
    for phase in the_plan.phases:
        yield ""
        yield f"phase {phase.number}"
        for task in phase.tasks:
            yield from _task(task)
    path, _ = critical_path(the_plan)
    cap = Caps().searches
    shared = sum(len(by) > 1 for by in asked.values())
    yield ""
    yield f"critical path: {' → '.join(path)}"
    yield (
        f"searches: {len(asked)} a run ({shared} shared by several tasks); at {cap} at once, "
        f"at least {int(rounds([1.0] * len(asked), cap))} rounds"
    )


def _task(task: TaskDefinition) -> Iterator[str]:
    waits = f"  (waits for {', '.join(task.needs)})" if task.needs else ""
    yield f"  {task.id}: {task.why}{waits}"
    for name, probe in task.probes.items():
        window = f"{probe.earliest or '-24h'} to {probe.latest or 'now'}" if probe.earliest else "as it is now"
        yield f"    {name} [{window}, up to {counted(probe.max_rows, 'row')}]  {' '.join(probe.spl.split())}"
