"""Run events → a tree of spans: run → phase → task → probe, agent and model call. Nothing leaves the process."""

from dataclasses import dataclass, field

from bot.domain.event import (
    AgentFinished,
    ModelCalled,
    ProbeFinished,
    RunEvent,
    RunFinished,
    RunStarted,
    TaskFinished,
)


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


def span_tree(events: list[RunEvent]) -> Span | None:
    """Build the tree of one finished run; None when the run did not start or end within *events*.

    A phase lasts from its first task's start to its last task's end: phases overlap.
    """
    started = next((event for event in events if isinstance(event, RunStarted)), None)
    finished = next((event for event in events if isinstance(event, RunFinished)), None)
    if started is None or finished is None:
        return None
    report = finished.run.report
    root = Span("run", f"{finished.run.workflow} {finished.run_id}", started.at, finished.at, str(report.severity))
    tasks = {event.result.task_id: _task(event, events) for event in events if isinstance(event, TaskFinished)}
    for phase in started.plan.phases:
        inside = [tasks[task.id] for task in phase.tasks if task.id in tasks]
        if inside:
            first, last = min(span.start for span in inside), max(span.end for span in inside)
            title = f"phase {phase.number}"
            root.children.append(Span("phase", title, first, last, f"{len(inside)} tasks", children=inside))
    root.children.extend(_model_work(None, events))
    return root


def _task(event: TaskFinished, events: list[RunEvent]) -> Span:
    result = event.result
    start = event.at if result.started_at is None else result.started_at
    probes = [
        Span(
            "probe",
            f"{probe.probe} {probe.evidence_id or ''}".strip() + (" (shared)" if probe.shared else ""),
            probe.at - probe.duration_s,
            probe.at,
            probe.outcome,
            probe.ok,
        )
        for probe in events
        if isinstance(probe, ProbeFinished) and probe.task_id == result.task_id
    ]
    children = probes + _model_work(result.task_id, events)
    return Span("task", result.task_id, start, event.at, str(result.status), result.status.ran, children)


def _model_work(task_id: str | None, events: list[RunEvent]) -> list[Span]:
    """Return the agent's span with its model calls in it; a call without an agent's span stands by itself."""
    calls = [
        Span(
            "model",
            event.model,
            event.at - event.duration_s,
            event.at,
            f"{event.input_tokens} tokens in, {event.output_tokens} out",
            event.ok,
        )
        for event in events
        if isinstance(event, ModelCalled) and event.task_id == task_id
    ]
    agent = next((event for event in events if isinstance(event, AgentFinished) and event.task_id == task_id), None)
    if agent is None:
        return calls
    name = "agent" if task_id else "summary"
    return [Span("agent", name, agent.at - agent.duration_s, agent.at, agent.outcome, agent.ok, calls)]
