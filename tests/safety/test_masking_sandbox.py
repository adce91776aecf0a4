"""Nothing that the shipped sandbox's Splunk says is taken for a secret, a card, or a person it does not name."""

from collections.abc import Mapping

import pytest

from bot.safety.masking import Privacy, mask, mask_row
from bot.sandbox.scenario import scenario_names
from bot.sandbox.streams import series_of
from tests.shipped import shipped_scenario

BASE = 1_732_528_800.0
EVENTS = range(-3, 2)  # of each series: every text of it, and times before and after


def as_row(rest: Mapping[str, object]) -> dict[str, str | list[str]]:
    return {
        name: [str(each) for each in value] if isinstance(value, list) else str(value) for name, value in rest.items()
    }


@pytest.mark.parametrize("name", scenario_names())
def test_the_rows_of_a_scenario_stay(name: str) -> None:
    scenario, below = shipped_scenario(name), shipped_scenario("healthy")
    own = {key: told for key, told in scenario.events.items() if name == "healthy" or told != below.events.get(key)}
    for series in series_of(scenario.model_copy(update={"events": own}), BASE):
        for number in EVENTS:
            raw = series.event(number).raw
            assert mask(raw) == raw
            assert mask_row({**series.fields, "_raw": raw}) == {**series.fields, "_raw": raw}
    for path, rows in scenario.rest.items():
        for row in map(as_row, rows if name == "healthy" or rows != below.rest.get(path) else ()):
            assert mask_row(row) == row


def test_of_the_audit_log_only_the_user_is_hidden() -> None:
    series = next(one for one in series_of(shipped_scenario("healthy"), BASE) if one.fields["index"] == "_audit")
    hidden = {mask(series.event(number).raw, Privacy(emails=True, names=True)) for number in range(-40, 0)}
    users = {raw.partition("user=")[2].partition(",")[0] for raw in hidden}
    assert users == {"someone", "admin"}
    assert all("action=search, info=completed, search_id=" in raw for raw in hidden)
