"""What a person asks about a run in its thread: told from a new problem, and the answer drawn; pure."""

import re
from collections.abc import Callable, Sequence

from bot.domain.evidence import Evidence
from bot.domain.kept import KeptRun
from bot.domain.run import Claim, Interpretation, Run, Usage
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    bullets,
    button,
    context,
    message,
    paragraph,
    person,
    rich,
    section,
    words,
)
from bot.slack.evidence_view import search_block
from bot.slack.report_buttons import AGAIN, EVIDENCE, RERUN
from bot.slack.text import line, plain
from bot.summary.spent import asked, searched

ANSWER_CHARS = 1500
CLAIM_CHARS = 400
SEARCHES_SHOWN = 5
SEARCHES_OF_AN_ANSWER = 3
CLAIMS_SHOWN = 6  # of each kind, the answer itself among them
LOOKING = "Looking into it. Should nothing follow within some minutes, ask again."
GOING_ON = "The checks in this thread still go on. Ask once their report is here; `status` and `stop` work now."
BUSY = "I am answering a question in this thread. Ask again once the answer is here."

_QUESTION = re.compile(r"(which|what|why|how|when|where|who|whose|explain|tell|list|compare)\b", re.IGNORECASE)
_MARKS = ("?", "\uff1f", "\u061f")  # of a question: also full width, and Arabic
_PIPE = re.compile(r"\|\s*[a-z]+\b", re.IGNORECASE)  # somebody pastes a search
_PROBLEM = re.compile(r"\b(?:index|host|sourcetype|source)\s*=", re.IGNORECASE)  # what a new problem names
_EVIDENCE = re.compile(
    r"(?:(?:please )?show(?: me)? )?(?:the )?(?:evidence|search(?:es)?|spl|rows)?[\s:#]*(E?\d{1,4})?", re.IGNORECASE
)
_ID = re.compile(r"E?(\d{1,4})", re.IGNORECASE)


def is_question(text: str) -> bool:
    """Say whether *text*, in a run's thread, asks about the run; else it is a problem of its own."""
    if asks_evidence(text):
        return True
    if _PIPE.search(text):
        return True
    return not _PROBLEM.search(text) and (text.rstrip().endswith(_MARKS) or _QUESTION.match(text) is not None)


def asks_evidence(text: str) -> bool:
    """Say whether no more is asked than to see searches: "E3", "evidence 3", "show me the search"."""
    bare = text.strip().rstrip("?.!")
    return any(map(str.isalpha, bare)) and _EVIDENCE.fullmatch(bare) is not None


def evidence_message(run: KeptRun, text: str) -> Message:
    """Show the search that *text* names, or those that the report rests on."""
    called = _called(run)
    entries = {entry.id: entry for entry in (*(kept.evidence for kept in run.searches), *_of(run.run))}
    number = _ID.search(text.upper().removeprefix("EVIDENCE"))
    if number is not None:
        entry = entries.get(f"E{number[1]}")
        shown = [entry] if entry else []
        one = f"E{number[1]}"
        said = f"{one} of {called}" if entry else f"{called} has no search {one}; it has {_ids(entries)}."
    else:
        cause = run.run.report.root_cause if run.run else None
        shown = [entries[each] for each in (cause.evidence if cause else ()) if each in entries] or list(
            entries.values()
        )
        said = f"The searches {'that the root cause rests on, ' if cause else ''}of {called}"
    more = len(shown) - SEARCHES_SHOWN
    rest = [context(f"… {more} more: the button Evidence of the report shows them.")] if more > 0 else []
    return message(said, [context(said), *(search_block(each) for each in shown[:SEARCHES_SHOWN]), *rest])


def _called(run: KeptRun) -> str:
    """Name *run*: a thread may have several."""
    title = run.plan.workflow.title if run.plan else "the checks"
    return f"{line(title, 80)}, run {run.id[:8]}"


def offer_message(run: KeptRun, why: str) -> Message:
    """Say why there is no free answer, and what can be had instead."""
    shown = [
        section(
            f"{why} I can show a search (mention me with “evidence 3” or “show me the search”), or check once more:"
        ),
        actions(
            button("Evidence", EVIDENCE, run.id),
            button("Check again", AGAIN, run.id, spoken="Check again what was bad or could not be checked"),
            button("Rerun", RERUN, run.id, spoken="Do all of these checks again"),
        ),
        context("For other checks, say what you see: “missing_data: no events in index=web since 10:15”."),
    ]
    return message(why, shown)


def answer_message(user: str, reading: Interpretation, searches: Sequence[Evidence], usage: Usage) -> Message:
    """Draw an answer: what stands in the rows first, what does not last and marked."""
    own = Claim(text=reading.text, evidence=reading.evidence, doubt=reading.doubt)
    sound = [each for each in (own, *reading.claims) if each.doubt is None]
    doubted = [each for each in (own, *reading.claims) if each.doubt is not None]
    blocks: list[Block] = [rich(paragraph(person(user), words(" asked. A model answers:")))]
    blocks += _claims("Checked against the rows that it cites", sound, own, _sound)
    blocks += _claims("Unverified", doubted, own, _doubted)
    blocks += [
        search_block(entry, f"searched for this: {entry.row_count} rows") for entry in searches[:SEARCHES_OF_AN_ANSWER]
    ]
    if reading.missed:
        blocks.append(context(*reading.missed))
    spent = " · ".join((searched(usage.searches), *asked(usage)))
    blocks.append(context(f"{spent} · severity and root cause of the report stand · check before you act"))
    first = sound[0] if sound else own
    return message(f"{'' if sound else 'Unverified: '}{line(first.text, CLAIM_CHARS)}", blocks)


def _claims(
    title: str, claims: Sequence[Claim], own: Claim, draw: Callable[[Claim, int], list[Element]]
) -> list[Block]:
    """List the first of *claims*; only the answer's *own* text may be long."""
    if not claims:
        return []
    shown = [draw(each, ANSWER_CHARS if each is own else CLAIM_CHARS) for each in claims[:CLAIMS_SHOWN]]
    more = len(claims) - len(shown)
    return [rich(_title(title), bullets(shown), *([paragraph(words(f"… {more} more"))] if more else []))]


def _sound(claim: Claim, most: int) -> list[Element]:
    return [words(plain(claim.text, most)), words(f" [{line(', '.join(claim.evidence), 80)}]")]


def _doubted(claim: Claim, most: int) -> list[Element]:
    return [words(plain(claim.text, most)), words(f" ({line(claim.doubt or '', 200)})", italic=True)]


def _title(text: str) -> Element:
    return paragraph(words(text, bold=True))


def _of(run: Run | None) -> tuple[Evidence, ...]:
    return run.evidence if run else ()


def _ids(entries: dict[str, Evidence]) -> str:
    ids = list(entries)
    return f"{ids[0]} to {ids[-1]}" if ids else "none"
