"""Whether a task's rules and blind conditions compile, and whether their sentences name only what can be filled in."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.domain.run import Parameters
from bot.engine.common_parts import Expanded, child, children, probes_of
from bot.engine.conditions import RESERVED, ROW, BadCondition, Compiler, uses
from bot.engine.file_problem import nearest
from bot.engine.finding_text import named_in
from bot.engine.row_types import PARAMETERS, Columns
from bot.engine.rules import AT
from bot.engine.yaml_nodes import Route

_UNFILLED = (("blind", "reason"), ("blind", "unlock"), ("rules", "action", "do"), ("rules", "action", "verify"))


def check_rules(expanded: Expanded, at: Route, task: Mapping[str, Any]) -> None:
    """Note what is wrong with the conditions of *task*, which stands at *at*."""
    declared = {name: _columns(probe) for name, probe in probes_of(task).items()}
    for name in declared:
        if name in RESERVED | {ROW, PARAMETERS}:
            expanded.add((*at, "probes", name), f"{name} is a word of CEL's own", "Rename the probe.", at_key=True)
    usable = {
        name: columns
        for name, columns in declared.items()
        if columns
        and name not in RESERVED | {ROW, PARAMETERS}
        and not _touched((*at, "probes", name), expanded.spoiled)
    }
    judge = _RuleChecks(expanded, usable, set(declared))
    seen: set[str] = set()
    for number, rule in children(task, "rules", dict):
        route = (*at, "rules", number)
        judge.check(route, child(rule, "when"), child(rule, "over"), child(rule, "finding"))
        _check_columns(expanded, route, rule, usable.get(str(child(rule, "over"))))
        name = child(rule, "id")
        if isinstance(name, str) and name in seen:
            expanded.add_at_use(route, f"there are two rules {name}", "Rename one; findings are told apart by it.")
        seen.add(str(name))
    for number, blind in children(task, "blind", dict):
        judge.check((*at, "blind", number), child(blind, "when"), None, None)
    _check_unfilled(expanded, at, task)


class _RuleChecks:
    """The conditions of one task."""

    def __init__(self, expanded: Expanded, usable: Mapping[str, Columns], declared: set[str]) -> None:
        self._expanded = expanded
        self._columns = usable
        self._declared = declared
        self._compiler = Compiler(usable)

    def check(self, at: Route, when: Any, over: Any, finding: Any) -> None:
        if isinstance(over, str) and over not in self._declared:
            mend = nearest(over, self._declared)
            self._expanded.add_at_use((*at, "over"), f"is asked over {over}, which is no probe of this task", mend)
            if isinstance(when, str):
                self._compiles(at, when, None, only_syntax=True)
            return
        if over is not None and (not isinstance(over, str) or over not in self._columns):
            return  # it has problems of its own
        names_unusable = isinstance(when, str) and uses(when, self._declared - set(self._columns)).probes
        compiles = not isinstance(when, str) or bool(names_unusable) or self._compiles(at, when, over)
        if isinstance(finding, str) and (over is not None or compiles):
            self._check_finding((*at, "finding"), finding, over)

    def _compiles(self, at: Route, when: str, over: str | None, *, only_syntax: bool = False) -> bool:
        try:
            self._compiler.compile(when, over)
        except BadCondition as error:
            for fault in error.problems:
                if only_syntax and not fault.is_syntax:
                    continue
                self._expanded.add((*at, "when"), fault.problem, fault.mend, offset=fault.offset)
            return False
        return True

    def _check_finding(self, at: Route, finding: str, over: str | None) -> None:
        columns = self._columns[over] if over else {}
        known = [*columns, *Parameters.model_fields]
        for name, offset in named_in(finding):
            if name not in known:
                where = f"a column of {over}" if over else "a parameter, and without over: there is no row"
                self._expanded.add(at, f"{{{name}}} is not {where}", nearest(name, known), offset=offset)


def _check_columns(expanded: Expanded, at: Route, rule: Mapping[str, Any], columns: Columns | None) -> None:
    """Note a rule's columns that its probe does not declare, and what a rule of its status lacks."""
    is_context = child(rule, "status") == "context"
    if not is_context and "action" not in rule:
        expanded.add(at, "has no action", "Add action:, what to do about it; only status context goes without.")
    if is_context and columns is not None and columns.get(AT) != "number":
        expanded.add((*at, "status"), "tells no time", f"Let its probe have {AT}: number, when it changed as an epoch.")
    if is_context and child(rule, "needs_whole"):
        mend = "Take it away: context is never a finding."
        expanded.add((*at, "needs_whole"), "says nothing of a rule of status context", mend)
    named = [((*at, key), child(rule, key)) for key in ("host", "index")]
    named.append(((*at, "chain", "column"), child(child(rule, "chain"), "column")))
    for route, column in named:
        if isinstance(column, str) and columns is None and child(rule, "over") is None:
            expanded.add(route, "needs a row", "Add over: with the probe's name.")
        elif isinstance(column, str) and columns is not None and column not in columns:
            expanded.add(route, f"{column} is no column of {child(rule, 'over')}", nearest(column, columns))


def _columns(probe: Any) -> Columns:
    held = child(probe, "columns")
    return held if isinstance(held, dict) else {}


def _touched(route: Route, spoiled: Collection[Route]) -> bool:
    return any(each[: len(route)] == route for each in spoiled if "columns" in each or len(each) <= len(route))


def _check_unfilled(expanded: Expanded, at: Route, task: Mapping[str, Any]) -> None:
    for container, *steps in _UNFILLED:
        for number, item in children(task, container, dict):
            text = item
            for step in steps:
                text = child(text, step)
            for name, offset in named_in(text if isinstance(text, str) else ""):
                route = (*at, container, number, *steps)
                mend = "Only findings and searches are; say it without."
                expanded.add(route, f"{{{name}}} is not filled in here", mend, offset=offset)
