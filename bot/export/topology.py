"""Which hosts, servers and indexes the kept rows name: no map of the deployment, only what was seen. Pure."""

from collections.abc import Iterator, Sequence

from bot.domain.evidence import Evidence

_KINDS = {
    "host": "host",
    "splunk_server": "Splunk server",
    "peer": "search peer",
    "peerName": "search peer",  # as services/search/distributed/peers calls it
    "index": "index",
}
MOST_NAMES = 100  # of a kind; a list of thousands is no picture of anything


def named(evidence: Sequence[Evidence]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return (kind, name, ids of the searches that named it), kind by kind, each in the order in which it was seen."""
    seen: dict[str, dict[str, list[str]]] = {kind: {} for kind in _KINDS.values()}
    for kind, name, entry_id in _names(evidence):
        ids = seen[kind].setdefault(name, [])
        if entry_id not in ids:
            ids.append(entry_id)
    return [(kind, name, tuple(ids)) for kind, names in seen.items() for name, ids in _bounded(names)]


def _names(evidence: Sequence[Evidence]) -> Iterator[tuple[str, str, str]]:
    for entry in evidence:
        for row in entry.sample:
            for column, kind in _KINDS.items():
                cell = row.get(column, ())
                for name in (cell,) if isinstance(cell, str) else cell:
                    if name.strip():
                        yield kind, name, entry.id


def _bounded(names: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    shown = list(names.items())[:MOST_NAMES]
    left_out = len(names) - len(shown)
    return [*shown, (f"… and {left_out:,} more", [])] if left_out else shown
