"""Pure: whether a report rests on its evidence: what is cited exists, and what is said stands in the cited rows.

From the text of a search only the names that the person gave count: a number that a search merely contains, such as
`head 60`, proves nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.evidence import Cell, Evidence
from bot.domain.run import Run
from bot.domain.workflow import WorkflowDefinition
from bot.engine.row_types import number, plain

_TELLING = re.compile(r"[A-Za-z0-9_]*\d[A-Za-z0-9_]*(?:\.\d+)?|[A-Za-z0-9]+_\w+")  # numbers, and names such as fwd07
_TIME = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?::\d\d)?")
_CITED = re.compile(r"\[[^\[\]]*\]|\bE\d+\b")
_UNITS = (
    1.0,
    0.01,
    60.0,
    3600.0,
    86_400.0,
    1000.0,
    1e6,
    1e9,
    1024.0,
    1024.0**2,
    1024.0**3,
)  # that a model may say it in
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_UNIT = re.compile(r"(?<=\d)[A-Za-z]{1,2}$")  # of 30s, 5GB, 3rd
_MORE = re.compile(r" \(and \d+ more (?:like it|of this kind)\)")  # counted by us, not by Splunk


def unsupported(run: Run, workflow: WorkflowDefinition | None) -> list[str]:
    """Return each claim without grounds: it cites nothing or an unknown search, or says what no cited row holds.

    Numbers and names that the rule's own sentence holds, such as a limit, need no evidence.
    """
    ledger = {entry.id: entry for entry in run.evidence}
    findings = [finding for result in run.results for finding in result.findings]
    cause = run.report.root_cause
    cited: list[tuple[str, Sequence[str]]] = [(finding.id, finding.evidence) for finding in findings]
    cited += [(f"action: {action.do}", action.evidence) for action in run.report.actions]
    said = {(finding.id, _MORE.sub("", finding.text), finding.evidence): finding.id for finding in findings}
    if cause:
        cited.append((f"cause: {cause.finding}", cause.evidence))
        said.setdefault((cause.finding, _MORE.sub("", cause.text), cause.evidence), "cause")
    baseless = [claim for claim, ids in cited if not ids or any(one not in ledger for one in ids)]
    for (finding, text, ids), claim in said.items():
        own_words = [_sentence(finding, workflow), *run.problem.parameters.named().values()]
        unknown = _not_in(text, own_words, [ledger[one] for one in ids if one in ledger])
        baseless += [f"{claim}: {word} is in no cited row" for word in unknown]
    return list(dict.fromkeys(baseless))


def unsupported_of_model(run: Run) -> list[str]:
    """Return what is shown as verified of a model, and yet cites nothing known, or says what no cited row holds.

    It looks at the finished run, and shares no code with what verified it. Where the run keeps only some rows of a
    cited search, words prove nothing; a model's summary may say what the rest of the report does.
    """
    ledger = {entry.id: entry for entry in run.evidence}
    baseless = []
    for claim in (claim for result in run.results if result.interpretation for claim in result.interpretation.verified):
        cited = [ledger[one] for one in claim.evidence if one in ledger]
        whole = all(entry.row_count <= len(entry.sample) for entry in cited)
        if len(cited) < len(claim.evidence) or not cited or (whole and any(_not_shown(claim.text, cited, ""))):
            baseless.append(claim.text)
    if run.report.prose_by == "model":
        others = run.report.model_copy(update={"executive_summary": ""}).model_dump_json()
        said = f"{others} {' '.join(run.problem.parameters.named().values())}"
        if any(_not_shown(run.report.executive_summary, (), said)):
            baseless.append(run.report.executive_summary)
    return baseless


def _not_shown(text: str, entries: Sequence[Evidence], beside: str) -> Iterator[str]:
    """Yield each name and number of *text* that is in no row, column or search of *entries*, nor *beside*."""
    cells = [_text(cell) for entry in entries for row in entry.sample for cell in row.values()]
    around = [
        beside,
        *(entry.spl for entry in entries),
        *(name for entry in entries for row in entry.sample for name in row),
    ]
    known = {word.lower() for each in (*cells, *around) for word in _TELLING.findall(each)}
    numbers = [value for value in map(number, (*cells, *_TELLING.findall(beside))) if value is not None]
    numbers += [value for entry in entries for value in _counts(entry)]
    for word in _TELLING.findall(_THOUSANDS.sub("", _TIME.sub(" ", _CITED.sub(" ", text)))):
        said = _UNIT.sub("", word)
        is_shown = number(said) is not None and any(_rounds_to(each, said) for each in numbers)
        if word.lower() not in known and not is_shown:
            yield word


def _counts(entry: Evidence) -> Iterator[float]:
    """Yield how many rows there are, how long the window is, and what each column adds up to."""
    yield from (entry.row_count, entry.window.latest - entry.window.earliest)
    for name in {name for row in entry.sample for name in row}:
        yield sum(number(_text(row.get(name, ""))) or 0.0 for row in entry.sample)


def _rounds_to(value: float, said: str) -> bool:
    step = 10.0 ** -len(said.partition(".")[2])
    return any(abs(value - float(said) * unit) <= step * unit / 2 for unit in _UNITS)


def _sentence(finding: str, workflow: WorkflowDefinition | None) -> str:
    task_id, _, rule_id = finding.partition(".")
    tasks = workflow.tasks if workflow else ()
    return " ".join(rule.finding for task in tasks if task.id == task_id for rule in task.rules if rule.id == rule_id)


def _not_in(text: str, own_words: Iterable[str], entries: Iterable[Evidence]) -> list[str]:
    cells = [_text(cell) for entry in entries for row in entry.sample for cell in row.values()]
    known = {_plain(word) for word in _TELLING.findall("\n".join([*own_words, *cells]))}
    known |= {plain(value) for value in map(number, cells) if value is not None}  # as a finding rounds it
    return [word for word in dict.fromkeys(_TELLING.findall(text)) if _plain(word) not in known]


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else " ".join(cell)


def _plain(word: str) -> str:
    """Write 75, 75.0 and 75.00 alike."""
    return f"{float(word):g}" if re.fullmatch(r"\d{1,15}(\.\d+)?", word) else word.lower()
