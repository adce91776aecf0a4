"""A run read back from its tables, which a process of another version may have written.

Fields that we do not know are left out; whoever takes a run says which format it is of from then on.
"""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.kept import FORMAT, KeptPlan, KeptRun, KeptSearch, RunState
from bot.domain.run import Run, RunRequest, TaskResult
from bot.errors import StoreError
from bot.store.tables import results, runs, searches, sendings


async def read_run(connection: AsyncConnection, run_id: str) -> KeptRun | None:
    """Read all that is kept of a run; None if it is unknown. Raises StoreError for one that is not ours to read."""
    row = (await connection.execute(select(runs).where(runs.c.id == run_id))).mappings().first()
    if row is None:
        return None
    if row["format"] > FORMAT:
        raise StoreError(f"Run {run_id} was written by a newer troubleshooter. Use that version for it.")
    kept_results = select(results.c.result).where(results.c.run_id == run_id).order_by(results.c.kept_at)
    kept_searches = select(searches.c.search).where(searches.c.run_id == run_id).order_by(searches.c.kept_at)
    status = select(sendings.c.thread_ts).where(sendings.c.run_id == run_id, sendings.c.name == "status")
    try:
        return _kept(
            row,
            (await connection.scalars(kept_results)).all(),
            (await connection.scalars(kept_searches)).all(),
            await connection.scalar(status),
        )
    except ValueError as error:  # pydantic's and json's
        raise StoreError(
            f"What is kept of run {run_id} cannot be read: it is damaged, or another version wrote it. "
            "Use that version, or remove it with `forget --run`."
        ) from error


def _kept(row: RowMapping, kept_results: Sequence[str], kept_searches: Sequence[str], thread_ts: str | None) -> KeptRun:
    def read(model: type[BaseModel], text: str | None) -> Any:
        return None if text is None else model.model_validate_json(text, extra="ignore")

    return KeptRun(
        id=row["id"],
        state=RunState(row["state"]),
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
