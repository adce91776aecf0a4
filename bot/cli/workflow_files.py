"""The workflows that a command works on: --workflows, else WORKFLOWS_DIR, else the shipped ones."""

import argparse
from pathlib import Path

from bot.domain.workflow import WorkflowDefinition
from bot.engine.loader import load_workflows
from bot.settings import read_settings


def directory(arguments: argparse.Namespace) -> Path:
    """Return the folder of workflow files. Raises SettingsError."""
    return Path(arguments.workflows) if arguments.workflows else read_settings().workflows_dir


def load(arguments: argparse.Namespace) -> dict[str, WorkflowDefinition]:
    """Load every workflow. Raises WorkflowError with all problems."""
    return load_workflows(directory(arguments))
