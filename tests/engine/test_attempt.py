"""One task: what makes it clear, what keeps it from being clear, and what stops it."""

import asyncio
import time
from typing import Any

import pytest

from bot.domain.event import ProbeFinished, RunEvent, TaskStarted
from bot.domain.evidence import MODEL_SEARCH, Row
from bot.domain.run import Claim, Interpretation, Parameters, Problem, TaskResult
from bot.domain.status import TaskStatus
from bot.domain.workflow import TaskDefinition
from bot.engine.attempt import attempt
from bot.engine.ledger import Ledger
from bot.engine.rules import compile_task
from bot.engine.run_context import RunContext
from bot.errors import ModelError, SearchFailed, SplunkForbidden, SplunkUnreachable
from bot.ports import Observer, TaskAgent, TaskBrief
from tests.fakes import FakeAgent, FakeSplunk, Reply, outcome

ACTION = {"priority": 1, "owner": "platform", "do": "mend it"}
QUEUES = {
    "spl": "index=_internal group=queue | stats avg(b) as blocked by host",
    "earliest": "-30m",
    "latest": "now",
    "columns": {"host": "text", "blocked": "number"},
}
SEEN = {
    "spl": "| tstats count where index=_internal",
    "earliest": "-15m",
    "latest": "now",
    "columns": {"count": "number"},
    "unlock": "grant the role _internal",
}
BLOCKED = {
    "id": "blocked",
    "over": "queues",
    "when": "r.blocked >= 10.0",
    "status": "critical",
    "finding": "{host} blocked in {blocked} %",
    "action": ACTION,
}


def task(**of: Any) -> TaskDefinition:
    given = {"id": "pipeline", "title": "Pipeline", "why": "w", "gates": ["seen"], "rules": [BLOCKED]}
    return TaskDefinition.model_validate(given | {"probes": {"seen": SEEN, "queues": QUEUES}} | of)


async def run(
    one: TaskDefinition,
    replies: dict[str, Reply],
    *,
    agent: TaskAgent | None = None,
    heard: list[RunEvent] | None = None,
    splunk: FakeSplunk | None = None,
    **parameters: str,
) -> TaskResult:
    events: list[RunEvent] = [] if heard is None else heard
    async with Ledger(splunk or FakeSplunk(replies), asyncio.Semaphore(6)) as ledger:
        context = RunContext(
            run_id="r",
            problem=Problem(text="p", parameters=Parameters(**parameters)),
            now=time.time(),
            compiled={one.id: compile_task(one)},
            ledger=ledger,
            agent=agent,
            agent_slots=asyncio.Semaphore(1),
            tell=events.append,
        )
        return await attempt(context)(one, {})


HEALTHY: dict[str, Reply] = {"tstats": ({"count": "9"},), "queue": ({"host": "idx1", "blocked": "0"},)}


async def test_open_gate_all_probes_and_no_hit_is_clear() -> None:
    result = await run(task(), HEALTHY)
    assert (result.status, result.findings, result.gaps) == (TaskStatus.CLEAR, (), ())
    assert result.evidence == ("E1", "E2")


async def test_a_hit_is_a_finding_that_cites_its_search_and_carries_the_number() -> None:
    result = await run(task(), HEALTHY | {"queue": ({"host": "idx2", "blocked": "75.0"},)})
    assert result.status is TaskStatus.CRITICAL
    assert [(one.id, one.text, one.evidence) for one in result.findings] == [
        ("pipeline.blocked", "idx2 blocked in 75 %", ("E2",))
    ]


async def test_behind_a_closed_gate_silence_proves_nothing_and_the_grant_is_named() -> None:
    result = await run(task(), {"tstats": ({"count": "0"},), "queue": ()})
    assert result.status is TaskStatus.NOT_CHECKED
    assert [gap.unlock for gap in result.gaps] == ["grant the role _internal"]


async def test_a_hit_behind_a_closed_gate_still_counts_and_the_gap_is_still_told() -> None:
    result = await run(task(), {"tstats": (), "queue": ({"host": "idx2", "blocked": "75"},)})
    assert result.status is TaskStatus.CRITICAL
    assert result.gaps


ABSENT = BLOCKED | {"id": "absent", "when": "r.blocked == 0.0", "finding": "{host} is idle", "needs_whole": True}
IDLE: tuple[Row, ...] = ({"host": "idx1", "blocked": "0"},)


async def test_what_is_concluded_from_absence_is_a_finding_when_all_was_seen() -> None:
    result = await run(task(rules=[ABSENT]), HEALTHY | {"queue": IDLE})
    assert [finding.text for finding in result.findings] == ["idx1 is idle"]
    assert not result.gaps


@pytest.mark.parametrize(
    ("replies", "why", "status"),
    [
        ({"tstats": ({"count": "0"},)}, "seen shows nothing", TaskStatus.NOT_CHECKED),
        ({"tstats": SplunkForbidden("no right")}, "seen shows nothing", TaskStatus.NOT_CHECKED),
        ({"queue": outcome(*IDLE, messages=("a peer is down",))}, "queues may be incomplete", TaskStatus.INCONCLUSIVE),
        ({"queue": outcome(*IDLE, partial=True)}, "queues may be incomplete", TaskStatus.INCONCLUSIVE),
        ({"queue": outcome(*IDLE, row_count=9)}, "queues may be incomplete", TaskStatus.INCONCLUSIVE),
    ],
)
async def test_what_is_concluded_from_absence_is_no_finding_when_it_may_come_from_blindness(
    replies: dict[str, Reply], why: str, status: TaskStatus
) -> None:
    result = await run(task(rules=[ABSENT]), HEALTHY | {"queue": IDLE} | replies)
    assert (result.status, result.findings) == (status, ())
    assert f"not sure that idx1 is idle: {why}" in {gap.reason for gap in result.gaps}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SplunkForbidden("The role lacks list_settings."), TaskStatus.NOT_CHECKED),
        (SearchFailed("Unknown search command."), TaskStatus.INCONCLUSIVE),
    ],
)
async def test_a_probe_without_an_answer_is_never_clear(error: SearchFailed, status: TaskStatus) -> None:
    result = await run(task(), HEALTHY | {"queue": error})
    assert (result.status, result.reason) == (status, str(error))


async def test_with_no_answer_at_all_the_task_failed() -> None:
    down = SplunkUnreachable("Splunk is down.")
    result = await run(task(), {"tstats": down, "queue": down})
    assert (result.status, result.reason) == (TaskStatus.FAILED, "Splunk is down.")


@pytest.mark.parametrize("of", [{"messages": ("WARN: peer idx2 is down",)}, {"partial": True}, {"row_count": 5000}])
async def test_a_partial_search_is_at_best_inconclusive(of: dict[str, object]) -> None:
    partial = outcome({"host": "idx1", "blocked": "0"}, **of)
    assert (await run(task(), HEALTHY | {"queue": partial})).status is TaskStatus.INCONCLUSIVE


async def test_a_row_that_cannot_be_read_is_inconclusive_not_clear() -> None:
    result = await run(task(), HEALTHY | {"queue": ({"host": "idx1"},)})
    assert result.status is TaskStatus.INCONCLUSIVE


NAMED = {"spl": 'index="{index}" sourcetype="{sourcetype}" | stats count', "earliest": "{earliest}", "latest": "now"}


async def test_a_probe_whose_parameter_was_not_named_is_not_sent_and_the_task_not_checked() -> None:
    splunk = FakeSplunk(HEALTHY)
    one = task(gates=[], probes={"queues": QUEUES | NAMED})
    result = await run(one, {}, splunk=splunk, index="web")
    assert result.status is TaskStatus.NOT_CHECKED
    assert result.reason == "no sourcetype was named"
    assert not splunk.asked


async def test_an_optional_probe_without_its_parameter_leaves_the_task_clear_with_its_scope_said() -> None:
    probes = {"seen": SEEN, "queues": QUEUES, "one": QUEUES | NAMED | {"optional": True}}
    result = await run(task(probes=probes), HEALTHY)
    assert (result.status, result.scope) == (TaskStatus.CLEAR, "no index and sourcetype was named")


async def test_a_rule_that_asks_for_a_parameter_nobody_named_keeps_the_task_from_being_clear() -> None:
    rule = BLOCKED | {"when": "r.host == ctx.host"}
    assert (await run(task(rules=[rule]), HEALTHY)).status is TaskStatus.INCONCLUSIVE


async def test_parameters_are_filled_in_and_the_window_is_absolute() -> None:
    splunk = FakeSplunk()
    await run(task(gates=[], probes={"queues": QUEUES | NAMED}), {}, splunk=splunk, index="web", sourcetype="a:b")
    assert splunk.asked[0].spl == 'index="web" sourcetype="a:b" | stats count'
    assert splunk.asked[0].window.latest - splunk.asked[0].window.earliest == 24 * 3600


async def test_past_its_limit_a_task_is_timed_out_and_its_search_cancelled() -> None:
    splunk = FakeSplunk(hold=asyncio.Event())
    result = await run(task(time_limit_s=0.01), {}, splunk=splunk)
    assert result.status is TaskStatus.TIMED_OUT
    assert len(splunk.cancelled) == 2


async def test_waiting_for_a_slot_does_not_count_against_the_limit() -> None:
    """The slots are taken until the limit has passed; the task's clock must not have run by then."""
    one = task(time_limit_s=0.05)
    slots = asyncio.Semaphore(0)
    heard: list[RunEvent] = []
    async with Ledger(FakeSplunk(HEALTHY), slots) as ledger:
        compiled = {one.id: compile_task(one)}
        context = RunContext("r", Problem(text="p"), time.time(), compiled, ledger, None, slots, heard.append)
        waiting = asyncio.create_task(attempt(context)(one, {}))
        done, _ = await asyncio.wait({waiting}, timeout=0.1)
        assert not done
        assert not heard
        slots.release()
        assert (await waiting).status is TaskStatus.CLEAR
    assert isinstance(heard[0], TaskStarted)


ALWAYS = {"agent": {"when": "always", "guidance": "look"}}


async def test_waiting_for_the_agent_does_not_count_against_the_limit_and_its_reading_does() -> None:
    """The agent's only slot is taken until the limit has passed; the task still has its time for the reading then."""
    one, slots, waits = task(time_limit_s=0.2, **ALWAYS), asyncio.Semaphore(0), asyncio.Event()
    kept: list[TaskResult] = []

    def keep(result: TaskResult) -> None:
        kept.append(result)
        waits.set()

    async with Ledger(FakeSplunk(HEALTHY), asyncio.Semaphore(6)) as ledger:
        compiled, agent = {one.id: compile_task(one)}, FakeAgent()
        context = RunContext("r", Problem(text="p"), time.time(), compiled, ledger, agent, slots, lambda _: None, keep)
        working = asyncio.create_task(attempt(context)(one, {}))
        await waits.wait()
        done, _ = await asyncio.wait({working}, timeout=0.3)
        assert not done
        slots.release()
        result = await working
    assert (result.interpretation, result.model_note) == (agent.says, None)
    assert [each.model_note for each in kept] == ["no model was used: the run ended before one had answered"]


async def test_a_model_that_stays_busy_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.engine.interpreting.SLOT_LIMIT_S", 0.01)
    one, slots, agent = task(**ALWAYS), asyncio.Semaphore(0), FakeAgent()
    async with Ledger(FakeSplunk(HEALTHY), asyncio.Semaphore(6)) as ledger:
        compiled = {one.id: compile_task(one)}
        context = RunContext("r", Problem(text="p"), time.time(), compiled, ledger, agent, slots, lambda _: None)
        result = await attempt(context)(one, {})
    assert (result.status, agent.briefs) == (TaskStatus.CLEAR, [])
    assert result.model_note == "no model was used: it was busy with other checks for 0.01 s"
    assert slots._value == 0  # what was not taken is not given back


async def test_every_probe_is_told_of() -> None:
    heard: list[RunEvent] = []
    await run(task(), HEALTHY, heard=heard)
    assert {event.probe for event in heard if isinstance(event, ProbeFinished)} == {"seen", "queues"}


GUIDED = {"agent": {"when": "inconclusive", "guidance": "look"}}


async def test_the_agent_reads_only_what_the_rules_left_open() -> None:
    agent = FakeAgent(Interpretation(text="queues look thin", evidence=("E2",)))
    assert (await run(task(**GUIDED), HEALTHY, agent=agent)).interpretation is None
    result = await run(task(**GUIDED), HEALTHY | {"queue": ({"host": "idx1"},)}, agent=agent)
    assert result.interpretation == agent.says
    assert result.status is TaskStatus.INCONCLUSIVE  # a reading is no check
    assert [probe.probe for probe in agent.briefs[0].probes] == ["seen", "queues"]


class Searcher(FakeAgent):
    """A TaskAgent that searches on its own, and finds something of its own to say."""

    async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
        assert brief.look
        found = await brief.look.search("index=web host=fwd07 | stats count by host", "-1h", "now")
        claim = Claim(text="fwd07 sent 3 events", evidence=(found.evidence.id,), severity="critical")
        return Interpretation(text="so", evidence=(found.evidence.id,), claims=(claim,))


async def test_what_an_agent_finds_by_searches_of_its_own_tells_more_and_decides_nothing() -> None:
    undecided: dict[str, Reply] = {"tstats": (), "queue": (), "web": ({"host": "fwd07", "count": "3"},)}
    heard: list[RunEvent] = []
    result = await run(task(**GUIDED), undecided, agent=Searcher(), heard=heard)
    without = await run(task(**GUIDED), undecided)
    assert (result.status, result.findings, result.gaps) == (without.status, without.findings, without.gaps)
    assert (result.evidence, result.searched) == (("E1", "E2"), ("E1", "E2", "E3"))
    assert result.line == f"{without.line}; a model found, checked against E3: fwd07 sent 3 events"
    assert [event.probe for event in heard if isinstance(event, ProbeFinished)][-1] == MODEL_SEARCH


@pytest.mark.parametrize("error", [ModelError("the model is down"), ZeroDivisionError()])
async def test_without_the_model_the_rules_stand_and_the_task_says_so(error: Exception) -> None:
    result = await run(task(**GUIDED), {"tstats": ()}, agent=FakeAgent(error))
    assert result.status is TaskStatus.NOT_CHECKED
    assert result.model_note
    assert result.model_note.startswith("no model was used")


async def test_with_no_model_configured_the_task_says_so() -> None:
    assert (await run(task(**GUIDED), {"tstats": ()})).model_note


async def test_past_the_limit_what_came_in_time_is_judged_and_what_did_not_is_a_gap() -> None:
    splunk = FakeSplunk(HEALTHY | {"queue": ({"host": "idx2", "blocked": "75"},)})
    splunk.on_search = lambda query: setattr(splunk, "hold", asyncio.Event() if "tstats" in query.spl else None)
    result = await run(task(time_limit_s=0.05), {}, splunk=splunk)
    assert result.status is TaskStatus.CRITICAL
    assert [gap.reason for gap in result.gaps] == ["seen took longer than the task's 0.05 s; its search was stopped"]


async def test_an_agent_past_the_limit_costs_the_task_no_finding() -> None:
    class Slow(FakeAgent):
        async def interpret(self, brief: TaskBrief, tell: Observer) -> Interpretation:
            await asyncio.Event().wait()
            raise AssertionError

    replies = HEALTHY | {"queue": ({"host": "idx2", "blocked": "75"},)}
    result = await run(task(time_limit_s=0.05, **ALWAYS), replies, agent=Slow(ModelError("never")))
    assert result.status is TaskStatus.CRITICAL
    assert result.model_note
    assert "did not answer within" in result.model_note


async def test_a_task_without_probes_is_read_by_its_agent_and_still_no_check() -> None:
    agent = FakeAgent(Interpretation(text="the others look well"))
    result = await run(task(gates=[], probes={}, rules=[], **GUIDED), {}, agent=agent)
    assert (result.status, result.interpretation) == (TaskStatus.INCONCLUSIVE, agent.says)


@pytest.mark.parametrize("when", ["inconclusive", "always", "never"])
async def test_a_task_without_probes_that_no_model_has_read_is_not_checked(when: str) -> None:
    alone = {"gates": [], "probes": {}, "rules": [], "agent": {"when": when, "guidance": "look"}}
    assert (await run(task(**alone), {})).status is TaskStatus.NOT_CHECKED


async def test_a_probe_of_context_alone_leaves_no_doubt_and_one_that_is_also_judged_does() -> None:
    context = {"id": "ctx", "over": "queues", "when": "r.at > 0.0", "status": "context", "finding": "{host}"}
    probe = QUEUES | {"columns": {"host": "text", "at": "number"}}
    loop = BLOCKED | {"id": "loop", "over": None, "when": "queues.size() > 5", "finding": "a loop"}
    blind = [{"when": "queues.size() == 0", "reason": "nothing was seen"}]
    probes = {"seen": SEEN, "queues": probe}
    refused = HEALTHY | {"queue": SplunkForbidden("no right")}
    assert (await run(task(rules=[context], probes=probes), refused)).status is TaskStatus.CLEAR
    assert (await run(task(rules=[context, loop], probes=probes), refused)).status is TaskStatus.NOT_CHECKED
    assert (await run(task(rules=[context], blind=blind, probes=probes), refused)).status is TaskStatus.NOT_CHECKED
    gated = task(rules=[context], probes=probes, gates=["seen", "queues"])
    assert (await run(gated, refused)).status is TaskStatus.NOT_CHECKED


async def test_a_gate_without_its_parameter_is_not_checked_though_another_probe_answered() -> None:
    named = SEEN | {"spl": '| tstats count where index="{index}"', "optional": True}
    result = await run(task(probes={"seen": named, "queues": QUEUES}), HEALTHY)
    assert (result.status, result.reason) == (TaskStatus.NOT_CHECKED, "no index was named")


async def test_a_failed_gate_is_not_checked_though_another_probe_answered() -> None:
    result = await run(task(), HEALTHY | {"tstats": SearchFailed("it broke")})
    assert (result.status, result.reason) == (TaskStatus.NOT_CHECKED, "it broke")


@pytest.mark.parametrize(("index", "elsewhere"), [("web", True), ("IDX1", False), ("", False)])
async def test_a_finding_about_another_index_than_the_named_one_says_so(index: str, elsewhere: bool) -> None:  # noqa: FBT001 - a case
    rule = BLOCKED | {"index": "host"}
    result = await run(task(rules=[rule]), HEALTHY | {"queue": ({"host": "idx1", "blocked": "50"},)}, index=index)
    assert [finding.elsewhere for finding in result.findings] == [elsewhere]


async def test_the_rows_that_hit_lead_the_sample_that_a_reader_sees() -> None:
    rows: tuple[Row, ...] = tuple(
        {"host": f"h{number}", "blocked": "90" if number == 30 else "0"} for number in range(40)
    )
    splunk = FakeSplunk(HEALTHY | {"queue": rows})
    one = task()
    async with Ledger(splunk, asyncio.Semaphore(6)) as ledger:
        context = RunContext(
            run_id="r",
            problem=Problem(text="p"),
            now=time.time(),
            compiled={one.id: compile_task(one)},
            ledger=ledger,
            agent=None,
            agent_slots=asyncio.Semaphore(1),
            tell=lambda _: None,
        )
        await attempt(context)(one, {})
        [queues] = [entry for entry in ledger.entries if entry.probe == "queues"]
    assert [row["host"] for row in queues.sample] == ["h30", "h0", "h1", "h2", "h3"]
