"""What a status message says, however it is drawn: how far the run is, in words, and which tasks are shown; pure."""

from collections import Counter
from collections.abc import Sequence

from bot.domain.plan import Phase
from bot.domain.status import WORST_FIRST, TaskStatus
from bot.domain.workflow import TaskDefinition
from bot.slack.progress import Progress, TaskState
from bot.slack.text import line

TASKS_SHOWN = 40  # lines that a person still reads; what is bad comes first
PHASES_SHOWN = 20  # two blocks each, of the fifty that Slack takes
FINDING_CHARS = 160  # two lines on a phone
TITLE_CHARS = 80
CORRECT = "Not what you meant? Ask again with index=NAME, host=NAME or since 10:15."

_URGENCY: tuple[TaskState, ...] = (
    *(s for s in WORST_FIRST if s != TaskStatus.CLEAR),
    "running",
    "waiting",
    TaskStatus.CLEAR,
)


def state_line(progress: Progress) -> str:
    """Say how far the run is."""
    total = len(progress.plan.tasks)
    done = len(progress.results)
    if progress.failed is not None:
        return f"Failed: {progress.failed}"
    if progress.run is not None:
        stopped = f" Stopped early: {progress.run.stopped.rstrip('.')}." if progress.run.stopped else ""
        seconds = progress.run.finished_at - progress.run.started_at
        return f"Done in {seconds:.0f} s: {progress.run.report.coverage}.{stopped} The report is {progress.report_is}."
    if progress.ahead is not None:
        noun = "run" if progress.ahead == 1 else "runs"
        return f"Waiting: {progress.ahead} {noun} ahead."
    if progress.left is not None:
        return f"Paused, {done} of {total} checks done: {progress.left.reason}"
    resumed = f"Resumed, {progress.kept} of {total} kept. " if progress.resumed else ""
    if progress.carried:
        resumed = f"Checking again; {progress.carried} of {total} were clear and are kept. {resumed}"
    return f"{resumed}{done} of {total} checks done, {len(progress.running)} running."


def understood(progress: Progress) -> list[str]:
    """Say how the problem was read, so that a person sees a misreading at once, and can correct it."""
    named = ", ".join(map(str, progress.problem.understood))
    told = [f"understood: {named}." if named else "", f"{said}." if (said := progress.problem.not_understood) else ""]
    read = [" ".join([*filter(None, told), CORRECT])] if any(told) else []
    return [*read, *filter(None, [_why(progress.reason)])]


def _why(reason: str) -> str:
    return f"Chosen because: {reason}" if reason else ""


def phase_line(progress: Progress, phase: Phase) -> str:
    """Say how far a phase is."""
    title = f"Phase {phase.number} of {len(progress.plan.phases)}"
    return f"{title} · {progress.done(phase)} of {len(phase.tasks)} done"


def more_phases(progress: Progress) -> str:
    """Count the tasks of the phases that are not shown; "" when all are."""
    phases = progress.plan.phases
    rest = [task for phase in phases[PHASES_SHOWN:] for task in phase.tasks]
    return f"… {len(phases) - PHASES_SHOWN} more phases: {counted(progress, rest)}" if rest else ""


def urgent(progress: Progress) -> set[str]:
    """Choose the tasks that are shown: those that need eyes."""
    tasks = progress.plan.tasks
    most = sorted(tasks, key=lambda task: _URGENCY.index(progress.state(task.id)))  # stable: plan order within
    return {task.id for task in most[:TASKS_SHOWN]}


def counted(progress: Progress, tasks: Sequence[TaskDefinition]) -> str:
    """Count tasks by their state, as in "3 warning, 12 clear"."""
    counts = Counter(progress.state(task.id) for task in tasks)
    return ", ".join(f"{counts[state]} {say(state)}" for state in _URGENCY if counts[state])


def say(state: TaskState) -> str:
    return str(state).replace("_", " ")


def spoken(progress: Progress) -> str:
    """Say the state in words: what a notification and a screen reader get."""
    bad = [
        f"{result.title}: {say(result.status)}, {line(result.line, FINDING_CHARS)}"
        for result in progress.results.values()
        if result.status in {TaskStatus.CRITICAL, TaskStatus.WARNING}
    ]
    more = [f"and {len(bad) - 5} more"] if len(bad) > 5 else []
    return " ".join([f"{progress.plan.workflow.title}: {state_line(progress)}", "; ".join(bad[:5] + more)]).strip()
