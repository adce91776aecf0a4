"""A run read back from its tables."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.kept import KeptPlan, KeptRun, KeptSearch
from bot.domain.run import Run, RunRequest, TaskResult
from bot.store.tables import results, runs, searches, sendings


async def read_run(connection: AsyncConnection, run_id: str) -> KeptRun | None:
    """Read all that is kept of a run; None if it is unknown."""
    row = (await connection.execute(select(runs).where(runs.c.id == run_id))).mappings().first()
    if row is None:
        return None
    kept_results = select(results.c.result).where(results.c.run_id == run_id).order_by(results.c.kept_at)
    kept_searches = select(searches.c.search).where(searches.c.run_id == run_id).order_by(searches.c.kept_at)
    status = select(sendings.c.thread_ts).where(sendings.c.run_id == run_id, sendings.c.name == "status")
    return _kept(
        row,
        (await connection.scalars(kept_results)).all(),
        (await connection.scalars(kept_searches)).all(),
        await connection.scalar(status),
    )


def _kept(row: RowMapping, kept_results: Sequence[str], kept_searches: Sequence[str], thread_ts: str | None) -> KeptRun:
    def read(model: Any, text: str | None) -> Any:
        return None if text is None else model.model_validate_json(text)

    return KeptRun(
        id=row["id"],
        state=row["state"],
        request=read(RunRequest, row["request"]),
        place=None if row["place"] is None else json.loads(row["place"]),
        asked_at=row["asked_at"],
        epoch=row["epoch"],
        plan=read(KeptPlan, row["plan"]),
        results=tuple(read(TaskResult, text) for text in kept_results),
        searches=tuple(read(KeptSearch, text) for text in kept_searches),
        run=read(Run, row["run"]),
        thread_ts=thread_ts,
    )
