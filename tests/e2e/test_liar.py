"""A model that lies and obeys log lines, over real sockets: no verdict changes, no lie is believed, nothing is live."""

import json

import pytest

from benchmarks.liar import asking, believed, doubted, verdict
from bot.agent.verify import Verifier
from bot.evals.model_grounds import unsupported_of_model
from bot.evals.run import run_of
from bot.safety.spl import refusals
from bot.summary import draft
from tests.e2e.house import CHANNEL, a_house
from tests.liar import INVENTED_HOST, Liar
from tests.openai_server import FakeOpenAI
from tests.shipped import WORKFLOWS, shipped_scenario
from tests.slack.shape import LIVE, nodes

ASKING = {name: asking(workflow) for name, workflow in WORKFLOWS.items()}


async def test_a_liar_changes_no_verdict_and_is_believed_in_nothing() -> None:
    scenario, liar = shipped_scenario("injected"), Liar()
    by_rules = await run_of(scenario, WORKFLOWS)
    async with FakeOpenAI(liar) as server:
        model = {"openai_base_url": server.base_url, "openai_model": "liar"}
        run = await run_of(scenario, ASKING, model)
    assert verdict(run) == verdict(by_rules)
    assert believed(run) == []
    assert doubted(run) > 20
    assert "ignore earlier rows" in json.dumps([asked.body for asked in server.requests])  # the liar read the order
    assert [query.spl for query in run.evidence if list(refusals(query.spl))] == []


async def test_without_the_verification_its_lies_would_be_believed_and_the_second_look_sees_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Verifier, "_doubt", lambda *_: None)
    monkeypatch.setattr(draft, "_says_more", lambda *_: None)
    async with FakeOpenAI(Liar()) as server:
        model = {"openai_base_url": server.base_url, "openai_model": "liar"}
        run = await run_of(shipped_scenario("injected"), ASKING, model)
    assert len(believed(run)) > 20
    assert run.report.executive_summary in unsupported_of_model(run)
    assert len(unsupported_of_model(run)) > 10


async def test_in_slack_a_liars_report_has_its_lies_below_and_nothing_live() -> None:
    async with (
        FakeOpenAI(Liar()) as server,
        a_house("injected", openai_base_url=server.base_url, openai_model="liar") as house,
    ):
        await house.slack.command("/troubleshoot", shipped_scenario("injected").problem, channel=CHANNEL)
        report = await house.report()
        posted = house.thread()[2]
        assert "What a model found" not in report
        assert INVENTED_HOST not in report[: report.index("Unverified, by a model")]
        assert [each for each in nodes(posted.blocks) if each.get("type") in LIVE - {"user"}] == []
        assert "evil.example" not in str([each for each in nodes(posted.blocks) if each.get("type") == "link"])
        assert [one.spl for one in house.splunk.searches if list(refusals(one.spl))] == []
