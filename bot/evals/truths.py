"""Pure: a scenario's truth against the workflows: which of its names do not exist, and what a phrasing can ask for."""

import re
from collections.abc import Iterator, Mapping

from bot.domain.workflow import Rule, TaskDefinition, WorkflowDefinition
from bot.engine.conditions import uses
from bot.engine.file_problem import nearest
from bot.engine.finding_text import named_in
from bot.engine.verdict import THINGS
from bot.safety.values import placeholders
from bot.sandbox.scenario import Truth

_TASKS = ("not_checked", "clear")
_FINDINGS = ("root_cause", "findings", "may_find", "never_find")


def unknown_names(
    truth: Truth, workflows: Mapping[str, WorkflowDefinition]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield where in the truth something is named that no workflow has, and a sentence that says so."""
    workflow = workflows.get(truth.workflow)
    if workflow is None:
        mend = nearest(truth.workflow, workflows)
        yield ("truth", "workflow"), f"there is no workflow {truth.workflow}. {mend}"
        return
    tasks = [task.id for task in workflow.tasks]
    findings = [f"{task.id}.{rule.id}" for task in workflow.tasks for rule in task.rules]
    for keys, known in ((_TASKS, tasks), (_FINDINGS, [*tasks, *findings])):
        for key in keys:
            for number, name in enumerate(getattr(truth, key) or []):
                if name not in known:
                    what = "finding" if "." in name else "task"
                    yield ("truth", key, number), f"{workflow.id} has no {what} {name}. {nearest(name, known)}"


def askable(truth: Truth, workflow: WorkflowDefinition | None, named: Mapping[str, str], text: str) -> Truth:
    """Return *truth* as *text* can be held to it: without findings and clear tasks that need a name it does not say.

    *named* are the parameters that the scenario's own problem names, and so those of its findings.
    """
    if workflow is None:
        return truth
    unsaid = {name for name in THINGS & named.keys() if not _says(text, named[name])}
    asking = {task.id: _asked_by(task) for task in workflow.tasks}
    kept: dict[str, object] = {"clear": [one for one in truth.clear if not unsaid & asking.get(one, set())]}
    if truth.findings is not None:
        kept["findings"] = [one for one in truth.findings if not unsaid & _needed(workflow, one)]
    return truth.model_copy(update=kept)


def _says(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _asked_by(task: TaskDefinition) -> set[str]:
    """Return the parameters without which *task* leaves a question open."""
    probes = [name for probe in task.probes.values() if not probe.optional for name in placeholders(probe.spl)]
    of_optional = {name for name, probe in task.probes.items() if probe.optional}
    rules = [rule for rule in task.rules if rule.over not in of_optional]
    return {*probes, *(name for rule in rules for name in _parameters(task, rule))}


def _needed(workflow: WorkflowDefinition, finding: str) -> set[str]:
    """Return the parameters without which *finding* cannot be made; none for one that names only a task."""
    task_id, _, rule_id = finding.partition(".")
    rules = [(task, rule) for task in workflow.tasks if task.id == task_id for rule in task.rules if rule.id == rule_id]
    return {name for task, rule in rules for name in _parameters(task, rule)}


def _parameters(task: TaskDefinition, rule: Rule) -> set[str]:
    asked = uses(rule.when, task.probes)
    probes = [task.probes[name] for name in asked.probes | ({rule.over} if rule.over else set())]
    columns = task.probes[rule.over].columns if rule.over else {}
    in_text = {name for name, _ in named_in(rule.finding)} - set(columns)
    return set(asked.parameters) | in_text | {name for probe in probes for name in placeholders(probe.spl)}
