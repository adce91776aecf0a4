"""A run → a tree of spans: run → phase → task → probe, agent and model call. Nothing leaves the process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.evidence import Evidence
from bot.domain.run import ModelCall, Run, TaskResult


@dataclass(slots=True)
class Span:
    """Something that took time: from `start` to `end`, in epoch seconds."""

    kind: str  # run, phase, task, probe, agent or model
    name: str
    start: float
    end: float
    outcome: str = ""
    ok: bool = True
    children: list["Span"] = field(default_factory=list)

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
    entries = {entry.id: entry for entry in run.evidence}
    shared = _shared(run.results)
    results = {result.task_id: result for result in run.results}
    for number, task_ids in enumerate(run.phases, start=1):
        inside = [
            _task(result, entries, shared, [call for call in run.model_calls if call.task_id == result.task_id])
            for task_id in task_ids
            if (result := results.get(task_id)) is not None and result.started_at is not None
        ]
        if inside:
            first, last = min(span.start for span in inside), max(span.end for span in inside)
            root.children.append(Span("phase", f"phase {number}", first, last, f"{len(inside)} tasks", children=inside))
    root.children += _agent("summary", [call for call in run.model_calls if call.task_id is None], "")
    return root


def _shared(results: Sequence[TaskResult]) -> frozenset[str]:
    asked = [entry for result in results for entry in result.searched]
    return frozenset(entry for entry in asked if asked.count(entry) > 1)


def _task(
    result: TaskResult, entries: Mapping[str, Evidence], shared: frozenset[str], calls: Sequence[ModelCall]
) -> Span:
    start = result.started_at or 0.0
    cited = result.interpretation and f"cites {', '.join(result.interpretation.evidence) or 'nothing'}"
    children = [_probe(entries[each], shared=each in shared) for each in result.searched if each in entries]
    children += _agent("agent", calls, cited or result.model_note or "")
    end = start + result.duration_s
    return Span("task", result.task_id, start, end, str(result.status), result.status.ran, children)


def _probe(entry: Evidence, *, shared: bool) -> Span:
    start = entry.started_at or 0.0
    name = f"{entry.probe} {entry.id}" + (" (shared)" if shared else "")
    outcome = entry.error or f"{entry.row_count} rows"
    return Span("probe", name, start, start + entry.duration_s, outcome, entry.error is None)


def _agent(name: str, calls: Sequence[ModelCall], outcome: str) -> list[Span]:
    """Return the span of an agent around its calls; none if it called no model."""
    if not calls:
        return []
    models = [
        Span(
            "model",
            call.model,
            call.ended_at - call.duration_s,
            call.ended_at,
            f"{call.input_tokens} tokens in, {call.output_tokens} out",
            call.ok,
        )
        for call in calls
    ]
    return [Span("agent", name, models[0].start, models[-1].end, outcome, models[-1].ok, models)]
