"""`kill -9` where it hurts most: the next start goes on, and reports once. All points: benchmarks/durability.py."""

from pathlib import Path

import pytest

from tests.durable.incident import Incident, an_incident

WORST = [
    "after accept:",  # kept, and not acknowledged: Slack delivers it again
    "after keep_result:license_verification",  # in the middle of the work
    "before chat_postMessage:report",  # intended, and not sent
    "after chat_postMessage:report",  # sent, and not noted
]


async def killed_and_restarted(incident: Incident, point: str) -> set[str]:
    """Return the searches that were kept when it was killed."""
    first = await incident.serve(kill_at=point)
    await incident.ask()
    assert await first.wait() == -9
    kept = await incident.kept_searches()
    second = await incident.serve()
    await incident.until_ended()
    second.terminate()
    assert await second.wait() == 0
    return kept


@pytest.mark.parametrize("point", WORST)
async def test_a_run_killed_at_any_point_is_reported_exactly_once(point: str, tmp_path: Path) -> None:
    async with an_incident(tmp_path) as incident:
        kept = await killed_and_restarted(incident, point)
        assert len(incident.reports()) == 1
        assert len(incident.statuses()) == 1
        assert "10 of 10 checks ran" in incident.reports()[0].text
        assert kept.isdisjoint(incident.repeated_searches())
        assert kept or point == WORST[0]
