"""Text as nobody wants it, and reports full of it."""

import itertools
from typing import Any

from hypothesis import strategies as st

from bot.domain.evidence import Evidence, Row
from bot.domain.report import ActionItem, Coverage, EvidenceLine, Gap, Report, ResolutionStep, RootCause
from bot.domain.run import CheckedAgain, Claim, Finding, Interpretation, Problem, Run, TaskResult, Usage
from bot.domain.status import Severity, TaskStatus
from bot.domain.window import TimeWindow

PIECES = (
    "<!channel>", "<!here>", "@here", "@everyone", "<@U0BOT>", "<#C1|general>", "<http://evil.example|click>",
    "https://evil.example/x", "mailto:a@b.example", "```", "`", "*bold*", "_italic_", "~gone~", "\n> quote", ":fire:",
    "&amp;", "&lt;", "\u202e", "\u2066", "\u200f", "😀" * 30,
    "\x00", "\x1b[31m", "\ud800", " ", "\n", "x" * 5000, "ü" * 400,
    "| delete", '"', "\\",
)  # fmt: skip

hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=40)), max_size=8).map("".join)


class Filled:
    """A run with *texts* in all its places, in turn, and *size* entries in its lists: small to draw, and to print."""

    def __init__(self, texts: list[str], size: int) -> None:
        self._texts = itertools.cycle(texts)
        self._size = size

    def some(self) -> tuple[str, ...]:
        return tuple(next(self._texts) for _ in range(self._size))

    def problem(self) -> Problem:
        return Problem(text=next(self._texts), unread=self.some())

    def reading(self) -> Interpretation:
        claims = tuple(
            Claim(text=text, evidence=self.some()[:3], doubt=(None, text)[number % 2])
            for number, text in enumerate(self.some())
        )
        return Interpretation(text=next(self._texts), evidence=self.some(), doubt=next(self._texts), claims=claims)

    def results(self) -> tuple[TaskResult, ...]:
        """Return results of the tasks of the tests' missing_data, and others; of every status."""
        names = ("queues", "license", "forwarders", *self.some())
        return tuple(map(self._result, names, itertools.cycle(TaskStatus)))

    def _result(self, name: str, status: TaskStatus) -> TaskResult:
        found = tuple(
            Finding(id=text, status=TaskStatus.WARNING, text=text, evidence=("E1", text)) for text in self.some()[:3]
        )
        return TaskResult(
            task_id=name, title=next(self._texts), status=status, findings=found, reason=name, started_at=1
        )

    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(map(self._search, ("E1", *self.some())))

    def _search(self, name: str) -> Evidence:
        text = next(self._texts)
        row: Row = {text: next(self._texts), name: self.some()[:3]}
        window = TimeWindow(earliest=0, latest=1)
        return Evidence(
            id=name, probe=text, spl=text, window=window, row_count=9, sample=(row,) * 2, link=text, error=text
        )

    def report(self) -> Report:
        texts, some = self._texts, self.some
        cause = RootCause(
            finding=next(texts),
            text=next(texts),
            confidence="low",
            because=next(texts),
            effects=some(),
            evidence=("E1", *some()),
        )
        actions = (
            ActionItem(priority=1, owner=next(texts), do=text, why=next(texts), verify=next(texts), evidence=some()[:3])
            for text in some()
        )
        details = (EvidenceLine(id=next(texts), text=text, link=next(texts)) for text in some())
        return Report(
            severity=Severity.CRITICAL,
            headline=next(texts),
            executive_summary=next(texts),
            coverage=Coverage(ran=1, planned=self._size, inconclusive=self._size),
            root_cause=cause if self._size % 2 else None,
            no_cause_reason=next(texts),
            context=some(),
            findings=some(),
            actions=tuple(actions),
            resolution_estimate=next(texts),
            resolution_timeline=tuple(ResolutionStep(when=text, what=next(texts)) for text in some()),
            technical_details=tuple(details),
            interpretations=some(),
            unverified=some(),
            follow_ups=some(),
            gaps=tuple(Gap(task_id=text, title=text, reason=next(texts), unlock=next(texts)) for text in some()),
            prose_by="model",
            note=next(texts),
        )

    def run(self) -> Run:
        again = CheckedAgain(of=next(self._texts), reported=next(self._texts), kept=1, outcomes=self.some())
        of = {"title": next(self._texts), "problem": self.problem(), "stopped": next(self._texts), "notes": self.some()}
        return run_of(self.report(), **of, again=again, results=self.results(), evidence=self.evidence())


fillings = st.builds(Filled, st.lists(hostile, min_size=1, max_size=5), st.sampled_from([0, 1, 2, 31]))
WORST = (Filled(["".join(PIECES)], 31), Filled([*PIECES], 30))


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
