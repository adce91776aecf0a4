"""Pure: whether what a finished run shows of a model as verified may stand there. The second look.

It shares no code with what verified it, on purpose: a mistake there would be repeated here, and nobody would see it.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.domain.evidence import Evidence
from bot.domain.run import Claim, Run
from bot.domain.status import Severity
from bot.engine.row_types import number
from bot.evals.grounds import TELLING, text_of

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
_CLOCK = re.compile(r"(?<![\d:.])\d{1,2}:\d\d(?::\d\d)?(?![\d:])")
_EPOCH = re.compile(r"(?<![\d.])1[0-9]{9}(?![\d])")
_HEALTH = (
    r"healthy|fine|ok|okay|normal|normally|stable|safe|resolved|recovered|unaffected|harmless|well|smoothly|perfectly"
    r"|works|working|false alarm|in order|all clear|nothing|good|passed|fault-free|error-free|free of"
)
_DENIES = r"no|not|never|none|neither|nor|without|cannot|zero|nobody"
_CAUSES = (
    r"root cause|cause|causes|caused|causing|culprit|to blame|at fault|due to|because|responsible|stems? from|led to"
    r"|leads to|results? in|triggered"
)
_ORDERS = (
    r"restart|reboot|stop|wipe|purge|delete|erase|format|terminate|kill|shut ?down|decommission|disable|remove|run|open"
    r"|ignore|reinstall|reset|visit|call|send"
)
_UNCOUNTED = (
    r"thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|thirty|forty|fifty|sixty|seventy|eighty|ninety|all"
    r"|every|most|third|quarter|dozens?|hundreds|thousands"
)
_IN_HEALTH = re.compile(rf"\b(?:{_HEALTH})\b", re.IGNORECASE)
_IN_CAUSES = re.compile(rf"\b(?:{_CAUSES})\b", re.IGNORECASE)
_DENIED = re.compile(rf"\b(?:{_DENIES})\b|n['\u2019]t\b", re.IGNORECASE)
_JUDGED = (
    _IN_HEALTH,
    _IN_CAUSES,
    _DENIED,
    re.compile(rf"(?:^|[.;:,]\s+|\band )(?:{_ORDERS})\s+(?:the\b|it\b|all\b|splunk|\S*[\d/_=])", re.IGNORECASE),
    re.compile(rf"(?<!at )\b(?:{_UNCOUNTED})\b(?! recent)", re.IGNORECASE),
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SAID_BY_RULES = re.compile(r"nothing wrong was (?:found|seen) by (?:the )?\d+ check", re.IGNORECASE)


def unsupported_of_model(run: Run) -> list[str]:
    """Return what is shown as verified of a model, and yet should not be.

    It cites nothing known, says a name, number or time that no cited row holds, or judges: that something is well, or
    absent, or the cause, or what to do. A model's summary may say what the rest of the report does, and name its cause.
    """
    ledger = {entry.id: entry for entry in run.evidence}
    baseless = [claim.text for claim in _verified(run) if _is_baseless(claim, ledger)]
    if run.report.prose_by == "model":
        others = run.report.model_copy(update={"executive_summary": ""}).model_dump_json()
        said = f"{others} {' '.join(run.problem.parameters.named().values())}"
        if any(_not_shown(run.report.executive_summary, (), said)) or _inverts(run):
            baseless.append(run.report.executive_summary)
    return baseless


def not_looked_up(run: Run) -> list[str]:
    """Return what is shown as verified of a model and cites a search of which the run keeps only some rows.

    Its names, numbers and times cannot be looked up again; whether it judges was looked at.
    """
    ledger = {entry.id: entry for entry in run.evidence}
    return [
        claim.text
        for claim in _verified(run)
        if not _is_whole([ledger[one] for one in claim.evidence if one in ledger])
    ]


def _verified(run: Run) -> Iterator[Claim]:
    return (claim for result in run.results if result.interpretation for claim in result.interpretation.verified)


def _is_whole(entries: Sequence[Evidence]) -> bool:
    return all(entry.row_count <= len(entry.sample) for entry in entries)


def _is_baseless(claim: Claim, ledger: dict[str, Evidence]) -> bool:
    cited = [ledger[one] for one in claim.evidence if one in ledger]
    if len(cited) < len(claim.evidence) or not cited or any(judged.search(claim.text) for judged in _JUDGED):
        return True
    return _is_whole(cited) and (any(_not_shown(claim.text, cited, "")) or any(_times_not_shown(claim.text, cited)))


def _inverts(run: Run) -> bool:
    """Say whether the summary calls well what is not, or names another cause than the report."""
    cause = run.report.root_cause
    of_cause = set(TELLING.findall(cause.text)) or set(re.findall(r"\w{5,}", cause.text)) if cause else set()
    prose = run.report.executive_summary
    for line in sorted((*run.report.findings, *((cause.text,) if cause else ())), key=len, reverse=True):
        prose = prose.replace(
            _CITED.sub("", line).strip().rstrip("."), cause.text if cause and cause.text in line else ""
        )
    for sentence in _SENTENCE.split(prose):
        if _IN_HEALTH.search(sentence) and not (
            run.report.severity is not Severity.CRITICAL and _SAID_BY_RULES.search(sentence)
        ):
            return True
        if _IN_CAUSES.search(sentence) and (
            _DENIED.search(sentence) or of_cause.isdisjoint(re.findall(r"\w+", sentence))
        ):
            return True
    return False


def _times_not_shown(text: str, entries: Sequence[Evidence]) -> Iterator[str]:
    """Yield each clock time of *text* that neither a row nor a window of *entries* holds."""
    cells = [text_of(cell) for entry in entries for row in entry.sample for cell in row.values()]
    shown = {clock.rjust(5, "0") for cell in cells for clock in _CLOCK.findall(cell.replace("T", " "))}
    epochs = [float(found) for cell in cells for found in _EPOCH.findall(cell)]
    epochs += [bound for entry in entries for bound in (entry.window.earliest, entry.window.latest)]
    shown |= {f"{datetime.fromtimestamp(epoch, UTC):%H:%M:%S}" for epoch in epochs}
    for clock in _CLOCK.findall(text):
        if not any(one.startswith(clock.rjust(5, "0")) for one in shown):
            yield clock


def _not_shown(text: str, entries: Sequence[Evidence], beside: str) -> Iterator[str]:
    """Yield each name and number of *text* that is in no row, column or search of *entries*, nor *beside*."""
    cells = [text_of(cell) for entry in entries for row in entry.sample for cell in row.values()]
    around = [
        beside,
        *(entry.spl for entry in entries),
        *(name for entry in entries for row in entry.sample for name in row),
    ]
    known = {word.lower() for each in (*cells, *around) for word in TELLING.findall(each)}
    numbers = [value for value in map(number, (*cells, *TELLING.findall(beside))) if value is not None]
    numbers += [value for entry in entries for value in _counts(entry)]
    for word in TELLING.findall(_THOUSANDS.sub("", _TIME.sub(" ", _CITED.sub(" ", text)))):
        said = _UNIT.sub("", word)
        is_shown = number(said) is not None and any(_rounds_to(each, said) for each in numbers)
        if word.lower() not in known and not is_shown:
            yield word


def _counts(entry: Evidence) -> Iterator[float]:
    """Yield how many rows there are, how long the window is, and what each column adds up to."""
    yield from (entry.row_count, entry.window.latest - entry.window.earliest)
    for name in {name for row in entry.sample for name in row}:
        yield sum(number(text_of(row.get(name, ""))) or 0.0 for row in entry.sample)


def _rounds_to(value: float, said: str) -> bool:
    step = 10.0 ** -len(said.partition(".")[2])
    return any(abs(value - float(said) * unit) <= step * unit / 2 for unit in _UNITS)
