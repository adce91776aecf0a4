"""Workflow files to workflows: every problem of every file at once, each with its place, or none and all is well.

Nothing that can be known from a file is left to fail during a run.
"""

from pathlib import Path
from typing import Any

from bot.domain.workflow import CommonParts, WorkflowDefinition
from bot.engine.common_parts import Expanded, children, expand, probes_of
from bot.engine.file_problem import FileProblem
from bot.engine.probe_checks import check_probe
from bot.engine.rule_checks import check_rules
from bot.engine.shape_checks import check_shape
from bot.engine.workflow_checks import check_workflow
from bot.engine.yaml_nodes import Document, Route
from bot.engine.yaml_reader import read_file
from bot.errors import UnknownWorkflow, WorkflowError

COMMON_FILE = "common.yml"


def load_workflows(directory: Path) -> dict[str, WorkflowDefinition]:
    """Load every workflow of *directory*, by id. Raises WorkflowError with all problems of all files."""
    common = directory / COMMON_FILE
    paths = [path for path in sorted(directory.glob("*.yml")) if path != common]
    if not paths:
        raise WorkflowError(f"{directory} holds no workflow. Name a directory with .yml files in it.")
    shared, problems = _load_common(common)
    for path in sorted(directory.glob("*.yaml")):
        problems.append(FileProblem(path.name, 1, 1, "", "is not read", f"Rename it to {path.stem}.yml."))
    workflows = {}
    for path in paths:
        workflow, found = _load(path, shared)
        problems += found
        if workflow is not None:
            workflows[workflow.id] = workflow
    if problems:
        raise WorkflowError(*map(str, _once(problems)))
    return workflows


def load_workflow(directory: Path, workflow_id: str) -> WorkflowDefinition:
    """Load one workflow of *directory* and leave the others unread.

    Raises UnknownWorkflow when it has no file, and WorkflowError with all problems of its file.
    """
    known = [path.stem for path in sorted(directory.glob("*.yml")) if path.name != COMMON_FILE]
    if not known:
        raise WorkflowError(f"{directory} holds no workflow. Name a directory with .yml files in it.")
    if workflow_id not in known:
        raise UnknownWorkflow(f"there is no workflow {workflow_id[:60]!r}. There are: {', '.join(known)}.")
    shared, problems = _load_common(directory / COMMON_FILE)
    workflow, found = _load(directory / f"{workflow_id}.yml", shared)
    if problems or found or workflow is None:
        raise WorkflowError(*map(str, _once(problems + found)))
    return workflow


def check_file(path: Path, common: Path | None = None) -> list[FileProblem]:
    """Return the problems of one workflow file, and of the *common* file (by default the one beside it)."""
    common = common or path.with_name(COMMON_FILE)
    shared, problems = _load_common(common)
    return _once(problems if path == common else problems + _load(path, shared)[1])


def _once(problems: list[FileProblem]) -> list[FileProblem]:
    """Tell once what is wrong in common.yml, whoever takes it."""
    told: dict[tuple[str | int, ...], FileProblem] = {}
    for each in problems:
        field = each.path.rpartition(".")[2]
        told.setdefault((each.file, each.line, each.column, field, each.problem), each)
    return list(told.values())


def _load_common(path: Path) -> tuple[Document, list[FileProblem]]:
    if not path.exists():
        return Document(path.name), []
    document = read_file(path)
    expanded = Expanded(document, document.value)
    if _readable(expanded):
        check_shape(expanded, CommonParts)
        _check_task_parts(expanded, (), expanded.value)
    return document, sorted(expanded.problems)


def _load(path: Path, common: Document) -> tuple[WorkflowDefinition | None, list[FileProblem]]:
    document = read_file(path)
    expanded = expand(document, common)
    if _readable(expanded):
        check_shape(expanded, WorkflowDefinition)
        check_workflow(expanded, path.stem)
        for number, task in children(expanded.value, "tasks", dict):
            _check_task_parts(expanded, ("tasks", number), task)
    if expanded.problems:
        return None, sorted(expanded.problems)
    return WorkflowDefinition.model_validate(expanded.value), []


def _readable(expanded: Expanded) -> bool:
    """Note what is wrong with the YAML itself, and say whether there is a mapping to check."""
    expanded.add_faults()
    if expanded.document.broken:
        return False
    if expanded.value is None:
        expanded.add((), "is empty", "Write a workflow, or take the file away.")
    elif not isinstance(expanded.value, dict):
        expanded.add((), "is no mapping", "Begin with id: and title:.")
    return isinstance(expanded.value, dict)


def _check_task_parts(expanded: Expanded, at: Route, task: dict[str, Any]) -> None:
    for name, probe in probes_of(task).items():
        if isinstance(probe, dict):
            check_probe(expanded, (*at, "probes", name), probe)
    check_rules(expanded, at, task)
