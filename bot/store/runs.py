"""All runs: taken in once, taken over by one process at a time, listed, and forgotten."""

import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence

from sqlalchemy import Connection, RowMapping, case, delete, exists, func, select, update
from sqlalchemy.engine import URL

from bot.domain.kept import FORMAT, UNFINISHED, KeptRun, KeptSearch, Noted, RunLine, RunState
from bot.domain.run import RunRequest
from bot.errors import StoreError
from bot.ports import Wanted
from bot.store.database import LONG_S, WAITS_S, Database, open_database
from bot.store.days import StoredDays
from bot.store.journal import StoredJournal, insert, written
from bot.store.reading import read_or_salvage, read_run
from bot.store.removal import forget_person, remove_older, remove_runs
from bot.store.schema import upgrade
from bot.store.tables import audit, deliveries, feedback, runs, searches, sendings

LONGEST_RUN_S = 24 * 3600.0  # none goes on for that long

Place = dict[str, str | bool | None]


@contextlib.asynccontextmanager
async def open_runs_store(url: URL, *, waits_s: tuple[float, ...] = WAITS_S) -> AsyncIterator["StoredRuns"]:
    """Open the database, bring it up to date, and yield the runs in it. Raises StoreError."""
    async with open_database(url, waits_s=waits_s) as database:
        await upgrade(database)
        yield StoredRuns(database)


class StoredRuns:
    """Every method raises StoreError. *now* is the clock, in epoch seconds."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now
        self.days = StoredDays(database)

    @property
    def lasting(self) -> bool:
        return self._database.lasting

    async def accept(self, run_id: str, request: RunRequest, place: Place | None) -> bool:
        """Keep a wish for a run; False when its dedupe key was seen before, on any machine."""
        run = {
            "id": run_id,
            "format": FORMAT,
            "state": RunState.ASKED,
            "epoch": 0,
            "asked_at": self._now(),
            "asked_by": request.requested_by,
            "request": request.model_dump_json(),
            "place": None if place is None else json.dumps(place),
            "workflow": request.workflow,
            "problem": request.problem,
        }

        def work(connection: Connection) -> bool:
            if request.dedupe_key is not None and not self._claimed(connection, request.dedupe_key, run_id):
                return False
            made = insert(connection, runs).values(run).on_conflict_do_nothing().returning(runs.c.id)
            if connection.scalar(made) is None:  # a second try, after an answer got lost; or somebody else's id
                there = connection.scalar(select(runs.c.request).where(runs.c.id == run_id))
                if there != run["request"]:
                    raise StoreError(f"There is another run {run_id} already. Ask again.")
                return True
            self._note(connection, request.requested_by, "asked", run_id)
            return True

        return await self._database.write(work)

    async def claim(self, key: str) -> bool:
        """Take a delivery for ours; False when it was taken before."""

        def work(connection: Connection) -> bool:
            return self._claimed(connection, key, None)

        return await self._database.write(work)

    async def release(self, key: str) -> None:
        """Give a claim back, so that the person may try again."""

        def work(connection: Connection) -> None:
            connection.execute(delete(deliveries).where(deliveries.c.key == key[:255]))

        await self._database.write(work)

    async def take(self, run_id: str) -> tuple[KeptRun, StoredJournal] | None:
        """Take a run over, fencing off whoever had it; None if it has ended, StoreError if a newer version's it is.

        A damaged one is taken too, for somebody must say so: its `damage` does.
        """

        def work(connection: Connection) -> KeptRun | None:
            takeable = (runs.c.id == run_id, runs.c.state.in_(UNFINISHED))
            ours = {"epoch": runs.c.epoch + 1, "format": case((runs.c.format > FORMAT, runs.c.format), else_=FORMAT)}
            if not connection.execute(update(runs).where(*takeable).values(**ours)).rowcount:
                return None
            kept = read_or_salvage(connection, run_id)
            if kept is not None and kept.epoch > 1:
                self._note(connection, "", "taken over", run_id, f"epoch {kept.epoch}")
            return kept

        kept = await self._database.write(work)
        return None if kept is None else (kept, StoredJournal(self._database, kept.id, kept.epoch, self._now))

    async def unfinished(self) -> tuple[str, ...]:
        """Return the ids of runs with a place to report to that have not ended, the oldest first."""

        def work(connection: Connection) -> Sequence[str]:
            waiting = select(runs.c.id).where(runs.c.state.in_(UNFINISHED), runs.c.place.is_not(None))
            return connection.scalars(waiting.order_by(runs.c.asked_at)).all()

        return tuple(await self._database.read(work))

    async def lines(self, wanted: Wanted) -> tuple[RunLine, ...]:
        """Return runs, the newest first."""
        columns = [runs.c[name] for name in RunLine.model_fields]
        query = select(*columns).order_by(runs.c.asked_at.desc(), runs.c.id.desc()).limit(wanted.limit)
        if wanted.since is not None:
            query = query.where(runs.c.asked_at >= wanted.since)
        if wanted.workflow is not None:
            query = query.where(runs.c.workflow == wanted.workflow)
        if wanted.severity is not None:
            query = query.where(runs.c.severity == wanted.severity)
        if wanted.unfinished:
            query = query.where(runs.c.state.in_(UNFINISHED))
        if wanted.channel is not None:
            status = (sendings.c.run_id == runs.c.id, sendings.c.name == "status", sendings.c.channel == wanted.channel)
            thread = () if wanted.thread_ts is None else (sendings.c.thread_ts == wanted.thread_ts,)
            query = query.where(exists().where(*status, *thread))

        def work(connection: Connection) -> Sequence[RowMapping]:
            return connection.execute(query).mappings().all()

        return tuple(RunLine.model_validate(dict(row)) for row in await self._database.read(work))

    async def load(self, run_id: str, *, rows: bool = True) -> KeptRun | None:
        """Return a run as it stands, taking nothing over. A unique beginning of its id is enough."""

        def work(connection: Connection) -> KeptRun | None:
            likely = select(runs.c.id).where(runs.c.id.startswith(run_id, autoescape=True)).limit(2)
            found = connection.scalars(likely).all()
            return read_run(connection, found[0], rows=rows) if len(found) == 1 else None

        return await self._database.read(work)

    async def ask_to_stop(self, run_id: str, who: str) -> bool:
        """Wish a run stopped, for whoever conducts it to see; False when it has ended."""

        def work(connection: Connection) -> bool:
            going_on = (runs.c.id == run_id, runs.c.state.in_(UNFINISHED))
            wish = update(runs).where(*going_on).values(stop=func.coalesce(runs.c.stop, who))
            if not connection.execute(wish).rowcount:
                return False
            self._note(connection, who, "stop", run_id)
            return True

        return await self._database.write(work)

    async def note(self, who: str, what: str, run_id: str | None = None, detail: str | None = None) -> None:
        """Write a line of the audit log."""

        def work(connection: Connection) -> None:
            self._note(connection, who, what, run_id, detail)

        await self._database.write(work)

    async def notes(self, since: float | None, limit: int) -> tuple[Noted, ...]:
        """Return lines of the audit log, the newest first; *since* in epoch seconds."""
        columns = [audit.c[name] for name in Noted.model_fields]
        query = select(*columns).where(audit.c.at >= (since or 0.0)).order_by(audit.c.id.desc()).limit(limit)

        def work(connection: Connection) -> Sequence[RowMapping]:
            return connection.execute(query).mappings().all()

        return tuple(Noted.model_validate(dict(row)) for row in await self._database.read(work))

    async def rate(self, run_id: str, who: str, *, helped: bool, reason: str | None = None) -> bool:
        """Keep what a person thinks of a report, in place of what they thought before; False for a run that is gone."""

        def work(connection: Connection) -> bool:
            if connection.scalar(select(runs.c.id).where(runs.c.id == run_id)) is None:
                return False
            opinion = {"helped": helped, "reason": reason, "at": self._now()}
            statement = insert(connection, feedback).values(run_id=run_id, who=who, **opinion)
            ours = [feedback.c.run_id, feedback.c.who]
            connection.execute(statement.on_conflict_do_update(index_elements=ours, set_=opinion))
            self._note(connection, who, "feedback", run_id, "helped" if helped else "did not help")
            return True

        return await self._database.write(work)

    async def add_search(self, run_id: str, search: KeptSearch) -> bool:
        """Keep a search that a question about an ended run took; False where another has its id, or the run is gone."""
        row = {"run_id": run_id, "evidence_id": search.evidence.id, "search": written(search)}

        def work(connection: Connection) -> bool:
            if connection.scalar(select(runs.c.id).where(runs.c.id == run_id)) is None:
                return False
            statement = insert(connection, searches).values(**row, kept_at=self._now()).on_conflict_do_nothing()
            if connection.scalar(statement.returning(searches.c.evidence_id)) is not None:
                return True
            ours = (searches.c.run_id == run_id, searches.c.evidence_id == search.evidence.id)
            there = connection.scalar(select(searches.c.search).where(*ours))
            return bool(there == row["search"])  # a second try, after an answer got lost

        return await self._database.write(work)

    async def forget(self, *, run_id: str | None = None, user: str | None = None) -> int:
        """Remove all that is kept of a run, or of all runs that *user* asked for; return how many runs."""
        if run_id is None and user is None:
            return 0
        which = runs.c.id == run_id if run_id is not None else runs.c.asked_by == user

        def work(connection: Connection) -> int:
            gone = remove_runs(connection, which)
            if user is not None:
                forget_person(connection, user)
            self._note(connection, "", "forgotten", run_id, f"{gone} runs")
            return gone

        forgotten = await self._database.write(work, within_s=LONG_S)
        await self._database.scrub()
        return forgotten

    async def expire(self, older_than: float) -> int:
        """Remove what ended before *older_than*, in epoch seconds; return how many runs."""
        left_before = min(older_than, self._now() - LONGEST_RUN_S)

        def work(connection: Connection) -> int:
            return remove_older(connection, older_than, left_before)

        expired = await self._database.write(work, within_s=LONG_S)
        if expired:
            await self._database.scrub()
        return expired

    def _claimed(self, connection: Connection, key: str, run_id: str | None) -> bool:
        """Claim *key*; a second try of the same write, after an answer got lost, finds its own claim."""
        claim = {"key": key[:255], "run_id": run_id, "taken_at": self._now()}
        made = insert(connection, deliveries).values(claim).on_conflict_do_nothing().returning(deliveries.c.key)
        if connection.scalar(made) is not None:
            return True
        earlier = connection.scalar(select(deliveries.c.run_id).where(deliveries.c.key == key[:255]))
        return run_id is not None and earlier == run_id

    def _note(self, connection: Connection, who: str, what: str, run_id: str | None, detail: str | None = None) -> None:
        line = {"at": self._now(), "who": who, "what": what, "run_id": run_id, "detail": detail}
        connection.execute(insert(connection, audit).values(line))
