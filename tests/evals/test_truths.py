"""A truth's names against the workflows, and against what a phrasing lets the bot ask for."""

from typing import Any

import pytest

from bot.domain.workflow import WorkflowDefinition
from bot.evals.truths import askable, unknown_names
from tests.evals.runs import WORKFLOW, truth

ACTION = {"priority": 1, "owner": "platform", "do": "mend it"}


def rule(name: str, when: str, over: str | None = None, finding: str = "bad") -> dict[str, Any]:
    return {"id": name, "when": when, "over": over, "status": "critical", "finding": finding, "action": ACTION}


VOLUME = WorkflowDefinition.model_validate(
    {
        "id": "missing_data",
        "title": "M",
        "about": "a",
        "tasks": [
            {
                "id": "volume",
                "title": "V",
                "why": "w",
                "probes": {
                    "hourly": {"spl": 'index="{index}" | stats count', "columns": {"count": "number"}},
                    "hosts": {"spl": "index=_internal | stats count by host", "columns": {"host": "text"}},
                },
                "rules": [
                    rule("stopped", "r.count == 0.0", "hourly"),
                    rule("all_gone", "hourly.size() == 0"),
                    rule("silent", "r.host == ctx.host", "hosts"),
                    rule("told", "hosts.size() == 0", None, "{sourcetype} is gone"),
                    rule("other", "r.host != 'x'", "hosts", "{host} is gone"),
                ],
            }
        ],
    }
)
NAMED = {"index": "web", "host": "fwd03", "sourcetype": "st", "earliest": "-2h"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no events in index=WEB of fwd03 (st)", ["stopped", "all_gone", "silent", "told", "other"]),
        ("fwd03 is silent", ["silent", "other"]),
        ("the web is empty", ["stopped", "all_gone", "other"]),
        ("index=web_prod is empty, fwd030 too", ["other"]),
    ],
)
def test_a_finding_counts_where_the_text_says_what_its_search_needs(text: str, kept: list[str]) -> None:
    names = ["stopped", "all_gone", "silent", "told", "other"]
    whole = truth(findings=[f"volume.{name}" for name in names])
    assert askable(whole, VOLUME, NAMED, text).findings == [f"volume.{name}" for name in kept]
    clear = truth(clear=["volume"])
    assert askable(clear, VOLUME, NAMED, text).clear == (["volume"] if len(kept) == len(names) else [])
    assert askable(whole, VOLUME, {}, text) == whole, "a name that the problem does not say is no reason"


def test_a_truth_that_lists_no_findings_stays_as_it_is() -> None:
    assert askable(truth(), VOLUME, NAMED, "x") == truth()


def test_every_name_that_no_workflow_has_is_told_with_its_place_and_the_nearest() -> None:
    wrong = truth(
        root_cause=["queue", "queues.blocked"],
        findings=["queues.block"],
        may_find=["queues"],
        never_find=["disk.full"],
        not_checked=["quues"],
        clear=["queues"],
    )
    assert list(unknown_names(wrong, {"missing_data": WORKFLOW})) == [
        (("truth", "not_checked", 0), "missing_data has no task quues. Did you mean queues?"),
        (("truth", "root_cause", 0), "missing_data has no task queue. Did you mean queues?"),
        (("truth", "findings", 0), "missing_data has no finding queues.block. Did you mean queues.blocked?"),
        (("truth", "never_find", 0), "missing_data has no finding disk.full. Known here: queues, queues.blocked."),
    ]


def test_an_unknown_workflow_is_told_alone() -> None:
    [(route, said)] = unknown_names(truth(workflow="missing_dta", findings=["x.y"]), {"missing_data": WORKFLOW})
    assert (route, said) == (("truth", "workflow"), "there is no workflow missing_dta. Did you mean missing_data?")
