"""The evidence ledger's entries: what was asked of Splunk, when, and what came back."""

from bot.domain.frozen import Frozen
from bot.domain.window import TimeWindow

MODEL_SEARCH = "a model's search"  # the probe's name of a search that a model wrote; no workflow's probe can have it
Cell = str | tuple[str, ...]  # a multivalue field is several strings
Row = dict[str, Cell]


class SearchQuery(Frozen):
    """A search ready to be sent: guarded, its values escaped, its window absolute."""

    spl: str
    window: TimeWindow
    max_rows: int = 1000
    time_limit_s: float = 60


class SearchOutcome(Frozen):
    """What Splunk answered to one search, secrets masked."""

    rows: tuple[Row, ...]
    row_count: int  # as Splunk counts; more than len(rows) where rows were cut
    scanned: int = 0  # events read
    duration_s: float
    messages: tuple[str, ...] = ()  # of level WARN or worse: the search may be incomplete
    partial: bool = False
    sid: str | None = None
    link: str | None = None  # the same search in Splunk Web


class Evidence(Frozen):
    """One search of a run, as findings cite it."""

    id: str  # E1, E2, … in the order in which searches were begun
    probe: str  # the name of the probe that asked first
    spl: str
    window: TimeWindow
    started_at: float | None = None  # epoch seconds; when it had its slot
    row_count: int = 0
    sample: tuple[Row, ...] = ()  # the first rows, cut to what a person reads
    scanned: int = 0
    duration_s: float = 0
    messages: tuple[str, ...] = ()
    partial: bool = False
    error: str | None = None  # a sentence, when there are no rows because the search failed
    sid: str | None = None
    link: str | None = None
