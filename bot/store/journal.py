"""One run's own writes, each fenced: once another process has taken the run, none of ours counts."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Insert, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.kept import KeptPlan, KeptSearch, RunState, Sending
from bot.domain.run import ModelCall, Run, TaskResult
from bot.errors import RunTaken
from bot.store.database import Database
from bot.store.reading import read_place
from bot.store.tables import model_calls, results, runs, searches, sendings

ROWS_AT_MOST_BYTES = 1_000_000  # of one search; a resumed run asks again what is larger


class StoredJournal:
    """Writes what becomes known of one run, as long as its epoch is the latest."""

    def __init__(self, database: Database, run_id: str, epoch: int, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self.run_id = run_id
        self._epoch = epoch
        self._now = now

    async def keep_plan(self, plan: KeptPlan) -> None:
        await self._set(
            state=RunState.PLANNED, plan=plan.model_dump_json(), workflow=plan.workflow.id, problem=plan.problem.text
        )

    async def keep_search(self, search: KeptSearch) -> None:
        kept = {"search": written(search), "kept_at": self._now()}
        await self._put(searches, {"evidence_id": search.evidence.id}, kept)

    async def keep_model_call(self, number: int, call: ModelCall) -> None:
        await self._put(model_calls, {"number": number}, {"call": call.model_dump_json(), "kept_at": self._now()})

    async def keep_result(self, result: TaskResult) -> None:
        kept = {"result": result.model_dump_json(), "kept_at": self._now()}
        await self._put(results, {"task_id": result.task_id}, kept)

    async def keep_run(self, run: Run) -> None:
        await self._set(
            state=RunState.JUDGED,
            run=run.model_dump_json(),
            severity=run.report.severity,
            headline=run.report.headline,
            duration_s=run.finished_at - run.started_at,
        )

    async def end(self, state: RunState) -> None:
        """Say how it ended. The address that Slack gave for answering is forgotten: whoever has it may post there."""

        def work(connection: Connection) -> None:
            self._fence(connection)
            ours = runs.c.id == self.run_id
            place = connection.scalar(select(runs.c.place).where(ours))
            read = read_place(place)
            kept = place if read is None else json.dumps({**read, "response_url": None})
            connection.execute(update(runs).where(ours).values(state=state, ended_at=self._now(), place=kept))

        await self._database.write(work)

    async def confirm(self) -> None:
        def work(connection: Connection) -> None:
            self._fence(connection, lock=False)

        await self._database.read(work)

    async def stop_wish(self) -> str | None:
        def work(connection: Connection) -> str | None:
            wish = connection.scalar(select(runs.c.stop).where(runs.c.id == self.run_id))
            return None if wish is None else str(wish)

        return await self._database.read(work)

    async def sending(self, name: str) -> Sending | None:
        def work(connection: Connection) -> Any:
            wanted = select(sendings).where(sendings.c.run_id == self.run_id, sendings.c.name == name)
            return connection.execute(wanted).mappings().first()

        row = await self._database.read(work)
        return row and Sending.model_validate({key: row[key] for key in Sending.model_fields})

    async def intend(self, name: str, channel: str, thread_ts: str | None) -> None:
        intent = {"channel": channel, "thread_ts": thread_ts, "intended_at": self._now(), "ts": None}
        await self._put(sendings, {"name": name}, intent)

    async def sent(self, name: str, ts: str) -> None:
        def work(connection: Connection) -> None:
            self._fence(connection)
            ours = update(sendings).where(sendings.c.run_id == self.run_id, sendings.c.name == name)
            connection.execute(ours.values(ts=ts))

        await self._database.write(work)

    async def _set(self, **values: object) -> None:
        def work(connection: Connection) -> None:
            self._fence(connection)
            connection.execute(update(runs).where(runs.c.id == self.run_id).values(**values))

        await self._database.write(work)

    async def _put(self, table: Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        def work(connection: Connection) -> None:
            self._fence(connection)
            whole = {"run_id": self.run_id, **key}
            statement = insert(connection, table).values({**whole, **values})
            connection.execute(statement.on_conflict_do_update(index_elements=[*whole], set_=values))

        await self._database.write(work)

    def _fence(self, connection: Connection, *, lock: bool = True) -> None:
        """Raise RunTaken unless the run's epoch is ours; with *lock* it stays so until the transaction ends."""
        wanted = select(runs.c.epoch).where(runs.c.id == self.run_id)
        epoch = connection.scalar(wanted.with_for_update() if lock else wanted)
        if epoch != self._epoch:
            raise RunTaken(f"Another process goes on with run {self.run_id}, or it was forgotten.")


def written(search: KeptSearch) -> str:
    """Return what is kept of a search: without its rows where those are too many."""
    whole = search.model_dump_json()
    return whole if len(whole) <= ROWS_AT_MOST_BYTES else search.model_copy(update={"rows": None}).model_dump_json()


def insert(connection: Connection, table: Table) -> Any:
    """Return an INSERT that can say ON CONFLICT, in the database's dialect."""
    dialects: dict[str, Callable[[Table], Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return dialects[connection.dialect.name](table)
