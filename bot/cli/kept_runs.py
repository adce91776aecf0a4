"""A run by its id, out of the store, for the commands that show one."""

from bot.app.keeping import open_store
from bot.domain.kept import KeptRun
from bot.domain.run import Run
from bot.errors import UsageError
from bot.settings import read_settings


async def load_kept(run_id: str) -> KeptRun:
    """Load a run as it stands. Raises UsageError when there is none, or several begin so, and StoreError."""
    async with open_store(read_settings()) as store:
        kept = await store.load(run_id)
    if kept is None:
        raise UsageError(
            f"There is no single run whose id begins with {run_id[:40]!r}. `troubleshooter runs` lists them."
        )
    return kept


def whole(kept: KeptRun) -> Run:
    """Return the run that *kept* holds. Raises UsageError while it is not done."""
    if kept.run is None:
        planned = len(kept.plan.workflow.tasks) if kept.plan else 0
        done = f", {len(kept.results)} of {planned} checks done" if planned else ""
        raise UsageError(f"Run {kept.id} is {kept.state}{done}: it has no report.")
    return kept.run


def needs_of(kept: KeptRun) -> dict[str, tuple[str, ...]] | None:
    """Return which task waited for which, as the run was planned."""
    return {task.id: task.needs for task in kept.plan.workflow.tasks} if kept.plan else None
