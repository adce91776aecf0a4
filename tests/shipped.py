"""What ships with the bot, read once for all tests of a process."""

from functools import cache
from pathlib import Path

from bot.domain.workflow import TaskDefinition
from bot.engine.loader import load_workflows
from bot.sandbox.scenario import Scenario, load_scenario

ROOT = Path(__file__).parents[1]
DIRECTORY = ROOT / "workflows"
WORKFLOWS = load_workflows(DIRECTORY)
TASKS: tuple[TaskDefinition, ...] = tuple(task for workflow in WORKFLOWS.values() for task in workflow.tasks)


@cache
def shipped_scenario(name: str) -> Scenario:
    """Return a shipped scenario; it is frozen, so tests may share it."""
    return load_scenario(name)
