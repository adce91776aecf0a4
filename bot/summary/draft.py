"""What a model's draft must keep to before it replaces the rules' prose. Pure."""

import re
from collections.abc import Collection

from bot.domain.report import Report, SummaryDraft
from bot.summary.resolution import MOST_FOLLOW_UPS
from bot.summary.words import distinct, one_line

MOST_SUMMARY_CHARS = 1200
MOST_FOLLOW_UP_CHARS = 300
_CITATION = re.compile(r"\[([^\[\]]*)\]")
_ID = re.compile(r"\bE\d+\b")


def fault(draft: SummaryDraft, known: Collection[str]) -> str | None:
    """Return why *draft* cannot be used, in a clause; None when it can. *known* are the ids that it may cite."""
    if not draft.executive_summary.strip():
        return "its summary is empty"
    if len(draft.executive_summary) > MOST_SUMMARY_CHARS:
        return f"its summary is longer than {MOST_SUMMARY_CHARS} characters"
    if len(draft.follow_ups) > MOST_FOLLOW_UPS or any(len(text) > MOST_FOLLOW_UP_CHARS for text in draft.follow_ups):
        return f"its follow-ups are more than {MOST_FOLLOW_UPS}, or longer than {MOST_FOLLOW_UP_CHARS} characters"
    bracketed = " ".join(_CITATION.findall(" ".join((draft.executive_summary, *draft.follow_ups))))
    unknown = distinct(cited for cited in _ID.findall(bracketed) if cited not in known)
    return f"it cites {', '.join(unknown)}, which no finding does" if unknown else None


def with_draft(floor: Report, draft: SummaryDraft, limits: str) -> Report:
    """Return *floor* with the model's prose; *limits*, the rules' sentence on coverage, always follows it."""
    follow_ups = distinct(one_line(text) for text in draft.follow_ups)
    return floor.model_copy(
        update={
            "executive_summary": f"{one_line(draft.executive_summary)} {limits}",
            "follow_ups": follow_ups or floor.follow_ups,
            "prose_by": "model",
        }
    )
