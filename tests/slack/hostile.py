"""Text as nobody wants it, and reports full of it."""

from typing import Any

from hypothesis import strategies as st

from bot.domain.report import ActionItem, Coverage, EvidenceLine, Gap, Report, ResolutionStep, RootCause
from bot.domain.run import Problem, Run, Usage
from bot.domain.status import Severity

PIECES = (
    "<!channel>", "<!here>", "@here", "@everyone", "<@U0BOT>", "<#C1|general>", "<http://evil.example|click>",
    "https://evil.example/x", "mailto:a@b.example", "```", "`", "*bold*", "_italic_", "~gone~", "\n> quote", ":fire:",
    "&amp;", "&lt;", "\u202e", "\u200f", "😀" * 30, "\x00", "\x1b[31m", "\ud800", " ", "\n", "x" * 5000, "ü" * 400,
    "| delete", '"', "\\",
)  # fmt: skip

hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=40)), max_size=8).map("".join)
many = st.integers(0, 30)


def several(of: st.SearchStrategy[Any], most: int = 40) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


@st.composite
def repeated(draw: st.DrawFn, of: st.SearchStrategy[Any]) -> tuple[Any, ...]:
    """Draw a few and repeat them: long lists without drawing each item."""
    drawn = draw(st.lists(of, min_size=1, max_size=3))
    return tuple(drawn * draw(st.integers(0, 20)))


ids = st.lists(st.one_of(st.just("E1"), hostile), min_size=1, max_size=40).map(tuple)
causes = st.builds(
    RootCause,
    finding=hostile,
    text=hostile,
    confidence=st.sampled_from(["high", "medium", "low"]),
    because=hostile,
    effects=repeated(hostile),
    evidence=ids,
)
actions = st.builds(
    ActionItem,
    priority=st.integers(0, 9),
    owner=hostile,
    do=hostile,
    why=hostile,
    verify=st.none() | hostile,
    evidence=st.just(()) | ids,
)
links = st.none() | hostile | st.just("https://splunk.example.com/en-US/app/search/search?sid=1.2")
reports = st.builds(
    Report,
    severity=st.sampled_from(Severity),
    headline=hostile,
    executive_summary=hostile,
    coverage=st.builds(Coverage, ran=many, planned=many, inconclusive=many),
    root_cause=st.none() | causes,
    no_cause_reason=st.none() | hostile,
    findings=repeated(hostile),
    actions=repeated(actions),
    resolution_estimate=hostile,
    resolution_timeline=repeated(st.builds(ResolutionStep, when=hostile, what=hostile)),
    technical_details=repeated(st.builds(EvidenceLine, id=hostile, text=hostile, link=links)),
    interpretations=repeated(hostile),
    follow_ups=repeated(hostile),
    gaps=repeated(st.builds(Gap, task_id=hostile, title=hostile, reason=hostile, unlock=st.none() | hostile)),
    prose_by=st.sampled_from(["rules", "model"]),
    note=st.none() | hostile,
)


def run_of(report: Report, **more: Any) -> Run:
    given = {
        "id": "1f2e",
        "workflow": "missing_data",
        "title": "Missing data",
        "problem": Problem(text="no events"),
        "phases": (("queues",),),
        "started_at": 0,
        "finished_at": 12,
        "results": (),
        "report": report,
        "usage": Usage(searches=3),
        **more,
    }
    return Run.model_validate(given)
