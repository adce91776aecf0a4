"""Where searches run, and what an agent may search by itself."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.evidence import Evidence, Row, SearchOutcome, SearchQuery
from bot.domain.names import VisibleNames


class LogSearch(Protocol):
    """Where searches run: `splunk.client.SplunkClient`; in tests `tests.fakes.FakeSplunk`."""

    async def search(self, query: SearchQuery) -> SearchOutcome:
        """Run *query* to its end. Raises SplunkError. When cancelled, the search is cancelled in Splunk too."""
        ...

    async def quota(self) -> int | None:
        """Return how many searches our role may run at once (srchJobsQuota); None when that cannot be seen."""
        ...

    async def names(self) -> VisibleNames:
        """Return the indexes, sourcetypes and hosts that our role may see, bounded in number. Raises SplunkError."""
        ...


@dataclass(frozen=True, slots=True)
class ProbeRows:
    """What a probe saw: its ledger entry, and all rows that came back."""

    probe: str
    evidence: Evidence
    rows: tuple[Row, ...]


class AgentSearch(Protocol):
    """An agent's own look into Splunk for one task: `engine.agent_search.TaskSearch`; in tests `tests.fakes.FakeLook`.

    Every search passes the guard as a model's, gets an id in the run's ledger, and counts to the task's bound.
    """

    async def search(self, spl: str, earliest: str, latest: str) -> ProbeRows:
        """Search. Asked again, the same gets the same answer without a search.

        Raises SearchRefused (not safe, too wide, one too many), BadTime, SplunkError and StoreError, each a sentence.
        """
        ...

    async def describe(self, kind: str, name: str) -> ProbeRows:
        """Count events by what stands beside an index, sourcetype or host. Raises UsageError too, for no such kind."""
        ...

    def entry(self, evidence_id: str) -> ProbeRows | None:
        """Return a search of this run and the rows of it that are known; None if the run has none by that id."""
        ...

    async def names(self) -> VisibleNames:
        """Return the names that our role may see; none where Splunk does not tell them."""
        ...
