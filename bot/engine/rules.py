"""Pure: a task's rules and blind conditions, compiled once and judged over the rows its probes saw.

A condition that cannot be decided is never taken for "nothing wrong": it is told as unsure, or as unasked when a
probe it names did not run or a parameter it names was not given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from google.protobuf.message import Message

from bot.domain.evidence import Row
from bot.domain.run import Parameters
from bot.domain.workflow import Blind, Rule, TaskDefinition
from bot.engine.conditions import ROW, BadCondition, Compiler, Condition, Undecided
from bot.engine.finding_text import filled, named_in
from bot.engine.row_types import PARAMETERS, TypedRow, number
from bot.errors import WorkflowError

HOST_COLUMNS = ("host", "splunk_server")  # how events and REST rows name a host
INDEX_COLUMNS = ("index", "idx")  # how events and license usage name an index
AT = "at"  # the column of a context rule's probe that says when, in epoch seconds
MOST_HITS = 5  # findings that one rule makes; a person reads no more, and the rest is counted


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that is true of a row, or of the task."""

    rule: Rule
    text: str
    probes: tuple[str, ...]  # whose rows show it
    more: int = 0  # hits of the same rule beyond MOST_HITS, told with the last of them
    host: str | None = None  # the one host that it is about
    index: str | None = None  # the one index that it is about
    stage: int | None = None  # its place in the rule's chain
    names: frozenset[str] = frozenset()  # the texts of its row
    at: float | None = None  # of context: when it changed, in epoch seconds
    row: Row | None = field(default=None, compare=False)  # of the rule's probe, as Splunk gave it


@dataclass(frozen=True, slots=True)
class Unasked:
    """A condition that could not be asked, since probes it names have no answer or parameters were not named."""

    sentence: str
    probes: tuple[str, ...]
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        """Say it as a sentence."""
        return self.sentence


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules make of the rows."""

    hits: tuple[Hit, ...] = ()
    blind: tuple[Blind, ...] = ()  # those that fired
    unsure: tuple[str, ...] = ()  # sentences about what could not be decided: the task is inconclusive
    unasked: tuple[Unasked, ...] = ()
    context: tuple[Hit, ...] = ()  # of rules that tell what changed; what they cannot decide leaves no doubt


@dataclass(frozen=True, slots=True)
class _Asked:
    """A condition and what it needs before it can be asked."""

    name: str  # as sentences call it
    condition: Condition
    over: str | None
    probes: tuple[str, ...]
    parameters: frozenset[str]


@dataclass(frozen=True, slots=True)
class CompiledTask:
    """A task's conditions, ready to judge rows. Made by `compile_task`."""

    _compiler: Compiler
    _rules: tuple[tuple[Rule, _Asked], ...]
    _blind: tuple[tuple[Blind, _Asked], ...]

    def judge(self, rows: Mapping[str, Sequence[Row]], parameters: Parameters) -> Judgement:
        """Judge *rows*, by probe, of the probes that ran and only of those."""
        bench = _Bench(self._compiler, rows, parameters)
        hits = [hit for rule, asked in self._rules if rule.status != "context" for hit in bench.hits(rule, asked)]
        blind = [blind for blind, asked in self._blind if list(bench.where_true(asked))]
        aside = _Bench(self._compiler, rows, parameters)
        context = [hit for rule, asked in self._rules if rule.status == "context" for hit in aside.hits(rule, asked)]
        return Judgement(tuple(hits), tuple(blind), tuple(bench.unsure), tuple(bench.unasked), tuple(context))


def compile_task(task: TaskDefinition) -> CompiledTask:
    """Compile *task*'s conditions. Raises WorkflowError with all that do not compile; the loader points at them."""
    compiler = Compiler({name: probe.columns for name, probe in task.probes.items()})
    problems: list[str] = []

    def asked(name: str, when: str, over: str | None, finding: str) -> Iterator[_Asked]:
        try:
            condition = compiler.compile(when, over)
        except BadCondition as error:
            problems.append(f"{task.id}: {name}: {error}")
        else:
            probes = ([over] if over else []) + sorted(condition.names.probes - {over})
            in_text = {word for word, _ in named_in(finding)} & set(Parameters.model_fields)
            in_text -= set(task.probes[over].columns) if over else set()
            yield _Asked(name, condition, over, tuple(probes), condition.names.parameters | in_text)

    rules = [(rule, each) for rule in task.rules for each in asked(rule.id, rule.when, rule.over, rule.finding)]
    blind = [(blind, each) for blind in task.blind for each in asked(f"({blind.when})", blind.when, None, "")]
    if problems:
        raise WorkflowError(*problems)
    return CompiledTask(compiler, tuple(rules), tuple(blind))


def _stage(rule: Rule, row: TypedRow | None) -> int | None:
    """Return the place of *row* in the rule's chain; what the chain does not name lies behind all that it names."""
    if rule.chain is None or row is None:
        return None
    stage = row.shown.get(rule.chain.column, "")
    places = [place for place, each in enumerate(rule.chain.cause_first) if fnmatchcase(stage, each)]
    return places[0] if places else len(rule.chain.cause_first)


def _told(shown: Mapping[str, str], column: str | None, usual: Sequence[str]) -> str | None:
    """Return what the rule's *column*, or else the first of the *usual* ones, says."""
    return shown.get(column or next((each for each in usual if each in shown), ""))


def gate_open(rows: Sequence[Row]) -> bool:
    """Say whether a gate's *rows* show data: there is one, and where they count, a count is above 0."""
    counts = [number(str(row["count"])) for row in rows if "count" in row]
    return bool(rows) and (not counts or any(count is not None and count > 0 for count in counts))


class _Bench:
    """One judging: the typed rows, and what could not be decided so far."""

    def __init__(self, compiler: Compiler, rows: Mapping[str, Sequence[Row]], parameters: Parameters) -> None:
        self._rows = {
            probe: compiler.rows.typed(probe, seen) for probe, seen in rows.items() if probe in compiler.rows.columns
        }
        self._named = parameters.named()
        self._values: dict[str, Message | list[Message]] = {PARAMETERS: compiler.rows.parameters(self._named)}
        self._values |= {probe: [row.message for row in seen] for probe, seen in self._rows.items()}
        self.unsure: list[str] = []
        self.unasked: list[Unasked] = []

    def hits(self, rule: Rule, asked: _Asked) -> list[Hit]:
        """Return the first hits of *rule*, the last of them with the number of those left out."""
        found = sorted(self.where_true(asked), key=lambda row: _stage(rule, row) or 0)
        kept = found if rule.status == "context" else found[:MOST_HITS]
        more = [0] * (len(kept) - 1) + [len(found) - len(kept)]
        return [self._hit(rule, asked, row, left_out) for row, left_out in zip(kept, more, strict=False)]

    def _hit(self, rule: Rule, asked: _Asked, row: TypedRow | None, more: int) -> Hit:
        shown = row.shown if row else {}
        return Hit(
            rule=rule,
            text=filled(rule.finding, self._named | shown),
            probes=asked.probes,
            more=more,
            host=_told(shown, rule.host, HOST_COLUMNS),
            index=_told(shown, rule.index, INDEX_COLUMNS),
            stage=_stage(rule, row),
            names=frozenset(shown.values()),
            at=number(shown.get(AT, "")),
            row=row.row if row else None,
        )

    def where_true(self, asked: _Asked) -> Iterator[TypedRow | None]:
        """Yield the rows of which a condition is true; None where it is asked once for the task."""
        if not self._can_be_asked(asked):
            return
        candidates: Sequence[TypedRow | None] = self._rows[asked.over] if asked.over else [None]
        doubts = []
        for row in candidates:
            try:
                if self._is_true(asked, row):
                    yield row
            except Undecided as doubt:
                doubts.append(str(doubt))
        if doubts:
            of = f" for {len(doubts)} of {len(candidates)} rows of {asked.over}" if asked.over else ""
            self.unsure.append(f"{asked.name} could not be decided{of}: {doubts[0]}")

    def _can_be_asked(self, asked: _Asked) -> bool:
        unseen = tuple(probe for probe in asked.probes if probe not in self._rows)
        absent = tuple(sorted(asked.parameters - self._named.keys()))
        if unseen or absent:
            missing = [f"probe {probe} has no answer" for probe in unseen] + [f"no {name} was named" for name in absent]
            self.unasked.append(Unasked(f"{asked.name} was not asked: {', '.join(missing)}", unseen, absent))
            return False
        for probe in asked.probes:
            if probe != asked.over and (why := self._unreadable(asked, self._rows[probe])):
                self.unsure.append(f"{asked.name} could not be decided: {why} in a row of {probe}")
                return False
        return True

    def _is_true(self, asked: _Asked, row: TypedRow | None) -> bool:
        if row is None:
            return asked.condition.holds(self._values)
        if why := self._unreadable(asked, [row]):
            raise Undecided(why)
        return asked.condition.holds({**self._values, ROW: row.message})

    @staticmethod
    def _unreadable(asked: _Asked, rows: Sequence[TypedRow]) -> str | None:
        """Say what cannot be read among the columns that a condition names."""
        named = asked.condition.names.columns
        return next((why for row in rows for column, why in row.unreadable.items() if column in named), None)
