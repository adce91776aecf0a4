"""Which indexes, sourcetypes and hosts there are: one cheap search over what Splunk knows without reading events.

`eventcount` counts whole indexes and knows no time range; `metadata` reads the buckets' own lists of hosts and
sourcetypes (Splunk's search reference). `index=*` leaves out internal indexes, and what our role may not search. A
disabled index is in none of these and is still what people ask about, so the list of indexes is read as well.
"""

from collections.abc import Iterable

from bot.domain.evidence import Row, SearchQuery
from bot.domain.names import VisibleNames
from bot.domain.window import TimeWindow

MOST_INDEXES, MOST_SOURCETYPES, MOST_HOSTS = 1000, 2000, 5000  # of the last, those heard of last
LOOKS_BACK_S = 7 * 86_400
TIME_LIMIT_S = 20.0

_SPL = f"""
| eventcount summarize=false index=* | dedup index | head {MOST_INDEXES} | fields index
| append [| rest splunk_server=* /services/data/indexes count=0 | rename title as index
    | where NOT match(index, "^_") | dedup index | head {MOST_INDEXES} | fields index]
| append [| metadata type=sourcetypes index=* | sort {MOST_SOURCETYPES} -recentTime | fields sourcetype]
| append [| metadata type=hosts index=* | sort {MOST_HOSTS} -recentTime | fields host]
"""


def names_query(now: float) -> SearchQuery:
    """Return the search for all names."""
    return SearchQuery(
        spl=" ".join(_SPL.split()),
        window=TimeWindow(earliest=now - LOOKS_BACK_S, latest=now),
        max_rows=2 * MOST_INDEXES + MOST_SOURCETYPES + MOST_HOSTS,
        time_limit_s=TIME_LIMIT_S,
    )


def visible_names(rows: Iterable[Row]) -> VisibleNames:
    """Read the search's rows: each holds a name of one kind."""
    found: dict[str, set[str]] = {"index": set(), "sourcetype": set(), "host": set()}
    for row in rows:
        for kind, names in found.items():
            name = row.get(kind)
            if isinstance(name, str) and name:
                names.add(name)
    return VisibleNames(
        indexes=frozenset(found["index"]), sourcetypes=frozenset(found["sourcetype"]), hosts=frozenset(found["host"])
    )
