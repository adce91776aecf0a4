"""A run read back from its tables, which a process of another version may have written.

Fields that we do not know are left out; whoever takes a run says which format it is of from then on.
"""

import json
import logging
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, RowMapping, select

from bot.domain.kept import FORMAT, KeptPlan, KeptRun, KeptSearch, RunState
from bot.domain.run import ModelCall, Run, RunRequest, TaskResult
from bot.errors import RunUnreadable, StoreError
from bot.store.tables import model_calls, results, runs, searches, sendings

_log = logging.getLogger(__name__)


def read_run(connection: Connection, run_id: str, *, rows: bool = True) -> KeptRun | None:
    """Read all that is kept of a run, without *rows* all but its searches; None if it is unknown.

    Raises RunUnreadable for one that is damaged, and StoreError for one of a newer version.
    """
    row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
    if row is None:
        return None
    if row["format"] > FORMAT:
        raise StoreError(f"Run {run_id} was written by a newer troubleshooter. Use that version for it.")
    kept_results = select(results.c.result).where(results.c.run_id == run_id).order_by(results.c.kept_at)
    kept_searches = select(searches.c.search).where(searches.c.run_id == run_id).order_by(searches.c.kept_at)
    kept_calls = select(model_calls.c.call).where(model_calls.c.run_id == run_id).order_by(model_calls.c.number)
    status = select(sendings.c.thread_ts).where(sendings.c.run_id == run_id, sendings.c.name == "status")
    try:
        return _kept(
            row,
            connection.scalars(kept_results).all(),
            connection.scalars(kept_searches).all() if rows else (),
            connection.scalars(kept_calls).all(),
            connection.scalar(status),
        )
    except ValueError as error:  # pydantic's and json's
        raise RunUnreadable(
            f"What is kept of run {run_id} cannot be read: it is damaged, or another version wrote it. "
            "Use that version, or remove it with `forget --run`."
        ) from error


def read_or_salvage(connection: Connection, run_id: str) -> KeptRun | None:
    """Read a run; of one that is damaged, what tells whom to tell, with its `damage`."""
    try:
        return read_run(connection, run_id)
    except RunUnreadable as error:
        _log.error("%s", error)
    row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().one()
    status = select(sendings.c.thread_ts).where(sendings.c.run_id == run_id, sendings.c.name == "status")
    return KeptRun(
        id=run_id,
        state=RunState(row["state"]),
        request=RunRequest(problem=row["problem"], requested_by=row["asked_by"]),
        place=read_place(row["place"]),
        asked_at=row["asked_at"],
        epoch=row["epoch"],
        thread_ts=connection.scalar(status),
        damage=f"What is kept of run {run_id} is damaged, so that I cannot go on with it. Please ask again.",
    )


def read_place(text: str | None) -> dict[str, str | bool | None] | None:
    """Read where a run reports to; None where that is damaged."""
    try:
        place = json.loads(text or "null")
    except ValueError:
        return None
    return place if isinstance(place, dict) else None


def _kept(
    row: RowMapping,
    kept_results: Sequence[str],
    kept_searches: Sequence[str],
    kept_calls: Sequence[str],
    thread_ts: str | None,
) -> KeptRun:
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
        model_calls=tuple(read(ModelCall, text) for text in kept_calls),
        run=read(Run, row["run"]),
        thread_ts=thread_ts,
    )
