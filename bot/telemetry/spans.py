"""A run → a tree of spans: run → phase → task → probe, agent, and its calls of models and tools. Pure.

Attributes have OpenTelemetry's names where it has some: its GenAI conventions (v1.41), in development as yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.evidence import Evidence
from bot.domain.run import ModelCall, Run, TaskResult, ToolCall

Attributes = dict[str, str | int | float | bool]
_OURS = "troubleshooter"


@dataclass(slots=True)
class Span:
    """Something that took time: from `start` to `end`, in epoch seconds."""

    kind: str  # run, phase, task, probe, agent, model or tool
    name: str
    start: float
    end: float
    outcome: str = ""
    ok: bool = True
    children: list["Span"] = field(default_factory=list)
    attributes: Attributes = field(default_factory=dict)  # no text of a person's, a model's, a search's or a row's

    @property
    def duration_s(self) -> float:
        """How long it took."""
        return self.end - self.start


def span_tree(run: Run) -> Span:
    """Build the tree of a run, as far as it was worked through.

    A phase lasts from its first task's start to its last task's end: phases overlap. A search that several tasks asked
    for stands under each of them.
    """
    root = Span("run", f"{run.workflow} {run.id}", run.started_at, run.finished_at, str(run.report.severity))
    root.attributes = {
        f"{_OURS}.run.id": run.id,
        f"{_OURS}.workflow": run.workflow,
        f"{_OURS}.severity": str(run.report.severity),
        f"{_OURS}.checks.ran": run.report.coverage.ran,
        f"{_OURS}.checks.planned": run.report.coverage.planned,
    }
    entries = {entry.id: entry for entry in run.evidence}
    shared = _shared(run.results)
    results = {result.task_id: result for result in run.results}
    for number, task_ids in enumerate(run.phases, start=1):
        inside = [
            _task(result, entries, shared, _calls(run, result.task_id))
            for task_id in task_ids
            if (result := results.get(task_id)) is not None and result.started_at is not None
        ]
        if inside:
            first, last = min(span.start for span in inside), max(span.end for span in inside)
            root.children.append(Span("phase", f"phase {number}", first, last, f"{len(inside)} tasks", children=inside))
    root.children += _agent("summary", _calls(run, None), "")
    return root


def _calls(run: Run, task_id: str | None) -> list[Span]:
    """Return the calls of models and tools for a task, or for the summary, in the order in which they began."""
    models = [_model(call) for call in run.model_calls if call.task_id == task_id]
    tools = [_tool(call) for call in run.tool_calls if call.task_id == task_id]
    return sorted(models + tools, key=lambda span: span.start)


def _shared(results: Sequence[TaskResult]) -> frozenset[str]:
    asked = [entry for result in results for entry in result.searched]
    return frozenset(entry for entry in asked if asked.count(entry) > 1)


def _task(result: TaskResult, entries: Mapping[str, Evidence], shared: frozenset[str], calls: list[Span]) -> Span:
    start = result.started_at or 0.0
    cited = result.interpretation and f"cites {', '.join(result.interpretation.evidence) or 'nothing'}"
    children = [_probe(entries[each], shared=each in shared) for each in result.searched if each in entries]
    children += _agent("agent", calls, cited or result.model_note or "")
    end = start + result.duration_s
    about: Attributes = {f"{_OURS}.task": result.task_id, f"{_OURS}.status": str(result.status)}
    return Span("task", result.task_id, start, end, str(result.status), result.status.ran, children, about)


def _probe(entry: Evidence, *, shared: bool) -> Span:
    start = entry.started_at or 0.0
    name = f"{entry.probe} {entry.id}" + (" (shared)" if shared else "")
    outcome = entry.error or f"{entry.row_count} rows"
    about: Attributes = {
        f"{_OURS}.probe": entry.probe,
        f"{_OURS}.evidence": entry.id,
        f"{_OURS}.rows": entry.row_count,
        f"{_OURS}.events_read": entry.scanned,
        f"{_OURS}.shared": shared,
    }
    return Span("probe", name, start, start + entry.duration_s, outcome, entry.error is None, attributes=about)


def _model(call: ModelCall) -> Span:
    told = f"{call.input_tokens} tokens in, {call.output_tokens} out"
    about: Attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",  # by the protocol: whose model it is, nobody says
        "gen_ai.request.model": call.model,
        "gen_ai.usage.input_tokens": call.input_tokens,
        "gen_ai.usage.output_tokens": call.output_tokens,
    }
    return Span("model", call.model, call.ended_at - call.duration_s, call.ended_at, told, call.ok, attributes=about)


def _tool(call: ToolCall) -> Span:
    about: Attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": call.tool,
        "gen_ai.tool.type": "function",
    }
    return Span("tool", call.tool, call.ended_at - call.duration_s, call.ended_at, "", call.ok, attributes=about)


def _agent(name: str, calls: list[Span], outcome: str) -> list[Span]:
    """Return the span of an agent around its calls; none if it called no model."""
    if not calls:
        return []
    last = max(calls, key=lambda span: span.end)
    about: Attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return [Span("agent", name, calls[0].start, last.end, outcome, last.ok, calls, about)]
