"""Traces over OTLP: one a run, with OpenTelemetry's names, without anybody's text; a collector costs a run nothing."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from pydantic import SecretStr

from bot.domain.event import RunFinished
from bot.domain.run import Run
from bot.telemetry import otlp
from bot.telemetry.otlp import Collector, open_tracer, trace_id
from tests.agent.briefs import access
from tests.agent.runs import good, run_with
from tests.collector import FakeCollector, attributes
from tests.openai_server import Asked, FakeOpenAI, Reply, tool_call

TRACES = "/v1/traces"


def looks_once(asked: Asked) -> Reply:
    """Call a tool at each question's first request, and then answer."""
    first = bool(asked.body.get("tools")) and len(asked.messages) == 1
    return tool_call("list_indexes") if first else good(asked)


async def a_run() -> Run:
    async with FakeOpenAI(looks_once) as model:
        return await run_with(access(model.base_url), length=2)


async def sent(run: Run, collector: FakeCollector, *, spl: bool = False) -> list[Span]:
    """Return the spans that *run* arrives as."""
    async with open_tracer(Collector(collector.url + TRACES, spl=spl)) as tell:
        tell(RunFinished(run.id, 0, run))
    return collector.spans()


def tree(spans: list[Span]) -> list[str]:
    """Return each span's name under its parents', as they began."""
    by_id = {span.span_id: span for span in spans}

    def path(span: Span) -> str:
        above = by_id.get(span.parent_span_id)
        return f"{path(above)} / {span.name}" if above else span.name

    return sorted(map(path, spans))


async def test_a_run_arrives_as_one_trace_of_all_its_levels() -> None:
    run = await a_run()
    async with FakeCollector() as collector:
        spans = await sent(run, collector)
    checks = [f"run chain / phase {number} / task {name}" for number, name in ((1, "one"), (2, "two"))]
    agents = [f"{check} / invoke_agent agent" for check in checks]
    expected = ["run chain", "run chain / phase 1", "run chain / phase 2", *checks, *agents]
    expected += [f"{check} / probe p" for check in checks]
    expected += [
        f"{agent} / {call}" for agent in agents for call in ("chat m1", "execute_tool list_indexes", "chat m1")
    ]
    expected += ["run chain / invoke_agent summary", "run chain / invoke_agent summary / chat m1"]
    assert tree(spans) == sorted(expected)
    assert {int.from_bytes(span.trace_id) for span in spans} == {trace_id(run.id)}
    assert len({span.span_id for span in spans}) == len(spans)
    assert collector.services() == {"troubleshooter"}


async def test_calls_of_models_and_tools_have_the_names_of_the_genai_conventions() -> None:
    run = await a_run()
    async with FakeCollector() as collector:
        spans = await sent(run, collector)
    chat = next(span for span in spans if span.name == "chat m1")
    tool = next(span for span in spans if span.name == "execute_tool list_indexes")
    assert attributes(chat) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m1",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.conversation.id": run.id,
    }
    assert (chat.kind, tool.kind) == (Span.SPAN_KIND_CLIENT, Span.SPAN_KIND_INTERNAL)
    assert attributes(tool) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "list_indexes",
        "gen_ai.tool.type": "function",
        "gen_ai.conversation.id": run.id,
    }


def texts(run: Run) -> Iterator[str]:
    """Return what was typed, searched, found and read in a run."""
    yield run.problem.text
    for entry in run.evidence:
        yield entry.spl
        yield from (str(value) for row in entry.sample for value in row.values() if len(str(value)) > 3)
    for result in run.results:
        yield from (finding.text for finding in result.findings)
        yield from ([result.interpretation.text] if result.interpretation else [])
    yield run.report.executive_summary


async def test_no_problem_search_row_finding_or_prose_is_in_it_and_searches_only_where_the_settings_say_so() -> None:
    run = await a_run()
    async with FakeCollector() as collector, FakeCollector() as other:
        await sent(run, collector)
        with_spl = await sent(run, other, spl=True)
    assert [text for text in texts(run) if text.encode() in collector.bodies[0]] == []
    probes = [attributes(span) for span in with_spl if span.name.startswith("probe")]
    assert [probe["db.query.text"] for probe in probes] == ["| rest /services/one", "| rest /services/two"]


async def test_the_same_run_is_the_same_trace_in_every_process() -> None:
    run = await a_run()
    async with FakeCollector() as collector:
        first = await sent(run, collector)
        both = await sent(run, collector)
    assert [span.span_id for span in both] == 2 * [span.span_id for span in first]


async def test_what_failed_is_marked() -> None:
    run = await a_run()
    calls = tuple(call.model_copy(update={"ok": False}) for call in run.model_calls)
    async with FakeCollector() as collector:
        spans = await sent(run.model_copy(update={"model_calls": calls}), collector)
    assert {span.status.code for span in spans if span.name == "chat m1"} == {2}
    assert {span.status.code for span in spans if span.name.startswith("task")} == {0}


async def test_the_collectors_key_is_sent_and_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    run = await a_run()
    async with FakeCollector(status=401) as collector:
        to = Collector(collector.url + TRACES, SecretStr("authorization=Bearer%20abc123"))
        async with open_tracer(to) as tell:
            tell(RunFinished(run.id, 0, run))
    assert collector.headers[0]["Authorization"] == "Bearer abc123"
    assert "did not take" in caplog.text
    assert "abc123" not in caplog.text + repr(to)


@pytest.mark.parametrize("hang", [True, False], ids=["hangs", "is down"])
async def test_a_collector_that_does_not_answer_keeps_nobody(*, hang: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp, "CLOSING_S", 0.05)
    run = await a_run()
    async with FakeCollector(hang=True) as collector:
        address = collector.url if hang else "http://127.0.0.1:9"
        async with open_tracer(Collector(address + TRACES)) as tell:
            for _ in range(1000):  # more than the queue holds
                tell(RunFinished(run.id, 0, run))
            if hang:
                await collector.arrived.wait()


def test_without_a_collector_no_sdk_is_imported() -> None:
    look = "import sys, bot.app.house, bot.cli.run, bot.telemetry.spans; print('opentelemetry.sdk' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)  # noqa: S603
    assert answer.stdout.strip() == "False"
