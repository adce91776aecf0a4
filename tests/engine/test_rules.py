"""Rules over rows: what hits, what cannot be decided, and what could not be asked."""

from typing import Any

import pytest

from bot.domain.evidence import Row
from bot.domain.run import Parameters
from bot.domain.workflow import TaskDefinition
from bot.engine.rules import CompiledTask, Judgement, compile_task, gate_open
from bot.errors import WorkflowError

ACTION = {"priority": 1, "owner": "platform", "do": "Mend it"}
PROBES = {
    "queues": {"host": "text", "blocked": "number", "reason": "text"},
    "roles": {"name": "text"},
}


def a_task(*rules: dict[str, Any], blind: tuple[dict[str, Any], ...] = ()) -> CompiledTask:
    base = {"id": "bad", "status": "critical", "finding": "bad", "action": ACTION}
    return compile_task(
        TaskDefinition.model_validate(
            {
                "id": "task",
                "title": "Task",
                "why": "Why?",
                "probes": {name: {"spl": "| rest /services/x", "columns": columns} for name, columns in PROBES.items()},
                "rules": [base | rule for rule in rules],
                "blind": blind,
            }
        )
    )


def judged(when: str, rows: dict[str, list[Row]], over: str | None = "queues", **of: Any) -> Judgement:
    finding = of.pop("finding", "bad")
    return a_task({"over": over, "when": when, "finding": finding}).judge(rows, Parameters(**of))


def test_a_rule_hits_each_row_it_is_true_of() -> None:
    rows: dict[str, list[Row]] = {"queues": [{"host": "a", "blocked": "75.0"}, {"host": "b", "blocked": "3"}]}
    [hit] = judged("r.blocked >= 10.0", rows, finding="{host} {blocked} %").hits
    assert (hit.text, hit.probes, hit.more) == ("a 75 %", ("queues",), 0)


SHOWN = {
    "75.0": "75",
    "62.5": "62.5",
    "0": "0",
    "1e3": "1000",
    "-3": "-3",
    "33.3333": "33.33",
    "0.00451": "0.00451",
    "65498251264": "65498251264",
    "true": "1",
    " 7 ": "7",
}


@pytest.mark.parametrize(("written", "shown"), SHOWN.items())
def test_numbers_are_shown_plainly(written: str, shown: str) -> None:
    [hit] = judged("r.blocked > -100.0", {"queues": [{"blocked": written}]}, finding="{blocked}").hits
    assert hit.text == shown


def test_the_first_five_hits_are_told_and_the_rest_counted() -> None:
    rows: list[Row] = [{"host": f"h{number}", "blocked": "50"} for number in range(12)]
    hits = judged("r.blocked >= 10.0", {"queues": rows}, finding="{host}").hits
    assert [(hit.text, hit.more) for hit in hits] == [("h0", 0), ("h1", 0), ("h2", 0), ("h3", 0), ("h4", 7)]


def test_of_more_hits_than_are_told_those_furthest_downstream_stay() -> None:
    rows: list[Row] = [{"host": f"h{number}", "blocked": "50", "reason": "parsing"} for number in range(6)]
    rows += [{"host": "odd", "blocked": "50", "reason": "other"}, {"host": "last", "blocked": "50", "reason": "index"}]
    chain = {"column": "reason", "cause_first": ["index", "pars*"]}
    rule = {"over": "queues", "when": "r.blocked >= 10.0", "finding": "{host}", "chain": chain}
    hits = a_task(rule).judge({"queues": rows}, Parameters()).hits
    assert [(hit.text, hit.stage) for hit in hits] == [("last", 0), ("h0", 1), ("h1", 1), ("h2", 1), ("h3", 1)]
    assert hits[-1].more == 3
    assert hits[0].row == rows[-1]


def test_a_rule_without_over_is_asked_once_and_cites_every_probe_it_names() -> None:
    rows: dict[str, list[Row]] = {"queues": [{"host": "a"}], "roles": [{"name": "b"}]}
    when = "!roles.exists(role, queues.exists(queue, queue.host == role.name))"
    [hit] = judged(when, rows, over=None).hits
    assert hit.probes == ("queues", "roles")


def test_a_rule_over_one_probe_may_look_at_another() -> None:
    rows: dict[str, list[Row]] = {"queues": [{"host": "a"}, {"host": "b"}], "roles": [{"name": "b"}]}
    [hit] = judged("roles.exists(role, role.name == r.host)", rows, finding="{host}").hits
    assert (hit.text, hit.probes) == ("b", ("queues", "roles"))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({}, "blocked is missing"),
        ({"blocked": ""}, "blocked is empty"),
        ({"blocked": "many"}, "blocked is no number: 'many'"),
        ({"blocked": ("1", "2")}, "blocked is no number: '1 2'"),
        ({"blocked": "nan"}, "blocked is no number: 'nan'"),
        ({"blocked": "1_000"}, "blocked is no number: '1_000'"),
    ],
)
def test_a_row_that_cannot_be_read_is_unsure_and_the_others_are_judged(row: Row, why: str) -> None:
    verdict = judged("r.blocked >= 10.0", {"queues": [row, {"blocked": "50"}]})
    assert len(verdict.hits) == 1
    assert verdict.unsure == (f"bad could not be decided for 1 of 2 rows of queues: {why}",)


def test_an_empty_text_is_judged_no_better_than_a_missing_one() -> None:
    verdict = judged("r.reason != 'none'", {"queues": [{"reason": "", "host": ""}]}, finding="{host}")
    assert (verdict.hits, verdict.unsure) == (
        (),
        ("bad could not be decided for 1 of 1 rows of queues: reason is empty",),
    )
    [hit] = judged("r.reason == 'none'", {"queues": [{"reason": "none", "host": ""}]}, finding="[{host}]").hits
    assert hit.text == "[]"


def test_a_column_that_the_rule_does_not_name_may_be_missing() -> None:
    verdict = judged("r.blocked >= 10.0", {"queues": [{"blocked": "50"}]}, finding="{host}: {reason}")
    assert [hit.text for hit in verdict.hits] == ["unknown: unknown"]
    assert verdict.unsure == ()


def test_an_unreadable_row_leaves_a_rule_over_all_rows_undecided() -> None:
    rows: dict[str, list[Row]] = {"queues": [{"blocked": "x"}, {"blocked": "1"}]}
    verdict = judged("!queues.exists(queue, queue.blocked >= 10.0)", rows, over=None)
    assert verdict.hits == ()
    assert verdict.unsure == ("bad could not be decided: blocked is no number: 'x' in a row of queues",)


def test_an_evaluation_error_is_unsure_and_no_hit() -> None:
    """CEL returns errors as values that are truthy."""
    verdict = judged("queues[5].blocked > 1.0", {"queues": [{"blocked": "1"}]}, over=None)
    assert verdict.hits == ()
    assert verdict.unsure[0].startswith("bad could not be decided: Index error")


def test_a_rule_that_looks_at_too_many_rows_is_unsure() -> None:
    rows: list[Row] = [{"host": f"h{number}"} for number in range(1000)]
    verdict = judged("queues.all(a, queues.exists(b, a.host == b.host))", {"queues": rows}, over=None)
    assert verdict.hits == ()
    assert verdict.unsure == ("bad could not be decided: looked at more rows than a rule may",)


def test_a_rule_whose_probe_did_not_run_is_unasked() -> None:
    verdict = judged("roles.size() == 0", {"queues": []}, over=None)
    assert verdict.hits == ()
    assert [str(unasked) for unasked in verdict.unasked] == ["bad was not asked: probe roles has no answer"]


@pytest.mark.parametrize(
    ("when", "finding"), [("r.host == ctx.host", "bad"), ("r.host != 'x'", "bad in {index}"), ("ctx.host == ''", "bad")]
)
def test_a_rule_that_names_an_absent_parameter_is_unasked(when: str, finding: str) -> None:
    verdict = judged(when, {"queues": [{"host": "a"}]}, finding=finding)
    assert (verdict.hits, len(verdict.unasked)) == ((), 1)


def test_parameters_reach_conditions_and_findings() -> None:
    rows: dict[str, list[Row]] = {"queues": [{"host": "a"}, {"host": "b"}]}
    [hit] = judged("r.host == ctx.host", rows, finding="{host} of {index}", host="b", index="web").hits
    assert hit.text == "b of web"


def test_a_column_hides_the_parameter_of_its_name_in_a_finding() -> None:
    [hit] = judged("r.host != 'x'", {"queues": [{"host": "a"}]}, finding="{host}").hits
    assert hit.text == "a"


def test_a_blind_condition_that_is_true_fires() -> None:
    task = a_task(blind=({"when": "queues.size() == 0", "reason": "No queue"}, {"when": "false", "reason": "Never"}))
    assert [blind.reason for blind in task.judge({"queues": []}, Parameters()).blind] == ["No queue"]


def test_a_word_in_quotes_is_no_name() -> None:
    verdict = judged("r.host == 'roles ctx.host'", {"queues": [{"host": "roles ctx.host"}]})
    assert (len(verdict.hits), verdict.unasked) == (1, ())


def test_what_a_row_holds_is_never_filled_in_again() -> None:
    [hit] = judged("true", {"queues": [{"host": "{index}\n  twice"}]}, finding="{host}", index="web").hits
    assert hit.text == "{index} twice"


def test_a_long_cell_is_cut_in_a_finding() -> None:
    [hit] = judged("true", {"queues": [{"host": "x" * 5000}]}, finding="{host}").hits
    assert hit.text == "x" * 200 + "… 4800 more"


def test_several_values_are_read_as_one_text() -> None:
    [hit] = judged("r.host.contains('b c')", {"queues": [{"host": ("a", "b", "c")}]}, finding="{host}").hits
    assert hit.text == "a b c"


def test_half_a_surrogate_pair_is_read() -> None:
    [hit] = judged("r.host != ''", {"queues": [{"host": "a\ud800"}]}, finding="{host}").hits
    assert hit.text == "a?"


def test_columns_that_differ_in_case_and_underscores_only_are_two() -> None:
    task = TaskDefinition.model_validate(
        {
            "id": "task",
            "title": "Task",
            "why": "Why?",
            "probes": {"p": {"spl": "| rest /services/x", "columns": {"a_b": "text", "aB": "text"}}},
            "rules": [
                {"id": "x", "over": "p", "when": "r.a_b != r.aB", "status": "warning", "finding": "x", "action": ACTION}
            ],
        }
    )
    assert len(compile_task(task).judge({"p": [{"a_b": "1", "aB": "2"}]}, Parameters()).hits) == 1


def test_every_condition_that_does_not_compile_is_told() -> None:
    with pytest.raises(WorkflowError) as caught:
        a_task({"id": "one", "over": "queues", "when": "r.nope == 1.0"}, {"id": "two", "when": "queues"})
    one, two = caught.value.problems
    assert one.startswith("task: one: probe queues declares no column nope.")
    assert two.startswith("task: two: is no condition")


@pytest.mark.parametrize(
    ("rows", "is_open"),
    [
        ([], False),
        ([{"host": "a"}], True),
        ([{"count": "0"}], False),
        ([{"count": "0"}, {"count": "3"}], True),
        ([{"count": ""}], False),
    ],
)
def test_a_gate_opens_for_rows_that_count_something(rows: list[Row], is_open: bool) -> None:  # noqa: FBT001 - a table's column
    assert gate_open(rows) is is_open
