"""CEL conditions over typed rows: compiled with friendly complaints, and what each one names.

Facts tried against cel-expr-python 0.1.3: a compile error is a RuntimeError that lists every fault with line and
column; an evaluation error is *returned*, as a value of type ERROR that is truthy; an exhausted iteration budget is
a RuntimeError.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cel_expr_python import cel
from google.protobuf.message import Message

from bot.domain.run import Parameters
from bot.engine.file_problem import nearest
from bot.engine.row_types import PACKAGE, PARAMETERS, Columns, RowTypes

ROW = "r"
RESERVED = frozenset(
    """
    as break const continue else false for function if import in let loop namespace null package return true var void
    while bool bytes double dyn duration int list map null_type string timestamp type uint
    """.split()  # noqa: SIM905 - words read better than forty quoted lines
)  # CEL's reserved words and type names: github.com/google/cel-spec, langdef.md
_NO_CEL = "does not compile"
_STRING = re.compile(r"""[rRbB]{0,2}('{3}.*?'{3}|"{3}.*?"{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""", re.DOTALL)
_FAULT = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_NO_FIELD = re.compile(r"undefined field '(.*)' not found in struct 'rows\.(.*)'")
_NO_OVERLOAD = re.compile(r"found no matching overload for '(.*)' applied to '\((.*)\)'")
_NO_NAME = re.compile(r"undeclared reference to '(.*)' \(in")
_NO_SELECT = re.compile(r"expression of type 'list\(rows\.(.*)\)' cannot be the operand")


@dataclass(frozen=True, slots=True)
class ConditionProblem:
    """What is wrong with a condition, and at which of its characters."""

    offset: int
    problem: str
    mend: str

    @property
    def is_syntax(self) -> bool:
        """Whether it is wrong whatever it names."""
        return self.problem.startswith(_NO_CEL)


class BadCondition(ValueError):
    """A condition that does not compile; the loader turns it into located problems."""

    def __init__(self, problems: Iterable[ConditionProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.problem}. {problem.mend}" for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Names:
    """What a condition names: probes, parameters, and every selected column whoever it belongs to."""

    probes: frozenset[str]
    parameters: frozenset[str]
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition."""

    names: Names
    _compiled: cel.Expression = field(repr=False)

    def holds(self, values: Mapping[str, Message | list[Message]]) -> bool:
        """Say whether it is true of *values*. Raises Undecided."""
        try:
            answer = self._compiled.eval(data=dict(values))
        except RuntimeError as error:
            raise Undecided("looked at more rows than a rule may") from error
        if answer.type() != cel.Type.BOOL:
            raise Undecided(str(answer.value()).partition(": ")[2] or "cannot be evaluated")
        return bool(answer.value())


class Undecided(ValueError):
    """A condition that is neither true nor false of these rows; says why."""


class Compiler:
    """Compiles the conditions of one task against its probes' columns."""

    def __init__(self, probes: Mapping[str, Columns]) -> None:
        self.rows = RowTypes(probes)
        self._environments: dict[str | None, cel.Env] = {}  # by the probe that r is a row of
        self._lists = {name: cel.Type.List(cel.Type(f"{PACKAGE}.{name}")) for name in probes}

    def compile(self, text: str, over: str | None = None) -> Condition:
        """Compile *text*; `r` is a row of the probe *over*. Raises BadCondition with every fault in it."""
        try:
            compiled = self._environment(over).compile(text)
        except RuntimeError as error:
            raise BadCondition(self._faults(text, over, str(error))) from error
        kind = compiled.return_type().name()
        if kind != "BOOL":
            mend = "Compare it with something, such as r.days < 14.0."
            raise BadCondition([ConditionProblem(0, f"is no condition: it gives {kind.lower()}", mend)])
        return Condition(uses(text, self._lists), compiled)

    def _environment(self, over: str | None) -> cel.Env:
        if over not in self._environments:
            variables = {**self._lists, PARAMETERS: cel.Type(f"{PACKAGE}.{PARAMETERS}")}
            if over is not None:
                variables[ROW] = cel.Type(f"{PACKAGE}.{over}")
            self._environments[over] = cel.NewEnv(descriptor_pool=self.rows.pool, variables=variables)
        return self._environments[over]

    def _faults(self, text: str, over: str | None, message: str) -> list[ConditionProblem]:
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        return [
            ConditionProblem(starts[int(line) - 1] + int(column) - 1, *self._friendly(fault, over))
            for line, column, fault in _FAULT.findall(message)
        ] or [ConditionProblem(0, f"{_NO_CEL}: {message}", "Write it as a CEL condition.")]

    def _friendly(self, fault: str, over: str | None) -> tuple[str, str]:
        if found := _NO_FIELD.match(fault):
            return self._no_field(column=found[1], message=found[2])
        if found := _NO_OVERLOAD.match(fault):
            return _mismatch(found[1].strip("_@"), found[2])
        if found := _NO_NAME.match(fault):
            return self._no_name(found[1].partition(".")[0], over)
        if found := _NO_SELECT.match(fault):
            mend = f"Write {found[1]}.exists(x, x.column …), or over: {found[1]} and r.column."
            return f"{found[1]} is the list of all its rows and has no columns itself", mend
        said = fault.removeprefix("Syntax error: ").partition(" expecting ")[0]
        said = said.replace("mismatched input '<EOF>'", "it ends in the middle")
        return f"{_NO_CEL}: {said}", "Check quotes, brackets and operators."

    def _no_field(self, column: str, message: str) -> tuple[str, str]:
        if message == PARAMETERS:
            return f"there is no parameter {column}", nearest(column, Parameters.model_fields)
        return f"probe {message} declares no column {column}", nearest(column, self.rows.columns[message])

    def _no_name(self, name: str, over: str | None) -> tuple[str, str]:
        if name == ROW:
            return "names r, and this condition is not asked once per row", "Add over: with the probe's name."
        known = [*self._lists, PARAMETERS, *([ROW] if over else [])]
        return f"names {name}, which is no probe of this task", nearest(name, known)


def _mismatch(operator: str, types: str) -> tuple[str, str]:
    if types in {"double, int", "int, double"}:
        mend = "Columns are decimal: write 0.0, not 0. What size() gives is whole: write 0, not 0.0."
        return f"{operator} between a decimal and a whole number", mend
    words = types.replace("double", "number").replace("string", "text")
    mend = "Put texts in quotes and numbers not, and see that the probe's columns declare the right type."
    return f"{operator} does not go with ({words})", mend


def uses(text: str, probes: Iterable[str]) -> Names:
    """Return what *text* names. It reads words, not scopes: it may name too much and never too little."""
    bare = re.sub(r"\s*\.\s*", ".", _STRING.sub('""', text))
    return Names(
        probes=frozenset(re.findall(r"(?<![\w.])([A-Za-z_]\w*)", bare)) & frozenset(probes),
        parameters=frozenset(re.findall(rf"(?<![\w.]){PARAMETERS}\.([A-Za-z_]\w*)", bare)),
        columns=frozenset(re.findall(r"\.([A-Za-z_]\w*)", bare)),
    )
