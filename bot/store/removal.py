"""What is removed: runs that somebody wants forgotten, a person's traces, and what is past its time."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from bot.domain.kept import UNFINISHED
from bot.store.tables import audit, deliveries, feedback, runs

_AT_ONCE = 500  # SQLite takes a bounded number of values in one statement


def remove_runs(connection: Connection, which: ColumnElement[bool]) -> int:
    """Remove *which* runs and all that hangs on them; return how many."""
    gone = connection.scalars(select(runs.c.id).where(which)).all()
    for first in range(0, len(gone), _AT_ONCE):
        some: Sequence[str] = gone[first : first + _AT_ONCE]
        connection.execute(delete(deliveries).where(deliveries.c.run_id.in_(some)))
        connection.execute(delete(runs).where(runs.c.id.in_(some)))
    return len(gone)


def forget_person(connection: Connection, user: str) -> None:
    """Leave nothing that tells of *user* outside the runs that they asked for."""
    connection.execute(update(audit).where(audit.c.who == user).values(who=""))
    connection.execute(delete(feedback).where(feedback.c.who == user))
    connection.execute(update(runs).where(runs.c.stop == user).values(stop=""))


def remove_older(connection: Connection, older_than: float, left_before: float) -> int:
    """Remove what ended before *older_than*, and runs without a place that were left before *left_before*.

    Such a run may be of a process that died; nobody takes that over. Both in epoch seconds. Return how many runs.
    """
    ended = runs.c.state.not_in(UNFINISHED) & (func.coalesce(runs.c.ended_at, runs.c.asked_at) < older_than)
    left = runs.c.state.in_(UNFINISHED) & runs.c.place.is_(None) & (runs.c.asked_at < left_before)
    gone = remove_runs(connection, or_(ended, left))
    connection.execute(delete(deliveries).where(deliveries.c.taken_at < older_than))
    connection.execute(delete(audit).where(audit.c.at < older_than))
    return gone
