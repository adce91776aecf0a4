"""Small runs for the tests of the export, and readers of what it wrote."""

from collections.abc import Iterable, Sequence
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from bot.domain.evidence import Evidence, Row
from bot.domain.run import Problem, Run, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.window import TimeWindow
from bot.summary.tool import report_by_rules

ZERO = 1_772_356_500.0  # 2026-03-01 09:15 UTC

HOSTILE = (
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "a|b\\|c",
    "```\n# not a heading",
    "[click](javascript:alert(1)) ![i](http://evil.example/p.png)",
    "</code></pre></td></table><h1>out</h1>",
    "<!-- --> &lt;b&gt; &#124;",
    "line\r\nbreak\rand\u2028more\x00\x1b[31mred",
    "\u202etxt.exe \u2066x\u2069",
    "| --- | --- |",
    "1. one\n- two\n> three",
    "_slanted_ and __strong__ *too* ~~gone~~",
    "\ud800 lone",
)


def task(
    task_id: str, begins: float | None = 0.0, takes: float = 1.0, status: TaskStatus = TaskStatus.CLEAR, **more: object
) -> TaskResult:
    """Return a result that began so many seconds after the run; None never began."""
    started_at = None if begins is None else ZERO + begins
    given = {"title": task_id.title(), "status": status, "started_at": started_at, "duration_s": takes, **more}
    return TaskResult.model_validate({"task_id": task_id, **given})


def entry(number: int = 1, sample: Iterable[Row] = (), **more: object) -> Evidence:
    window = TimeWindow(earliest=ZERO, latest=ZERO + 1800)
    given = {"probe": "queues", "spl": "search index=_internal", "window": window, "sample": tuple(sample), **more}
    return Evidence.model_validate({"id": f"E{number}", **given})


def run_of(
    results: Sequence[TaskResult] = (),
    phases: Sequence[Sequence[str]] | None = None,
    evidence: Sequence[Evidence] = (),
    **more: object,
) -> Run:
    ended = max((r.started_at + r.duration_s for r in results if r.started_at is not None), default=ZERO)
    given = {
        "id": "ab12cd34",
        "workflow": "missing_data",
        "title": "Missing data",
        "problem": Problem(text="no events in index=web"),
        "requested_by": "U0ASKED",
        "phases": phases if phases is not None else [[result.task_id for result in results]],
        "started_at": ZERO,
        "finished_at": ended,
        "results": tuple(results),
        "evidence": tuple(evidence),
        "report": report_by_rules(results),
        **more,
    }
    return Run.model_validate(given)


class Page(HTMLParser):
    """An HTML page as a browser takes it apart: its tags with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.comments: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def all(self, tag: str, class_: str = "") -> list[dict[str, str | None]]:
        return [said for name, said in self.elements if name == tag and class_ in (said.get("class") or "").split(" ")]


class Document:
    """A Markdown document as a renderer takes it apart."""

    def __init__(self, markdown: str) -> None:
        self.tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)

    def kinds(self) -> set[str]:
        """Return the kinds of all tokens, those within lines too."""
        return {token.type for outer in self.tokens for token in (outer, *(outer.children or ()))}

    def tables(self) -> list[list[list[str]]]:
        """Return each table's rows of cells, as text."""
        tables: list[list[list[str]]] = []
        for token, following in zip(self.tokens, self.tokens[1:], strict=False):
            if token.type == "table_open":
                tables.append([])
            elif token.type == "tr_open":
                tables[-1].append([])
            elif token.type in {"th_open", "td_open"}:
                tables[-1][-1].append(said(following.children or ()))
        return tables

    def fences(self) -> list[str]:
        return [token.content for token in self.tokens if token.type == "fence"]

    def headings(self) -> list[str]:
        followed = zip(self.tokens, self.tokens[1:], strict=False)
        return [said(following.children or ()) for token, following in followed if token.type == "heading_open"]


def said(tokens: Iterable[object]) -> str:
    """Return what a reader sees of the pieces of a line."""
    return "".join(str(getattr(token, "content", "")) for token in tokens)
