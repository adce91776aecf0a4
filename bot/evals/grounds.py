"""Pure: whether a report rests on its evidence: what is cited exists, and what is said stands in the cited rows.

From the text of a search only the names that the person gave count: a number that a search merely contains, such as
`head 60`, proves nothing.
"""

import re
from collections.abc import Iterable, Sequence

from bot.domain.evidence import Cell, Evidence
from bot.domain.run import Run
from bot.domain.workflow import WorkflowDefinition
from bot.engine.row_types import number, plain

TELLING = re.compile(r"[A-Za-z0-9_]*\d[A-Za-z0-9_]*(?:\.\d+)?|[A-Za-z0-9]+_\w+")  # numbers, and names such as fwd07
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


def _sentence(finding: str, workflow: WorkflowDefinition | None) -> str:
    task_id, _, rule_id = finding.partition(".")
    tasks = workflow.tasks if workflow else ()
    return " ".join(rule.finding for task in tasks if task.id == task_id for rule in task.rules if rule.id == rule_id)


def _not_in(text: str, own_words: Iterable[str], entries: Iterable[Evidence]) -> list[str]:
    cells = [text_of(cell) for entry in entries for row in entry.sample for cell in row.values()]
    known = {_plain(word) for word in TELLING.findall("\n".join([*own_words, *cells]))}
    known |= {plain(value) for value in map(number, cells) if value is not None}  # as a finding rounds it
    return [word for word in dict.fromkeys(TELLING.findall(text)) if _plain(word) not in known]


def text_of(cell: Cell) -> str:
    return cell if isinstance(cell, str) else " ".join(cell)


def _plain(word: str) -> str:
    """Write 75, 75.0 and 75.00 alike."""
    return f"{float(word):g}" if re.fullmatch(r"\d{1,15}(\.\d+)?", word) else word.lower()
