"""What a model's draft must keep to before it replaces the rules' prose. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator

from bot.domain.report import Report, SummaryDraft
from bot.safety.grounds import unsaid
from bot.safety.statements import read_statement
from bot.summary.resolution import MOST_FOLLOW_UPS
from bot.summary.sentences import judgement_in
from bot.summary.words import distinct, one_line

MOST_SUMMARY_CHARS = 1200
_FEWEST_WORDS = 3
MOST_FOLLOW_UP_CHARS = 300
_CITATION = re.compile(r"\[([^\[\]]*)\]")
_ID = re.compile(r"\bE\d+\b")


def fault(draft: SummaryDraft, known: Collection[str], floor: Report, named: Iterable[str] = ()) -> str | None:
    """Return why *draft* cannot be used, in a clause; None when it can.

    It may cite the ids in *known*, and say no name or number that *floor*, the rules' report, does not, nor judge
    otherwise than it does; *named* is what the person named.
    """
    if len(draft.executive_summary) > MOST_SUMMARY_CHARS:
        return f"its summary is longer than {MOST_SUMMARY_CHARS} characters"
    if len(draft.executive_summary.split()) < _FEWEST_WORDS:
        return "its summary says too little"
    if len(draft.follow_ups) > MOST_FOLLOW_UPS or any(len(text) > MOST_FOLLOW_UP_CHARS for text in draft.follow_ups):
        return f"its follow-ups are more than {MOST_FOLLOW_UPS}, or longer than {MOST_FOLLOW_UP_CHARS} characters"
    bracketed = " ".join(_CITATION.findall(" ".join((draft.executive_summary, *draft.follow_ups))))
    unknown = distinct(cited for cited in _ID.findall(bracketed) if cited not in known)
    if unknown:
        return f"it cites {', '.join(unknown)}, which no finding does"
    return _says_more(draft.executive_summary, floor, named)


def with_draft(floor: Report, draft: SummaryDraft, limits: str, named: Iterable[str] = ()) -> Report:
    """Return *floor* with the model's prose; *limits*, the rules' sentence on coverage, always follows it.

    A follow-up that says more than *floor* does is left out.
    """
    sound = [text for text in draft.follow_ups if _says_more(text, floor, named) is None]
    return floor.model_copy(
        update={
            "executive_summary": f"{one_line(draft.executive_summary)} {limits}",
            "follow_ups": distinct(one_line(text) for text in sound) or floor.follow_ups,
            "prose_by": "model",
        }
    )


def _says_more(text: str, floor: Report, named: Iterable[str]) -> str | None:
    lines = [*_lines(floor), *named]
    return unsaid(read_statement(text, is_claim=False), lines) or judgement_in(text, floor, lines)


def _lines(floor: Report) -> Iterator[str]:
    """Yield what the rules say, and what they let stand of a model's; not what they hold to be unverified."""
    yield from (floor.headline, floor.executive_summary, str(floor.coverage), floor.no_cause_reason or "")
    if floor.root_cause:
        yield from (floor.root_cause.text, floor.root_cause.because, *floor.root_cause.effects)
    yield from (*floor.findings, *floor.context, *floor.interpretations, *floor.follow_ups)
    yield from (text for action in floor.actions for text in (action.owner, action.do, action.why, action.verify or ""))
    yield from (text for gap in floor.gaps for text in (gap.title, gap.reason, gap.unlock or ""))
    yield from (floor.resolution_estimate, *(step.what for step in floor.resolution_timeline))
    yield from (line.text for line in floor.technical_details)
