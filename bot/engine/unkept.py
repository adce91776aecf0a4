"""A journal that keeps nothing: for runs that end with their process, as those of `eval` and the demo do."""

from bot.domain.kept import KeptPlan, KeptSearch, RunState, Sending
from bot.domain.run import ModelCall, Run, TaskResult


class Unkept:
    """Takes note of everything and forgets it."""

    run_id = ""

    async def keep_plan(self, plan: KeptPlan) -> None: ...

    async def keep_search(self, search: KeptSearch) -> None: ...

    async def keep_model_call(self, number: int, call: ModelCall) -> None: ...

    async def keep_result(self, result: TaskResult) -> None: ...

    async def keep_run(self, run: Run) -> None: ...

    async def end(self, state: RunState) -> None: ...

    async def confirm(self) -> None: ...

    async def stop_wish(self) -> str | None:
        return None

    async def sending(self, name: str) -> Sending | None:  # noqa: ARG002 - nothing was ever sent
        return None

    async def intend(self, name: str, channel: str, thread_ts: str | None) -> None: ...

    async def sent(self, name: str, ts: str) -> None: ...
